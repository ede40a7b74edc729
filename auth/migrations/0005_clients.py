from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('auth', '0004_lifecycle')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Key',
            options={'table': 'auth_key', 'app': 'auth', 'pk_attr': 'kid', 'table_description': 'The signing keys of one time: ES256, and RS256 where that is asked for. Their private parts are sealed.'},
        ),
        ops.AddField(
            model_name='Key',
            name='rsa_kid',
            field=fields.CharField(null=True, max_length=43),
        ),
        ops.AddField(
            model_name='Key',
            name='rsa_sealed',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AlterModelOptions(
            name='UsedAssertion',
            options={'table': 'auth_assertion_used', 'app': 'auth', 'indexes': [Index(fields=['expires_at'], name='auth_assertion_used_expires')], 'pk_attr': 'id', 'table_description': 'What counts once and was spent, until it would have expired: the jti of an assertion, of a proof. A hash.'},
        ),
        ops.DeleteModel(name='Client'),
    ]
