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
            name='Delivery',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('notice_id', fields.CharField(max_length=26)),
                ('subscription_id', fields.CharField(max_length=26)),
                ('run_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField()),
            ],
            options={'table': 'push_delivery', 'app': 'push', 'indexes': [Index(fields=['run_at', 'id'], name='push_delivery_due'), Index(fields=['subscription_id'], name='push_delivery_subscription')], 'pk_attr': 'id', 'table_description': 'The outbox: one notice on its way to one browser.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FirstAnswer',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('client', fields.CharField(max_length=100)),
                ('key', fields.CharField(max_length=255)),
                ('digest', fields.CharField(max_length=64)),
                ('notice_id', fields.CharField(max_length=26)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'push_idempotency', 'app': 'push', 'unique_together': (('client', 'key'),), 'indexes': [Index(fields=['created_at'], name='push_idempotency_created')], 'pk_attr': 'id', 'table_description': 'What was answered to the Idempotency-Key of a client, and the digest of the body that came with it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Mailbox',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('newest', fields.CharField(max_length=26)),
                ('version', fields.BigIntField()),
            ],
            options={'table': 'push_mailbox', 'app': 'push', 'pk_attr': 'account_id', 'table_description': 'One row per account with notices: under its lock each notice gets its place, so that ids grow as they commit.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Notice',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('department_id', fields.CharField(max_length=40)),
                ('service_id', fields.CharField(null=True, max_length=40)),
                ('title', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('body', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('path', fields.CharField(null=True, max_length=500)),
                ('thread', fields.CharField(null=True, max_length=100)),
                ('urgency', fields.CharField(max_length=6)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'push_notice', 'app': 'push', 'indexes': [Index(fields=['account_id', 'id'], name='push_notice_account'), Index(fields=['account_id', 'read_at'], name='push_notice_unread')], 'pk_attr': 'id', 'table_description': 'What a department told a resident. Its delivery ends when it expires, its place in the inbox does not.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Subscription',
            fields=[
                ('id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('account_id', fields.CharField(max_length=26)),
                ('session_id', fields.CharField(max_length=26)),
                ('endpoint', fields.CharField(unique=True, max_length=2000)),
                ('p256dh', fields.CharField(max_length=88)),
                ('auth', fields.CharField(max_length=24)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_success_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('failures', fields.IntField()),
            ],
            options={'table': 'push_subscription', 'app': 'push', 'indexes': [Index(fields=['account_id', 'id'], name='push_subscription_account'), Index(fields=['session_id'], name='push_subscription_session')], 'pk_attr': 'id', 'table_description': 'A browser that takes Web Push, with its keys in base64url and the failures in a row.'},
            bases=['Model'],
        ),
    ]
