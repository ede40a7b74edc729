"""The tables of accounts, codes, sessions, consents and keys; no behaviour.

A model's docstring becomes the table's comment, which may hold no semicolon: migrations split their SQL there.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Account(Model):
    """One natural person. Until `hold_until` the account counts as level 2 at most: see auth/levels.py.

    `phone` is null for a number that went to somebody else, and once `closed_at` is set. `merged_into` is the account
    that this one's owner goes on with. `used_at` is when a session that was removed since had last been seen.
    """

    id = fields.CharField(26, primary_key=True)
    phone = fields.CharField(11, unique=True, null=True)
    name = fields.CharField(80, null=True)
    id_number = fields.CharField(18, null=True)
    loa = fields.SmallIntField()
    locale = fields.CharField(8)
    elder = fields.BooleanField()
    created_at = fields.DatetimeField()
    hold_until = fields.DatetimeField(null=True)
    merged_into = fields.CharField(26, null=True)
    used_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "auth_account"
        indexes = (Index(fields=("merged_into",), name="auth_account_merged"),)


class SignInCode(Model):
    """The one live code of a phone number, a purpose and a browser. `browser` and `digest` are hashes."""

    challenge = fields.CharField(43, primary_key=True)
    phone = fields.CharField(11)
    purpose = fields.CharField(20)
    browser = fields.CharField(64)
    digest = fields.CharField(64)
    tries = fields.SmallIntField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "auth_code"
        unique_together = (("phone", "purpose", "browser"),)
        indexes = (Index(fields=("expires_at",), name="auth_code_expires"),)


class CodeQuota(Model):
    """Codes sent in one window. `id` is a keyed hash of what is counted and when."""

    id = fields.CharField(64, primary_key=True)
    spent = fields.IntField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "auth_code_quota"
        indexes = (Index(fields=("ends_at",), name="auth_code_quota_ends"),)


class SentSMS(Model):
    """A text message that the development outbox took."""

    id = fields.CharField(26, primary_key=True)
    phone = fields.CharField(11)
    text = fields.CharField(300)
    code = fields.CharField(6)
    at = fields.DatetimeField()

    class Meta:
        table = "auth_sms"


class Session(Model):
    """One device of one resident. `digest` is the hash of the cookie's secret.

    `amr` are the means of the last authentication, separated by spaces (RFC 8176), `authenticated_at` its time.
    """

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    digest = fields.CharField(64, unique=True)
    device = fields.CharField(80)
    place = fields.CharField(80, db_default="")
    amr = fields.CharField(60, db_default="sms")
    authenticated_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    last_seen_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "auth_session"
        indexes = (
            Index(fields=("account_id", "id"), name="auth_session_account"),
            Index(fields=("last_seen_at",), name="auth_session_last_seen"),
            Index(fields=("revoked_at",), name="auth_session_revoked"),
            Index(fields=("created_at",), name="auth_session_created"),
        )


class Consent(Model):
    """What a resident lets one mini-service have: `scopes` as granted, `shown` all that were asked for then."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    service_name: fields.Field[dict[str, str]] = fields.JSONField()
    scopes: fields.Field[list[dict[str, Any]]] = fields.JSONField()
    shown: fields.Field[list[str]] = fields.JSONField()
    version = fields.CharField(80)
    granted_at = fields.DatetimeField()

    class Meta:
        table = "auth_consent"
        unique_together = (("account_id", "service_id"),)


class ConsentEvent(Model):
    """The history of consents: never changed, never deleted with the consent.

    `scopes` are those granted, or taken back, `shown` all that was asked for then, each with the reason that was shown.
    """

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    action = fields.CharField(10)
    scopes: fields.Field[list[dict[str, Any]]] = fields.JSONField()
    shown: fields.Field[list[dict[str, Any]]] = fields.JSONField(db_default=[])
    service_name: fields.Field[dict[str, str]] = fields.JSONField(db_default={})
    version = fields.CharField(80)
    at = fields.DatetimeField()

    class Meta:
        table = "auth_consent_event"
        indexes = (Index(fields=("account_id", "id"), name="auth_consent_event_account"),)


class Key(Model):
    """The signing keys of one time: ES256, and RS256 where that is asked for. Their private parts are sealed.

    `generation` lets one process win a rotation.
    """

    kid = fields.CharField(43, primary_key=True)
    generation = fields.IntField(unique=True)
    sealed = fields.TextField()
    rsa_kid = fields.CharField(43, null=True)
    rsa_sealed = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    active_from = fields.DatetimeField()
    retires_at = fields.DatetimeField(null=True)
    gone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "auth_key"


class PairwiseSubject(Model):
    """One resident as one sector knows them. `sub` is unique everywhere, not in its sector alone."""

    sub = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    sector = fields.CharField(60)

    class Meta:
        table = "auth_subject"
        unique_together = (("account_id", "sector"),)


class MiniSession(Model):
    """One mini-service in one session. `id` is the handle that its tokens carry as `sid`."""

    id = fields.CharField(26, primary_key=True)
    session_id = fields.CharField(26)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    created_at = fields.DatetimeField()

    class Meta:
        table = "auth_mini_session"
        unique_together = (("session_id", "service_id"),)


class Change(Model):
    """Something that a standing rests on changed for an account: see auth/changes.py."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    at = fields.DatetimeField()

    class Meta:
        table = "auth_change"
        indexes = (Index(fields=("at",), name="auth_change_at"),)


class UsedAssertion(Model):
    """What counts once and was spent, until it would have expired: the jti of an assertion, of a proof. A hash."""

    id = fields.CharField(64, primary_key=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "auth_assertion_used"
        indexes = (Index(fields=("expires_at",), name="auth_assertion_used_expires"),)
