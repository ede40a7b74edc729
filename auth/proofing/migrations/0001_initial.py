from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='CertificateChallenge',
            fields=[
                ('session_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('challenge', fields.CharField(max_length=300)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proofing_challenge', 'app': 'proofing', 'indexes': [Index(fields=['expires_at'], name='proofing_challenge_expires')], 'pk_attr': 'session_id', 'table_description': "What one session's certificate key is to sign, once."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CheckCount',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('spent', fields.IntField()),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proofing_check_count', 'app': 'proofing', 'indexes': [Index(fields=['ends_at'], name='proofing_check_count_ends')], 'pk_attr': 'id', 'table_description': 'Checks made in one day. `id` is a keyed hash of what is counted and when.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CounterCode',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proofing_counter_code', 'app': 'proofing', 'indexes': [Index(fields=['expires_at'], name='proofing_counter_code_expires')], 'pk_attr': 'account_id', 'table_description': 'The code that one resident shows at a counter. `digest` is a keyed hash.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FaceCheck',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('ticket', fields.CharField(max_length=100)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proofing_face', 'app': 'proofing', 'indexes': [Index(fields=['expires_at'], name='proofing_face_expires')], 'pk_attr': 'id', 'table_description': "A face check under way. `ticket` is the register's name for it."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HeldIdentity',
            fields=[
                ('number', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account_id', fields.CharField(max_length=26)),
            ],
            options={'table': 'proofing_identity', 'app': 'proofing', 'indexes': [Index(fields=['account_id'], name='proofing_identity_account')], 'pk_attr': 'number', 'table_description': 'One identity number, by its hash, and the one account of that person.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ProofOfIdentity',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('kind', fields.CharField(max_length=12)),
                ('level', fields.SmallIntField()),
                ('reference', fields.CharField(max_length=200)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proofing_evidence', 'app': 'proofing', 'indexes': [Index(fields=['account_id', 'id'], name='proofing_evidence_account'), Index(fields=['ended_at', 'expires_at'], name='proofing_evidence_expiry')], 'pk_attr': 'id', 'table_description': "Why an account has its level. `reference` is the prover's own, never what was looked at."},
            bases=['Model'],
        ),
    ]
