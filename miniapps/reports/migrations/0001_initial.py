from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Report',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('version', fields.CharField(max_length=64)),
                ('reason', fields.CharField(max_length=16)),
                ('text', fields.CharField(null=True, max_length=1000)),
                ('day', fields.CharField(max_length=10)),
                ('digest', fields.CharField(max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'reports_report', 'app': 'reports', 'unique_together': (('account_id', 'service_id', 'day', 'digest'),), 'indexes': [Index(fields=['account_id', 'id'], name='reports_report_account'), Index(fields=['department_id', 'id'], name='reports_report_department')], 'pk_attr': 'id', 'table_description': 'What a resident found wrong with a service, by the release that was live. The digest tells one from another.'},
            bases=['Model'],
        ),
    ]
