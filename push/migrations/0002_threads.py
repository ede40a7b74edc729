from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('push', '0001_initial')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Notice',
            name='state',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddIndex(
            model_name='Notice',
            index=Index(fields=['account_id', 'department_id', 'thread'], name='push_notice_thread'),
        ),
    ]
