"""The tables of an account over the years; no behaviour."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class FormerNumber(Model):
    """A number that an account had until `left_at`. `phone_hash` is keyed. `why` is changed or recycled."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    phone_hash = fields.CharField(64)
    why = fields.CharField(10)
    left_at = fields.DatetimeField()

    class Meta:
        table = "lifecycle_number"
        indexes = (
            Index(fields=("phone_hash", "id"), name="lifecycle_number_phone"),
            Index(fields=("account_id", "id"), name="lifecycle_number_account"),
        )


class Newcomer(Model):
    """Somebody who proved a number that somebody else's account has. `digest` and `browser` are hashes."""

    digest = fields.CharField(64, primary_key=True)
    browser = fields.CharField(64)
    phone = fields.CharField(11)
    account_id = fields.CharField(26)
    tries = fields.SmallIntField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "lifecycle_newcomer"
        indexes = (Index(fields=("expires_at",), name="lifecycle_newcomer_expires"),)


class FormerName(Model):
    """A legal name that an account had until `left_at`, sealed."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    sealed = fields.TextField()
    left_at = fields.DatetimeField()

    class Meta:
        table = "lifecycle_name"
        indexes = (Index(fields=("account_id", "id"), name="lifecycle_name_account"),)


class Merge(Model):
    """One account taken into another. `moved` says by area what went over, so that it can go back."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    absorbed_id = fields.CharField(26)
    moved: fields.Field[dict[str, Any]] = fields.JSONField()
    merged_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "lifecycle_merge"
        indexes = (Index(fields=("account_id", "id"), name="lifecycle_merge_account"),)


class Deletion(Model):
    """A deletion that was asked for. `steps` are those done, `step` how many, with a worker until `lease_until`."""

    account_id = fields.CharField(26, primary_key=True)
    asked_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    step = fields.SmallIntField()
    steps: fields.Field[list[str]] = fields.JSONField()
    lease_until = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "lifecycle_deletion"
        indexes = (Index(fields=("done_at", "due_at"), name="lifecycle_deletion_due"),)


class ClosureCount(Model):
    """How many closures a department was told of: under its lock each takes its number."""

    department_id = fields.CharField(40, primary_key=True)
    newest = fields.BigIntField()

    class Meta:
        table = "lifecycle_closure_count"


class Closure(Model):
    """An account that a department knew as `sub` and that is closed."""

    id = fields.CharField(26, primary_key=True)
    department_id = fields.CharField(40)
    number = fields.BigIntField()
    sub = fields.CharField(26, unique=True)
    at = fields.DatetimeField()

    class Meta:
        table = "lifecycle_closure"
        unique_together = (("department_id", "number"),)


class Export(Model):
    """An archive of all that an account has. `key` opens it and is itself sealed, `link` is a hash."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    state = fields.CharField(10)
    asked_at = fields.DatetimeField()
    lease_until = fields.DatetimeField()
    made_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    key = fields.TextField(null=True)
    link = fields.CharField(64, unique=True, null=True)
    link_until = fields.DatetimeField(null=True)

    class Meta:
        table = "lifecycle_export"
        indexes = (
            Index(fields=("account_id", "id"), name="lifecycle_export_account"),
            Index(fields=("state", "lease_until"), name="lifecycle_export_due"),
        )


class ExportChunk(Model):
    """A piece of an archive, sealed."""

    id = fields.CharField(26, primary_key=True)
    export_id = fields.CharField(26)
    number = fields.IntField()
    content = fields.BinaryField()

    class Meta:
        table = "lifecycle_export_chunk"
        unique_together = (("export_id", "number"),)
