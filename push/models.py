"""The tables of notices, their delivery and the browsers that take them; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Mailbox(Model):
    """One row per account with notices: under its lock each notice gets its place, so that ids grow as they commit.

    `version` counts whatever a live stream would show: a notice, a notice read.
    """

    account_id = fields.CharField(26, primary_key=True)
    newest = fields.CharField(26)
    version = fields.BigIntField()

    class Meta:
        table = "push_mailbox"


class Notice(Model):
    """What a department told a resident. Its delivery ends when it expires, its place in the inbox does not."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    department_id = fields.CharField(40)
    service_id = fields.CharField(40, null=True)
    title: fields.Field[dict[str, str]] = fields.JSONField()
    body: fields.Field[dict[str, str]] = fields.JSONField()
    path = fields.CharField(500, null=True)
    thread = fields.CharField(100, null=True)
    urgency = fields.CharField(6)
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    state: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)

    class Meta:
        table = "push_notice"
        indexes = (
            Index(fields=("account_id", "id"), name="push_notice_account"),
            Index(fields=("account_id", "read_at"), name="push_notice_unread"),
            Index(fields=("account_id", "department_id", "thread"), name="push_notice_thread"),
        )


class FirstAnswer(Model):
    """What was answered to the Idempotency-Key of a client, and the digest of the body that came with it."""

    id = fields.CharField(26, primary_key=True)
    client = fields.CharField(100)
    key = fields.CharField(255)
    digest = fields.CharField(64)
    notice_id = fields.CharField(26)
    created_at = fields.DatetimeField()

    class Meta:
        table = "push_idempotency"
        unique_together = (("client", "key"),)
        indexes = (Index(fields=("created_at",), name="push_idempotency_created"),)


class Subscription(Model):
    """A browser that takes Web Push, with its keys in base64url and the failures in a row."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    session_id = fields.CharField(26)
    endpoint = fields.CharField(2000, unique=True)
    p256dh = fields.CharField(88)
    auth = fields.CharField(24)
    created_at = fields.DatetimeField()
    last_success_at = fields.DatetimeField(null=True)
    failures = fields.IntField()

    class Meta:
        table = "push_subscription"
        indexes = (
            Index(fields=("account_id", "id"), name="push_subscription_account"),
            Index(fields=("session_id",), name="push_subscription_session"),
        )


class Delivery(Model):
    """The outbox: one notice on its way to one browser.

    A row that is claimed is due again when its lease ends, so nothing is lost with the worker that claimed it.
    """

    id = fields.CharField(26, primary_key=True)
    notice_id = fields.CharField(26)
    subscription_id = fields.CharField(26)
    run_at = fields.DatetimeField()
    attempts = fields.IntField()

    class Meta:
        table = "push_delivery"
        indexes = (
            Index(fields=("run_at", "id"), name="push_delivery_due"),
            Index(fields=("subscription_id",), name="push_delivery_subscription"),
        )
