from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='KeyedAnswer',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account_id', fields.CharField(max_length=26)),
                ('holder', fields.CharField(max_length=26)),
                ('claims', fields.IntField()),
                ('fingerprint', fields.CharField(null=True, max_length=64)),
                ('status', fields.SmallIntField(null=True)),
                ('answer', fields.BinaryField(null=True)),
                ('lease_until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proxy_key', 'app': 'proxy', 'indexes': [Index(fields=['account_id'], name='proxy_key_account'), Index(fields=['expires_at'], name='proxy_key_expires')], 'pk_attr': 'id', 'table_description': 'One Idempotency-Key of one resident at one operation.'},
            bases=['Model'],
        ),
    ]
