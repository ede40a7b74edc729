from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Intent',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('name', fields.CharField(max_length=40)),
                ('provider_id', fields.CharField(max_length=40)),
                ('payload', fields.TextField(unique=False)),
                ('state', fields.CharField(max_length=9)),
                ('result', fields.TextField(null=True, unique=False)),
                ('token', fields.TextField(null=True, unique=False)),
                ('key', fields.CharField(null=True, max_length=255)),
                ('digest', fields.CharField(max_length=64)),
                ('result_key', fields.CharField(null=True, max_length=255)),
                ('result_digest', fields.CharField(null=True, max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'intents_intent', 'app': 'intents', 'unique_together': (('account_id', 'key'),), 'indexes': [Index(fields=['account_id', 'id'], name='intents_intent_account'), Index(fields=['created_at'], name='intents_intent_created')], 'pk_attr': 'id', 'table_description': 'What a service asks of another, and what that answered. Payload and result are the text of their JSON.'},
            bases=['Model'],
        ),
    ]
