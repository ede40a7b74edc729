from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Account',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('phone', fields.CharField(unique=True, max_length=11)),
                ('name', fields.CharField(null=True, max_length=80)),
                ('id_number', fields.CharField(null=True, max_length=18)),
                ('loa', fields.SmallIntField()),
                ('locale', fields.CharField(max_length=8)),
                ('elder', fields.BooleanField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_account', 'app': 'auth', 'pk_attr': 'id', 'table_description': 'One natural person.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Client',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                ('department_id', fields.CharField(max_length=40)),
                ('public_jwk', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('scopes', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('disabled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_client', 'app': 'auth', 'pk_attr': 'id', 'table_description': "A department's system."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CodeQuota',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('spent', fields.IntField()),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_code_quota', 'app': 'auth', 'indexes': [Index(fields=['ends_at'], name='auth_code_quota_ends')], 'pk_attr': 'id', 'table_description': 'Codes sent in one window. `id` is a keyed hash of what is counted and when.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Consent',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('service_name', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('scopes', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('shown', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('version', fields.CharField(max_length=80)),
                ('granted_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_consent', 'app': 'auth', 'unique_together': (('account_id', 'service_id'),), 'pk_attr': 'id', 'table_description': 'What a resident lets one mini-service have: `scopes` as granted, `shown` all that were asked for then.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ConsentEvent',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('action', fields.CharField(max_length=10)),
                ('scopes', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('version', fields.CharField(max_length=80)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_consent_event', 'app': 'auth', 'indexes': [Index(fields=['account_id', 'id'], name='auth_consent_event_account')], 'pk_attr': 'id', 'table_description': 'The history of consents: never changed, never deleted with the consent.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Key',
            fields=[
                ('kid', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=43)),
                ('generation', fields.IntField(unique=True)),
                ('sealed', fields.TextField(unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('active_from', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('retires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('gone_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_key', 'app': 'auth', 'pk_attr': 'kid', 'table_description': 'A signing key. `sealed` is its private part, encrypted. `generation` lets one process win a rotation.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MiniSession',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('session_id', fields.CharField(max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_mini_session', 'app': 'auth', 'unique_together': (('session_id', 'service_id'),), 'pk_attr': 'id', 'table_description': 'One mini-service in one session. `id` is the handle that its tokens carry as `sid`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PairwiseSubject',
            fields=[
                ('sub', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('sector', fields.CharField(max_length=60)),
            ],
            options={'table': 'auth_subject', 'app': 'auth', 'unique_together': (('account_id', 'sector'),), 'pk_attr': 'sub', 'table_description': 'One resident as one sector knows them. `sub` is unique everywhere, not in its sector alone.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SentSMS',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('phone', fields.CharField(max_length=11)),
                ('text', fields.CharField(max_length=300)),
                ('code', fields.CharField(max_length=6)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_sms', 'app': 'auth', 'pk_attr': 'id', 'table_description': 'A text message that the development outbox took.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Session',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('device', fields.CharField(max_length=80)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_session', 'app': 'auth', 'indexes': [Index(fields=['account_id', 'id'], name='auth_session_account'), Index(fields=['last_seen_at'], name='auth_session_last_seen')], 'pk_attr': 'id', 'table_description': "One device of one resident. `digest` is the hash of the cookie's secret."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SignInCode',
            fields=[
                ('challenge', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=43)),
                ('phone', fields.CharField(max_length=11)),
                ('purpose', fields.CharField(max_length=20)),
                ('browser', fields.CharField(max_length=64)),
                ('digest', fields.CharField(max_length=64)),
                ('tries', fields.SmallIntField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_code', 'app': 'auth', 'unique_together': (('phone', 'purpose', 'browser'),), 'indexes': [Index(fields=['expires_at'], name='auth_code_expires')], 'pk_attr': 'challenge', 'table_description': 'The one live code of a phone number, a purpose and a browser. `browser` and `digest` are hashes.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='UsedAssertion',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'auth_assertion_used', 'app': 'auth', 'indexes': [Index(fields=['expires_at'], name='auth_assertion_used_expires')], 'pk_attr': 'id', 'table_description': 'A client assertion that was spent, until it would have expired. `id` is a hash of client and jti.'},
            bases=['Model'],
        ),
    ]
