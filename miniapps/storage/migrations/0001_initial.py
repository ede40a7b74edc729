from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Entry',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('space_id', fields.CharField(max_length=26)),
                ('key', fields.CharField(max_length=128)),
                ('value', fields.TextField(unique=False)),
                ('size', fields.IntField()),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'storage_entry', 'app': 'storage', 'unique_together': (('space_id', 'key'),), 'pk_attr': 'id', 'table_description': 'One value, as the text of its JSON. Not a JSON column, for those take no U+0000.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Space',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('mandate_id', fields.CharField(max_length=26)),
                ('used', fields.IntField()),
                ('keys', fields.IntField()),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'storage_space', 'app': 'storage', 'unique_together': (('account_id', 'service_id', 'mandate_id'),), 'indexes': [Index(fields=['mandate_id'], name='storage_space_mandate')], 'pk_attr': 'id', 'table_description': 'What one service keeps for one account, whose data it is. An empty mandate_id means in their own name.'},
            bases=['Model'],
        ),
    ]
