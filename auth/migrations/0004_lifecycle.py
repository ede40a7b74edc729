from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('auth', '0003_authentication')]

    initial = False

    operations = [
        ops.AlterField(
            model_name='Account',
            name='phone',
            field=fields.CharField(null=True, unique=True, max_length=11),
        ),
        ops.AddField(
            model_name='Account',
            name='closed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Account',
            name='merged_into',
            field=fields.CharField(null=True, max_length=26),
        ),
        ops.AddField(
            model_name='Account',
            name='used_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Account',
            index=Index(fields=['merged_into'], name='auth_account_merged'),
        ),
        ops.AddField(
            model_name='ConsentEvent',
            name='service_name',
            field=fields.JSONField(db_default={}, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='ConsentEvent',
            name='shown',
            field=fields.JSONField(db_default=[], encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
