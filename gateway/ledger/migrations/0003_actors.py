from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('ledger', '0002_tree')]

    initial = False

    operations = [
        ops.CreateModel(
            name='LedgerActor',
            fields=[
                ('mandate', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
            ],
            options={'table': 'ledger_actor', 'app': 'ledger', 'indexes': [Index(fields=['account_id'], name='ledger_actor_account')], 'pk_attr': 'mandate', 'table_description': 'Who acts on a mandate, and so sees its entries as well. Destroyed when that account is forgotten.'},
            bases=['Model'],
        ),
    ]
