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
            name='Rating',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('service_id', fields.CharField(max_length=40)),
                ('department_id', fields.CharField(max_length=40)),
                ('event', fields.CharField(max_length=100)),
                ('title', fields.CharField(null=True, max_length=120)),
                ('grade', fields.SmallIntField()),
                ('text', fields.CharField(null=True, max_length=500)),
                ('tags', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ratings_rating', 'app': 'ratings', 'unique_together': (('account_id', 'service_id', 'event'),), 'indexes': [Index(fields=['account_id', 'id'], name='ratings_rating_account'), Index(fields=['department_id', 'id'], name='ratings_rating_department'), Index(fields=['service_id', 'id'], name='ratings_rating_service')], 'pk_attr': 'id', 'table_description': "One resident's grade for one finished event of a service, where event is the department's own id."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Total',
            fields=[
                ('service_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ('grades', fields.BigIntField()),
                ('ratings', fields.BigIntField()),
            ],
            options={'table': 'ratings_total', 'app': 'ratings', 'pk_attr': 'service_id', 'table_description': 'All grades of one service together, so that nobody has to add them up.'},
            bases=['Model'],
        ),
    ]
