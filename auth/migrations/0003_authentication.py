from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('auth', '0002_changes')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Account',
            options={'table': 'auth_account', 'app': 'auth', 'pk_attr': 'id', 'table_description': 'One natural person. Until `hold_until` the account counts as level 2 at most: see auth/levels.py.'},
        ),
        ops.AddField(
            model_name='Account',
            name='hold_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Session',
            name='amr',
            field=fields.CharField(db_default='sms', max_length=60),
        ),
        ops.AddField(
            model_name='Session',
            name='authenticated_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Session',
            name='place',
            field=fields.CharField(db_default='', max_length=80),
        ),
    ]
