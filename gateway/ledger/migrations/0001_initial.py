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
            name='LedgerEntry',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('upstream_id', fields.CharField(max_length=40)),
                ('operation', fields.CharField(max_length=80)),
                ('action', fields.CharField(max_length=5)),
                ('summary', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('scopes', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('outcome', fields.SmallIntField()),
                ('request_id', fields.CharField(max_length=64)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ledger_entry', 'app': 'ledger', 'indexes': [Index(fields=['account_id', 'id'], name='ledger_entry_account')], 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
