from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Counter',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('empty_at', fields.BigIntField()),
                ('step', fields.BigIntField()),
            ],
            options={'table': 'guard_counter', 'app': 'guard', 'indexes': [Index(fields=['empty_at'], name='guard_counter_empty')], 'pk_attr': 'id', 'table_description': 'A leaky bucket: it is empty at `empty_at`, each count adds `step` to that. Both in milliseconds, since 1970.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('account_id', fields.CharField(max_length=26)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'guard_device', 'app': 'guard', 'indexes': [Index(fields=['account_id'], name='guard_device_account'), Index(fields=['ends_at'], name='guard_device_ends')], 'pk_attr': 'id', 'table_description': "A browser that signed in to an account. The id hashes the account with the cookie's value."},
            bases=['Model'],
        ),
    ]
