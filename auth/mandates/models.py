"""The tables of mandates; no behaviour.

A model's docstring becomes the table's comment, which may hold no semicolon: migrations split their SQL there.
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Represented(Model):
    """A person without an account, or a legal person: whose data it is, under an id like an account's.

    `number` is the ID number, or the unified social credit code.
    """

    id = fields.CharField(26, primary_key=True)
    kind = fields.CharField(12)
    number = fields.CharField(18)
    name = fields.CharField(120)
    created_at = fields.DatetimeField()

    class Meta:
        table = "mandate_represented"
        unique_together = (("kind", "number"),)


class Mandate(Model):
    """The right of `actor_id` to act for `principal_id`. One of the two is missing while the offer waits for `phone`.

    `services` is null for all of them. `slot` lets there be one of its kind between two, and is null once it has ended.
    """

    id = fields.CharField(26, primary_key=True)
    kind = fields.CharField(12)
    state = fields.CharField(8)
    actor_id = fields.CharField(26, null=True)
    principal_id = fields.CharField(26, null=True)
    principal_kind = fields.CharField(12)
    offered_by = fields.CharField(26)
    phone = fields.CharField(11, null=True)
    services: fields.Field[list[str] | None] = fields.JSONField(null=True)
    roles: fields.Field[list[str]] = fields.JSONField()
    days = fields.SmallIntField()
    slot = fields.CharField(100, null=True, unique=True)
    created_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "mandate_mandate"
        indexes = (
            Index(fields=("actor_id", "id"), name="mandate_mandate_actor"),
            Index(fields=("principal_id", "id"), name="mandate_mandate_principal"),
            Index(fields=("offered_by", "state"), name="mandate_mandate_offered"),
            Index(fields=("phone", "state"), name="mandate_mandate_phone"),
        )


class MandateSession(Model):
    """One mini-service in one session on one mandate. `id` is the handle that its tokens carry as `sid`."""

    id = fields.CharField(26, primary_key=True)
    session_id = fields.CharField(26)
    mandate_id = fields.CharField(26)
    service_id = fields.CharField(40)
    created_at = fields.DatetimeField()

    class Meta:
        table = "mandate_session"
        unique_together = (("session_id", "mandate_id", "service_id"),)


class MandateAct(Model):
    """What was done with or on a mandate outside of the departments, who did it, and with which service."""

    id = fields.CharField(26, primary_key=True)
    mandate_id = fields.CharField(26)
    account_id = fields.CharField(26)
    action = fields.CharField(20)
    service_id = fields.CharField(40, null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "mandate_act"
        indexes = (Index(fields=("mandate_id", "id"), name="mandate_act_mandate"),)
