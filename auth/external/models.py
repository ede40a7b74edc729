"""The tables of identities of elsewhere; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class BoundIdentity(Model):
    """Whose account an identity signs in. `provider` is our label, issuer and subject are what counts."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    provider = fields.CharField(40)
    issuer = fields.CharField(255)
    subject = fields.CharField(255)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()

    class Meta:
        table = "external_identity"
        unique_together = (("issuer", "subject"),)
        indexes = (Index(fields=("account_id", "id"), name="external_identity_account"),)


class Attempt(Model):
    """A browser that was sent to a provider. `state` and `browser` are hashes, `account_id` who wants to bind."""

    state = fields.CharField(64, primary_key=True)
    browser = fields.CharField(64)
    provider = fields.CharField(40)
    account_id = fields.CharField(26, null=True)
    next_path = fields.CharField(500)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "external_attempt"
        indexes = (Index(fields=("expires_at",), name="external_attempt_expires"),)


class PendingIdentity(Model):
    """A checked identity that has no account yet, in one browser. `browser` is a hash."""

    browser = fields.CharField(64, primary_key=True)
    provider = fields.CharField(40)
    issuer = fields.CharField(255)
    subject = fields.CharField(255)
    name = fields.CharField(120, null=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "external_pending"
        indexes = (Index(fields=("expires_at",), name="external_pending_expires"),)


class IdentitySession(Model):
    """A session of ours that an identity opened. `sid` is the provider's session."""

    session_id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    issuer = fields.CharField(255)
    subject = fields.CharField(255)
    sid = fields.CharField(255, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "external_session"
        indexes = (
            Index(fields=("issuer", "subject"), name="external_session_subject"),
            Index(fields=("issuer", "sid"), name="external_session_sid"),
            Index(fields=("created_at",), name="external_session_created"),
        )
