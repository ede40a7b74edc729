"""The tables of storage; no behaviour.

The docstring of a model becomes the table's comment, which may hold no semicolon.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Space(Model):
    """What one service keeps for one account, whose data it is. An empty mandate_id means in their own name."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    mandate_id = fields.CharField(26)
    used = fields.IntField()
    keys = fields.IntField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "storage_space"
        unique_together = (("account_id", "service_id", "mandate_id"),)
        indexes = (Index(fields=("mandate_id",), name="storage_space_mandate"),)


class Entry(Model):
    """One value, as the text of its JSON. Not a JSON column, for those take no U+0000."""

    id = fields.CharField(26, primary_key=True)
    space_id = fields.CharField(26)
    key = fields.CharField(128)
    value = fields.TextField()
    size = fields.IntField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "storage_entry"
        unique_together = (("space_id", "key"),)
