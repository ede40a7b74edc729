"""The tables of what stands before an attempt; no behaviour. All ids are keyed hashes."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Counter(Model):
    """A leaky bucket: it is empty at `empty_at`, each count adds `step` to that. Both in milliseconds, since 1970."""

    id = fields.CharField(64, primary_key=True)
    empty_at = fields.BigIntField()
    step = fields.BigIntField()

    class Meta:
        table = "guard_counter"
        indexes = (Index(fields=("empty_at",), name="guard_counter_empty"),)


class KnownDevice(Model):
    """A browser that signed in to an account. The id hashes the account with the cookie's value."""

    id = fields.CharField(64, primary_key=True)
    account_id = fields.CharField(26)
    ends_at = fields.DatetimeField()

    class Meta:
        table = "guard_device"
        indexes = (
            Index(fields=("account_id",), name="guard_device_account"),
            Index(fields=("ends_at",), name="guard_device_ends"),
        )
