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
            name='SecurityEvent',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('kind', fields.CharField(max_length=40)),
                ('details', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('phone', fields.CharField(null=True, max_length=11)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('noticed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('attempts', fields.SmallIntField(db_default=0)),
                ('due_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('told_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'security_event', 'app': 'security', 'indexes': [Index(fields=['account_id', 'id'], name='security_event_account'), Index(fields=['noticed_at', 'id'], name='security_event_noticed'), Index(fields=['told_at', 'id'], name='security_event_told')], 'pk_attr': 'id', 'table_description': 'Something that happened to an account which its owner is to know of.'},
            bases=['Model'],
        ),
    ]
