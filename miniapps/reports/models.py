"""The table of reports; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Report(Model):
    """What a resident found wrong with a service, by the release that was live. The digest tells one from another."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    department_id = fields.CharField(40)
    version = fields.CharField(64)
    reason = fields.CharField(16)
    text = fields.CharField(1000, null=True)
    day = fields.CharField(10)
    digest = fields.CharField(64)
    created_at = fields.DatetimeField()

    class Meta:
        table = "reports_report"
        unique_together = (("account_id", "service_id", "day", "digest"),)
        indexes = (
            Index(fields=("account_id", "id"), name="reports_report_account"),
            Index(fields=("department_id", "id"), name="reports_report_department"),
        )
