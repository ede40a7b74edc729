"""The tables of the staff realm, apart from the residents' in everything; no behaviour."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class StaffMember(Model):
    """A civil servant or a department's developer. Without a department: of the platform team."""

    id = fields.CharField(26, primary_key=True)
    department_id = fields.CharField(40, null=True)
    name = fields.CharField(80)
    login = fields.CharField(120, unique=True)
    roles: fields.Field[list[str]] = fields.JSONField()
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_member"
        indexes = (Index(fields=("department_id", "id"), name="staff_member_department"),)


class StaffIdentity(Model):
    """Who a member is at a provider of ours. `id` is a hash of issuer and subject."""

    id = fields.CharField(64, primary_key=True)
    member_id = fields.CharField(26)
    issuer = fields.CharField(255)
    created_at = fields.DatetimeField()

    class Meta:
        table = "staff_identity"
        indexes = (Index(fields=("member_id",), name="staff_identity_member"),)


class StaffPasskey(Model):
    """A member's passkey. `id` is the hash of the credential's id."""

    id = fields.CharField(64, primary_key=True)
    member_id = fields.CharField(26)
    credential_id = fields.TextField()
    public_key = fields.TextField()
    sign_count = fields.BigIntField()
    name = fields.CharField(80)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_passkey"
        indexes = (Index(fields=("member_id",), name="staff_passkey_member"),)


class StaffInvitation(Model):
    """A link that lets one member enrol their first passkey, once. `digest` is the hash of its secret."""

    digest = fields.CharField(64, primary_key=True)
    member_id = fields.CharField(26)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_invitation"


class StaffSession(Model):
    """One browser of one member. `digest` is the hash of the cookie's secret, `via` how they signed in."""

    id = fields.CharField(26, primary_key=True)
    member_id = fields.CharField(26)
    digest = fields.CharField(64, unique=True)
    via = fields.CharField(300)
    created_at = fields.DatetimeField()
    last_seen_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_session"
        indexes = (Index(fields=("member_id",), name="staff_session_member"),)


class StaffProposal(Model):
    """An act that waits for a second pair of eyes."""

    id = fields.CharField(26, primary_key=True)
    kind = fields.CharField(40)
    department_id = fields.CharField(40, null=True)
    content: fields.Field[dict[str, Any]] = fields.JSONField()
    proposed_by = fields.CharField(26)
    state = fields.CharField(10)
    decided_by = fields.CharField(26, null=True)
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "staff_proposal"
        indexes = (Index(fields=("state", "id"), name="staff_proposal_state"),)


class StaffAct(Model):
    """What a member did. `digest` covers the row and the digest before it, so that none is changed or left out."""

    number = fields.BigIntField(primary_key=True, generated=False)
    member_id = fields.CharField(26)
    department_id = fields.CharField(40, null=True)
    action = fields.CharField(40)
    subject = fields.CharField(120)
    detail: fields.Field[dict[str, Any]] = fields.JSONField()
    at = fields.DatetimeField()
    digest = fields.CharField(64)

    class Meta:
        table = "staff_act"
        indexes = (Index(fields=("department_id", "number"), name="staff_act_department"),)


class StaffChain(Model):
    """The end of the chain of acts, in one row that writers take turns at."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    number = fields.BigIntField()
    digest = fields.CharField(64)

    class Meta:
        table = "staff_chain"
