"""The tables of what watches over an account; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class SecurityEvent(Model):
    """Something that happened to an account which its owner is to know of.

    It is in the inbox from `noticed_at` on. `phone`, where there is one, also gets a text message, tried again from
    `due_at` on, and goes with the telling, which is over at `told_at`.
    """

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    kind = fields.CharField(40)
    details: fields.Field[dict[str, str]] = fields.JSONField()
    phone = fields.CharField(11, null=True)
    at = fields.DatetimeField()
    noticed_at = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(db_default=0)
    due_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)

    class Meta:
        table = "security_event"
        indexes = (
            Index(fields=("account_id", "id"), name="security_event_account"),
            Index(fields=("noticed_at", "id"), name="security_event_noticed"),
            Index(fields=("told_at", "id"), name="security_event_told"),
        )
