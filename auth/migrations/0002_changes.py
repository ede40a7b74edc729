from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('auth', '0001_initial')]

    operations = [
        ops.CreateModel(
            name='Change',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_change', 'app': 'auth', 'indexes': [Index(fields=['at'], name='auth_change_at')], 'pk_attr': 'id', 'table_description': 'Something that a standing rests on changed for an account: see auth/changes.py.'},
            bases=['Model'],
        ),
        ops.AddIndex(model_name='Session', index=Index(fields=['revoked_at'], name='auth_session_revoked')),
        ops.AddIndex(model_name='Session', index=Index(fields=['created_at'], name='auth_session_created')),
    ]
