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
            name='Closure',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('department_id', fields.CharField(max_length=40)),
                ('number', fields.BigIntField()),
                ('sub', fields.CharField(unique=True, max_length=26)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_closure', 'app': 'lifecycle', 'unique_together': (('department_id', 'number'),), 'pk_attr': 'id', 'table_description': 'An account that a department knew as `sub` and that is closed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ClosureCount',
            fields=[
                ('department_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ('newest', fields.BigIntField()),
            ],
            options={'table': 'lifecycle_closure_count', 'app': 'lifecycle', 'pk_attr': 'department_id', 'table_description': 'How many closures a department was told of: under its lock each takes its number.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Deletion',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('due_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('step', fields.SmallIntField()),
                ('steps', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('lease_until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_deletion', 'app': 'lifecycle', 'indexes': [Index(fields=['done_at', 'due_at'], name='lifecycle_deletion_due')], 'pk_attr': 'account_id', 'table_description': 'A deletion that was asked for. `steps` are those done, `step` how many, with a worker until `lease_until`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Export',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('state', fields.CharField(max_length=10)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('lease_until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('made_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('key', fields.TextField(null=True, unique=False)),
                ('link', fields.CharField(null=True, unique=True, max_length=64)),
                ('link_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_export', 'app': 'lifecycle', 'indexes': [Index(fields=['account_id', 'id'], name='lifecycle_export_account'), Index(fields=['state', 'lease_until'], name='lifecycle_export_due')], 'pk_attr': 'id', 'table_description': 'An archive of all that an account has. `key` opens it and is itself sealed, `link` is a hash.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ExportChunk',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('export_id', fields.CharField(max_length=26)),
                ('number', fields.IntField()),
                ('content', fields.BinaryField()),
            ],
            options={'table': 'lifecycle_export_chunk', 'app': 'lifecycle', 'unique_together': (('export_id', 'number'),), 'pk_attr': 'id', 'table_description': 'A piece of an archive, sealed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FormerName',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('sealed', fields.TextField(unique=False)),
                ('left_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_name', 'app': 'lifecycle', 'indexes': [Index(fields=['account_id', 'id'], name='lifecycle_name_account')], 'pk_attr': 'id', 'table_description': 'A legal name that an account had until `left_at`, sealed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FormerNumber',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('phone_hash', fields.CharField(max_length=64)),
                ('why', fields.CharField(max_length=10)),
                ('left_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_number', 'app': 'lifecycle', 'indexes': [Index(fields=['phone_hash', 'id'], name='lifecycle_number_phone'), Index(fields=['account_id', 'id'], name='lifecycle_number_account')], 'pk_attr': 'id', 'table_description': 'A number that an account had until `left_at`. `phone_hash` is keyed. `why` is changed or recycled.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Merge',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('absorbed_id', fields.CharField(max_length=26)),
                ('moved', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('merged_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('undone_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_merge', 'app': 'lifecycle', 'indexes': [Index(fields=['account_id', 'id'], name='lifecycle_merge_account')], 'pk_attr': 'id', 'table_description': 'One account taken into another. `moved` says by area what went over, so that it can go back.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Newcomer',
            fields=[
                ('digest', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('browser', fields.CharField(max_length=64)),
                ('phone', fields.CharField(max_length=11)),
                ('account_id', fields.CharField(max_length=26)),
                ('tries', fields.SmallIntField()),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lifecycle_newcomer', 'app': 'lifecycle', 'indexes': [Index(fields=['expires_at'], name='lifecycle_newcomer_expires')], 'pk_attr': 'digest', 'table_description': "Somebody who proved a number that somebody else's account has. `digest` and `browser` are hashes."},
            bases=['Model'],
        ),
    ]
