from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('miniapps', '0002_upstream_resilience')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Change',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ('number', fields.BigIntField()),
            ],
            options={'table': 'miniapps_change', 'app': 'miniapps', 'pk_attr': 'id', 'table_description': 'How often something of a kind changed: services, upstreams.'},
            bases=['Model'],
        ),
    ]
