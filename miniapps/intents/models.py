"""The table of intents; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Intent(Model):
    """What a service asks of another, and what that answered. Payload and result are the text of their JSON.

    The digests are those of the requests, so that one that comes again is told from another with its key.
    """

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    department_id = fields.CharField(40)
    name = fields.CharField(40)
    provider_id = fields.CharField(40)
    payload = fields.TextField()
    state = fields.CharField(9)
    result = fields.TextField(null=True)
    token = fields.TextField(null=True)
    key = fields.CharField(255, null=True)
    digest = fields.CharField(64)
    result_key = fields.CharField(255, null=True)
    result_digest = fields.CharField(64, null=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "intents_intent"
        unique_together = (("account_id", "key"),)
        indexes = (
            Index(fields=("account_id", "id"), name="intents_intent_account"),
            Index(fields=("created_at",), name="intents_intent_created"),
        )
