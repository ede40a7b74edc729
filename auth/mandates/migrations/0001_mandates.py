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
            name='Mandate',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('kind', fields.CharField(max_length=12)),
                ('state', fields.CharField(max_length=8)),
                ('actor_id', fields.CharField(null=True, max_length=26)),
                ('principal_id', fields.CharField(null=True, max_length=26)),
                ('principal_kind', fields.CharField(max_length=12)),
                ('offered_by', fields.CharField(max_length=26)),
                ('phone', fields.CharField(null=True, max_length=11)),
                ('services', fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('roles', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('days', fields.SmallIntField()),
                ('slot', fields.CharField(null=True, unique=True, max_length=100)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('accepted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mandate_mandate', 'app': 'mandates', 'indexes': [Index(fields=['actor_id', 'id'], name='mandate_mandate_actor'), Index(fields=['principal_id', 'id'], name='mandate_mandate_principal'), Index(fields=['offered_by', 'state'], name='mandate_mandate_offered'), Index(fields=['phone', 'state'], name='mandate_mandate_phone')], 'pk_attr': 'id', 'table_description': 'The right of `actor_id` to act for `principal_id`. One of the two is missing while the offer waits for `phone`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MandateAct',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('mandate_id', fields.CharField(max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('action', fields.CharField(max_length=20)),
                ('service_id', fields.CharField(null=True, max_length=40)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mandate_act', 'app': 'mandates', 'indexes': [Index(fields=['mandate_id', 'id'], name='mandate_act_mandate')], 'pk_attr': 'id', 'table_description': 'What was done with or on a mandate outside of the departments, who did it, and with which service.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MandateSession',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('session_id', fields.CharField(max_length=26)),
                ('mandate_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mandate_session', 'app': 'mandates', 'unique_together': (('session_id', 'mandate_id', 'service_id'),), 'pk_attr': 'id', 'table_description': 'One mini-service in one session on one mandate. `id` is the handle that its tokens carry as `sid`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Represented',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('kind', fields.CharField(max_length=12)),
                ('number', fields.CharField(max_length=18)),
                ('name', fields.CharField(max_length=120)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'mandate_represented', 'app': 'mandates', 'unique_together': (('kind', 'number'),), 'pk_attr': 'id', 'table_description': "A person without an account, or a legal person: whose data it is, under an id like an account's."},
            bases=['Model'],
        ),
    ]
