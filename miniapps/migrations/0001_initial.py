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
            name='Department',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ('name', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
            ],
            options={'table': 'miniapps_department', 'app': 'miniapps', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Favourite',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
            ],
            options={'table': 'miniapps_favourite', 'app': 'miniapps', 'unique_together': (('account_id', 'service_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Recent',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('opened_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'miniapps_recent', 'app': 'miniapps', 'unique_together': (('account_id', 'service_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Release',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('version_code', fields.IntField()),
                ('version_name', fields.CharField(max_length=64)),
                ('status', fields.CharField(max_length=12)),
                ('digest', fields.CharField(max_length=64)),
                ('manifest', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('files', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('warnings', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('published_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('published_by', fields.CharField(null=True, max_length=100)),
            ],
            options={'table': 'miniapps_release', 'app': 'miniapps', 'unique_together': (('service_id', 'version_code'),), 'indexes': [Index(fields=['status'], name='miniapps_release_status')], 'pk_attr': 'id', 'table_description': 'One version of a mini-service, where files maps each path to the SHA-256 of its content.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Service',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('live_release_id', fields.CharField(null=True, max_length=26)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'miniapps_service', 'app': 'miniapps', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Upstream',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('address', fields.CharField(max_length=500)),
                ('allow', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('openapi', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('revision', fields.CharField(max_length=26)),
                ('connect_ms', fields.IntField()),
                ('first_byte_ms', fields.IntField()),
                ('total_ms', fields.IntField()),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'miniapps_upstream', 'app': 'miniapps', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
