"""One row per proxied call that a department answered, or that it was sent."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class LedgerEntry(Model):
    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    department_id = fields.CharField(40)
    upstream_id = fields.CharField(40)
    operation = fields.CharField(80)
    action = fields.CharField(5)
    summary: fields.Field[dict[str, str]] = fields.JSONField()
    scopes: fields.Field[list[str]] = fields.JSONField()
    outcome = fields.SmallIntField()
    request_id = fields.CharField(64)
    at = fields.DatetimeField()

    class Meta:
        table = "ledger_entry"
        indexes = (Index(fields=("account_id", "id"), name="ledger_entry_account"),)
