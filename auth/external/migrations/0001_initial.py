from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Attempt',
            fields=[
                ('state', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('browser', fields.CharField(max_length=64)),
                ('provider', fields.CharField(max_length=40)),
                ('account_id', fields.CharField(null=True, max_length=26)),
                ('next_path', fields.CharField(max_length=500)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'external_attempt', 'app': 'external', 'indexes': [Index(fields=['expires_at'], name='external_attempt_expires')], 'pk_attr': 'state', 'table_description': 'A browser that was sent to a provider. `state` and `browser` are hashes, `account_id` who wants to bind.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BoundIdentity',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('provider', fields.CharField(max_length=40)),
                ('issuer', fields.CharField(max_length=255)),
                ('subject', fields.CharField(max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_used_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'external_identity', 'app': 'external', 'unique_together': (('issuer', 'subject'),), 'indexes': [Index(fields=['account_id', 'id'], name='external_identity_account')], 'pk_attr': 'id', 'table_description': 'Whose account an identity signs in. `provider` is our label, issuer and subject are what counts.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='IdentitySession',
            fields=[
                ('session_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('issuer', fields.CharField(max_length=255)),
                ('subject', fields.CharField(max_length=255)),
                ('sid', fields.CharField(null=True, max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'external_session', 'app': 'external', 'indexes': [Index(fields=['issuer', 'subject'], name='external_session_subject'), Index(fields=['issuer', 'sid'], name='external_session_sid'), Index(fields=['created_at'], name='external_session_created')], 'pk_attr': 'session_id', 'table_description': "A session of ours that an identity opened. `sid` is the provider's session."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PendingIdentity',
            fields=[
                ('browser', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('provider', fields.CharField(max_length=40)),
                ('issuer', fields.CharField(max_length=255)),
                ('subject', fields.CharField(max_length=255)),
                ('name', fields.CharField(null=True, max_length=120)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'external_pending', 'app': 'external', 'indexes': [Index(fields=['expires_at'], name='external_pending_expires')], 'pk_attr': 'browser', 'table_description': 'A checked identity that has no account yet, in one browser. `browser` is a hash.'},
            bases=['Model'],
        ),
    ]
