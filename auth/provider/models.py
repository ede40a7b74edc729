"""The tables of the OpenID provider; no behaviour.

Secrets, codes and tokens are kept as hashes alone. A model's docstring may hold no semicolon.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Client(Model):
    """Whoever speaks to us in its own name: a department's system, a web service, an app.

    `scopes` are those of the client itself (dept:…), `asks` what it may ask residents for: name, reason, required.
    `sector` is who its subjects are shared with: clients of one department and environment with the same sector.
    """

    id = fields.CharField(80, primary_key=True)
    department_id = fields.CharField(40)
    environment = fields.CharField(10)
    name: fields.Field[dict[str, str]] = fields.JSONField()
    kind = fields.CharField(6)
    uri = fields.CharField(500, null=True)
    auth_method = fields.CharField(24)
    scopes: fields.Field[list[str]] = fields.JSONField()
    asks: fields.Field[list[dict[str, Any]]] = fields.JSONField()
    redirect_uris: fields.Field[list[str]] = fields.JSONField()
    post_logout_uris: fields.Field[list[str]] = fields.JSONField()
    backchannel_logout_uri = fields.CharField(500, null=True)
    backchannel_session_required = fields.BooleanField()
    sector = fields.CharField(255)
    id_token_alg = fields.CharField(5)
    par_required = fields.BooleanField()
    dpop_required = fields.BooleanField()
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_client"
        indexes = (Index(fields=("department_id", "id"), name="provider_client_department"),)


class ClientKey(Model):
    """A public key of a client. It may have several, so that it changes them without a gap."""

    id = fields.CharField(26, primary_key=True)
    client_id = fields.CharField(80)
    kid = fields.CharField(200)
    jwk: fields.Field[dict[str, str]] = fields.JSONField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "provider_client_key"
        unique_together = (("client_id", "kid"),)


class ClientSecret(Model):
    """A client's secret, as a hash. Two are alive while it is being changed."""

    id = fields.CharField(26, primary_key=True)
    client_id = fields.CharField(80)
    digest = fields.CharField(64)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_client_secret"
        indexes = (
            Index(fields=("client_id", "id"), name="provider_client_secret_client"),
            Index(fields=("expires_at",), name="provider_client_secret_expires"),
        )


class InitialToken(Model):
    """A permission to register clients (RFC 7591, section 3), as a hash."""

    digest = fields.CharField(64, primary_key=True)
    department_id = fields.CharField(40)
    environment = fields.CharField(10)
    uses_left = fields.IntField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "provider_initial_token"
        indexes = (Index(fields=("expires_at",), name="provider_initial_token_expires"),)


class PushedRequest(Model):
    """Parameters of an authorization request that came by the back door (RFC 9126). `id` is a hash."""

    id = fields.CharField(64, primary_key=True)
    client_id = fields.CharField(80)
    parameters: fields.Field[dict[str, str]] = fields.JSONField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "provider_pushed"
        indexes = (Index(fields=("expires_at",), name="provider_pushed_expires"),)


class Authorization(Model):
    """An authorization request on its way through one browser. `browser` is the hash of its cookie.

    `account_id`, `allowed` and `scopes` are what the resident decided, `finished_at` when the answer was given.
    """

    id = fields.CharField(26, primary_key=True)
    client_id = fields.CharField(80)
    browser = fields.CharField(64)
    parameters: fields.Field[dict[str, str]] = fields.JSONField()
    account_id = fields.CharField(26, null=True)
    allowed = fields.BooleanField(null=True)
    scopes: fields.Field[list[str]] = fields.JSONField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_authorization"
        indexes = (Index(fields=("expires_at",), name="provider_authorization_expires"),)


class Grant(Model):
    """What a resident lets one client have, until it is withdrawn: `scopes`, out of all that were `shown` so far."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    client_id = fields.CharField(80)
    scopes: fields.Field[list[str]] = fields.JSONField()
    shown: fields.Field[list[str]] = fields.JSONField()
    since = fields.DatetimeField()

    class Meta:
        table = "provider_grant"
        unique_together = (("account_id", "client_id"),)


class GrantEvent(Model):
    """The history of grants, with the reasons that the resident was shown: never changed, never deleted with them."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    client_id = fields.CharField(80)
    action = fields.CharField(10)
    scopes: fields.Field[list[dict[str, Any]]] = fields.JSONField()
    at = fields.DatetimeField()

    class Meta:
        table = "provider_grant_event"
        indexes = (Index(fields=("account_id", "id"), name="provider_grant_event_account"),)


class ClientSession(Model):
    """One client in one session of a resident. `id` is the `sid` that its ID tokens and logout tokens carry."""

    id = fields.CharField(26, primary_key=True)
    session_id = fields.CharField(26)
    account_id = fields.CharField(26)
    client_id = fields.CharField(80)
    created_at = fields.DatetimeField()

    class Meta:
        table = "provider_session"
        unique_together = (("session_id", "client_id"),)
        indexes = (Index(fields=("account_id", "client_id"), name="provider_session_account"),)


class Code(Model):
    """An authorization code, as a hash. `family_id` is what came of it."""

    digest = fields.CharField(64, primary_key=True)
    client_id = fields.CharField(80)
    account_id = fields.CharField(26)
    session_id = fields.CharField(26)
    sid = fields.CharField(26)
    redirect_uri = fields.CharField(500)
    challenge = fields.CharField(43)
    dpop_jkt = fields.CharField(43, null=True)
    scope = fields.CharField(1000)
    nonce = fields.CharField(500, null=True)
    claims: fields.Field[dict[str, list[str]]] = fields.JSONField()
    acr = fields.CharField(40)
    amr = fields.CharField(60)
    authenticated_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    family_id = fields.CharField(26, null=True)

    class Meta:
        table = "provider_code"
        indexes = (Index(fields=("expires_at",), name="provider_code_expires"),)


class Family(Model):
    """All tokens that came of one code. It ends as a whole, and none of its tokens counts from then on.

    `session_id` is the session that it ends with, null for one that outlives it (offline_access). `claims` are those
    asked for by name, for the ID token and for userinfo.
    """

    id = fields.CharField(26, primary_key=True)
    client_id = fields.CharField(80)
    account_id = fields.CharField(26)
    session_id = fields.CharField(26, null=True)
    sid = fields.CharField(26)
    scope = fields.CharField(1000)
    dpop_jkt = fields.CharField(43, null=True)
    claims: fields.Field[dict[str, list[str]]] = fields.JSONField()
    acr = fields.CharField(40)
    amr = fields.CharField(60)
    authenticated_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_family"
        indexes = (
            Index(fields=("account_id", "client_id"), name="provider_family_account"),
            Index(fields=("session_id",), name="provider_family_session"),
            Index(fields=("expires_at",), name="provider_family_expires"),
        )


class RefreshToken(Model):
    """One refresh token of a family, as a hash. A used one that comes again ends the family."""

    digest = fields.CharField(64, primary_key=True)
    family_id = fields.CharField(26)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "provider_refresh"
        indexes = (
            Index(fields=("family_id",), name="provider_refresh_family"),
            Index(fields=("expires_at",), name="provider_refresh_expires"),
        )


class LogoutNotice(Model):
    """A client that is to be told that one of its sessions ended. `id` is the `sid` that it knows the session by."""

    id = fields.CharField(26, primary_key=True)
    client_id = fields.CharField(80)
    account_id = fields.CharField(26)
    tries = fields.SmallIntField()
    next_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "provider_logout"
        indexes = (Index(fields=("next_at",), name="provider_logout_next"),)
