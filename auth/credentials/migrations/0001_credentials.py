from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Challenge',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('challenge', fields.CharField(max_length=43)),
                ('purpose', fields.CharField(max_length=20)),
                ('browser', fields.CharField(max_length=64)),
                ('account_id', fields.CharField(null=True, max_length=26)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_challenge', 'app': 'credentials', 'indexes': [Index(fields=['expires_at'], name='credentials_challenge_expires')], 'pk_attr': 'id', 'table_description': 'What a passkey is to sign, once: for one purpose in one browser (hashed), and one account where it is known.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Passkey',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('credential_id', fields.CharField(unique=True, max_length=1364)),
                ('public_key', fields.TextField(unique=False)),
                ('sign_count', fields.BigIntField()),
                ('backup_eligible', fields.BooleanField()),
                ('backed_up', fields.BooleanField()),
                ('transports', fields.CharField(max_length=80)),
                ('name', fields.CharField(max_length=60)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_passkey', 'app': 'credentials', 'indexes': [Index(fields=['account_id', 'id'], name='credentials_passkey_account')], 'pk_attr': 'id', 'table_description': 'A WebAuthn credential. Its id and its COSE key are in base64url. A `sign_count` of 0 is not supported.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Password',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('hash', fields.CharField(max_length=200)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_password', 'app': 'credentials', 'pk_attr': 'account_id', 'table_description': "An account's password, hashed by argon2id in the PHC string format."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account_id', fields.CharField(max_length=26)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_recovery_code', 'app': 'credentials', 'indexes': [Index(fields=['account_id'], name='credentials_recovery_code_account')], 'pk_attr': 'id', 'table_description': 'One recovery code. `id` is its keyed hash.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='TOTP',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('sealed', fields.CharField(null=True, max_length=120)),
                ('since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_step', fields.BigIntField()),
                ('pending', fields.CharField(null=True, max_length=120)),
                ('tries', fields.SmallIntField()),
                ('tries_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_totp', 'app': 'credentials', 'pk_attr': 'account_id', 'table_description': "An account's authenticator app. `sealed` counts since `since`, `pending` not before it is confirmed."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Ticket',
            fields=[
                ('digest', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account_id', fields.CharField(max_length=26)),
                ('purpose', fields.CharField(max_length=20)),
                ('browser', fields.CharField(max_length=64)),
                ('amr', fields.CharField(max_length=60)),
                ('tries', fields.SmallIntField()),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'credentials_ticket', 'app': 'credentials', 'indexes': [Index(fields=['expires_at'], name='credentials_ticket_expires')], 'pk_attr': 'digest', 'table_description': 'A first factor that was proved and waits for the second. `digest` and `browser` are hashes.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='UserHandle',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('handle', fields.CharField(unique=True, max_length=43)),
            ],
            options={'table': 'credentials_handle', 'app': 'credentials', 'pk_attr': 'account_id', 'table_description': "What an account's passkeys know it by: chance alone, in base64url, of no use elsewhere."},
            bases=['Model'],
        ),
    ]
