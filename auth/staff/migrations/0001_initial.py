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
            name='StaffAct',
            fields=[
                ('number', fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                ('member_id', fields.CharField(max_length=26)),
                ('department_id', fields.CharField(null=True, max_length=40)),
                ('action', fields.CharField(max_length=40)),
                ('subject', fields.CharField(max_length=120)),
                ('detail', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('digest', fields.CharField(max_length=64)),
            ],
            options={'table': 'staff_act', 'app': 'staff', 'indexes': [Index(fields=['department_id', 'number'], name='staff_act_department')], 'pk_attr': 'number', 'table_description': 'What a member did. `digest` covers the row and the digest before it, so that none is changed or left out.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffChain',
            fields=[
                ('id', fields.SmallIntField(primary_key=True, unique=True, db_index=True)),
                ('number', fields.BigIntField()),
                ('digest', fields.CharField(max_length=64)),
            ],
            options={'table': 'staff_chain', 'app': 'staff', 'pk_attr': 'id', 'table_description': 'The end of the chain of acts, in one row that writers take turns at.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffIdentity',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('member_id', fields.CharField(max_length=26)),
                ('issuer', fields.CharField(max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_identity', 'app': 'staff', 'indexes': [Index(fields=['member_id'], name='staff_identity_member')], 'pk_attr': 'id', 'table_description': 'Who a member is at a provider of ours. `id` is a hash of issuer and subject.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffInvitation',
            fields=[
                ('digest', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('member_id', fields.CharField(max_length=26)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_invitation', 'app': 'staff', 'pk_attr': 'digest', 'table_description': 'A link that lets one member enrol their first passkey, once. `digest` is the hash of its secret.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffMember',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('department_id', fields.CharField(null=True, max_length=40)),
                ('name', fields.CharField(max_length=80)),
                ('login', fields.CharField(unique=True, max_length=120)),
                ('roles', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('disabled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_member', 'app': 'staff', 'indexes': [Index(fields=['department_id', 'id'], name='staff_member_department')], 'pk_attr': 'id', 'table_description': "A civil servant or a department's developer. Without a department: of the platform team."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffPasskey',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('member_id', fields.CharField(max_length=26)),
                ('credential_id', fields.TextField(unique=False)),
                ('public_key', fields.TextField(unique=False)),
                ('sign_count', fields.BigIntField()),
                ('name', fields.CharField(max_length=80)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_passkey', 'app': 'staff', 'indexes': [Index(fields=['member_id'], name='staff_passkey_member')], 'pk_attr': 'id', 'table_description': "A member's passkey. `id` is the hash of the credential's id."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffProposal',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('kind', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(null=True, max_length=40)),
                ('content', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('proposed_by', fields.CharField(max_length=26)),
                ('state', fields.CharField(max_length=10)),
                ('decided_by', fields.CharField(null=True, max_length=26)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_proposal', 'app': 'staff', 'indexes': [Index(fields=['state', 'id'], name='staff_proposal_state')], 'pk_attr': 'id', 'table_description': 'An act that waits for a second pair of eyes.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StaffSession',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('member_id', fields.CharField(max_length=26)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('via', fields.CharField(max_length=300)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_session', 'app': 'staff', 'indexes': [Index(fields=['member_id'], name='staff_session_member')], 'pk_attr': 'id', 'table_description': "One browser of one member. `digest` is the hash of the cookie's secret, `via` how they signed in."},
            bases=['Model'],
        ),
    ]
