"""The table of the data path; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class KeyedAnswer(Model):
    """One Idempotency-Key of one resident at one operation.

    `id` is a hash, from which the key cannot be read. While `status` is null the call is under way until `lease_until`,
    or nobody has it any more. `answer` is sealed under the key itself.
    """

    id = fields.CharField(64, primary_key=True)
    account_id = fields.CharField(26)
    holder = fields.CharField(26)
    claims = fields.IntField()
    fingerprint = fields.CharField(64, null=True)
    status = fields.SmallIntField(null=True)
    answer = fields.BinaryField(null=True)
    lease_until = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "proxy_key"
        indexes = (
            Index(fields=("account_id",), name="proxy_key_account"),
            Index(fields=("expires_at",), name="proxy_key_expires"),
        )
