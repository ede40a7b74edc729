from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('miniapps', '0001_initial')]

    initial = False

    operations = [
        ops.AddField(model_name='Upstream', name='more_addresses', field=fields.JSONField(db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
        ops.AddField(model_name='Upstream', name='concurrency', field=fields.IntField(db_default=100)),
        ops.AddField(model_name='Upstream', name='queue', field=fields.IntField(db_default=100)),
        ops.AddField(model_name='Upstream', name='limits', field=fields.JSONField(db_default={}, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
        ops.AddField(model_name='Upstream', name='max_body_bytes', field=fields.BigIntField(null=True)),
        ops.AddField(model_name='Upstream', name='tls', field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
        # read every second or so, beside documents of any size: from the index alone
        ops.AddIndex(model_name='Upstream', index=Index(fields=['id', 'revision'], name='miniapps_upstream_revision')),
    ]
