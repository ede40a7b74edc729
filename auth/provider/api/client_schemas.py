"""Bodies and answers of departments that administer their clients, and of clients that register themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from auth.provider.models import Client, ClientKey
from auth.provider.registration import Ask, AuthMethod, Environment, Registration
from core.bodies import Answer, Body, Localized
from core.ids import LABEL_PATTERN

Key = Annotated[str, StringConstraints(max_length=4000)] | dict[str, Any]


class NewClient(Registration):
    """A client of one's own department. `keys` are public keys, PEM or JWK."""

    id: Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]
    keys: Annotated[list[Key], Field(max_length=5)] = Field(default_factory=list)


class ClientQuery(BaseModel):
    """The page after a client's id."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str | None, Field(max_length=80, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="items on a page")] = 20


class NewKey(Body):
    key: Key = Field(description="a public key, PEM or JWK: P-256, or RSA of 2048 bits and more")


class KeyAnswer(Answer):
    id: str
    kid: str
    alg: str
    created_at: datetime

    @classmethod
    def of(cls, key: ClientKey) -> Self:
        return cls(id=key.id, kid=key.kid, alg=key.jwk["alg"], created_at=key.created_at)


class SecretAnswer(Answer):
    client_secret: str = Field(description="shown this once")


class RegisteredClient(Answer):
    """A client as its department sees it."""

    id: str
    environment: Environment
    name: Localized
    kind: Literal["web", "native"]
    uri: str | None
    auth_method: AuthMethod
    scopes: list[str]
    asks: list[Ask]
    redirect_uris: list[str]
    post_logout_uris: list[str]
    backchannel_logout_uri: str | None
    backchannel_session_required: bool
    sector: str
    id_token_alg: Literal["ES256", "RS256"]
    par_required: bool
    dpop_required: bool
    keys: list[KeyAnswer]
    created_at: datetime
    disabled_at: datetime | None
    client_secret: str | None = Field(None, description="shown this once")

    @classmethod
    def of(cls, client: Client, keys: Sequence[ClientKey], secret: str | None = None) -> Self:
        plain = {name: getattr(client, name) for name in cls.model_fields if name not in {"keys", "client_secret"}}
        return cls.model_validate({**plain, "keys": [KeyAnswer.of(key) for key in keys], "client_secret": secret})


class Metadata(BaseModel):
    """Client metadata (RFC 7591, section 2), as far as we use them; others are ignored, as the RFC wants it."""

    model_config = ConfigDict(extra="ignore")

    client_name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    redirect_uris: Annotated[list[str], Field(min_length=1, max_length=20)]
    application_type: Literal["web", "native"] = "web"
    client_uri: str | None = None
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105 - a method
    jwks: dict[Literal["keys"], list[dict[str, Any]]] = Field(default_factory=dict)
    scope: str = "openid"
    post_logout_redirect_uris: list[str] = Field(default_factory=list)
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = True
    id_token_signed_response_alg: Literal["ES256", "RS256"] = "RS256"  # noqa: S105 - an algorithm
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False

    def registration(self, environment: Environment) -> dict[str, Any]:
        """As departments describe a client; a name without a language counts as Chinese, and as the reason."""
        reason = {"zh-CN": self.client_name}
        return {
            "name": {"zh-CN": self.client_name},
            "environment": environment,
            "kind": self.application_type,
            "uri": self.client_uri,
            "auth_method": self.token_endpoint_auth_method,
            "asks": [{"name": name, "reason": reason} for name in self.scope.split()],
            "redirect_uris": self.redirect_uris,
            "post_logout_uris": self.post_logout_redirect_uris,
            "backchannel_logout_uri": self.backchannel_logout_uri,
            "backchannel_session_required": self.backchannel_logout_session_required,
            "id_token_alg": self.id_token_signed_response_alg,
            "par_required": self.require_pushed_authorization_requests,
            "dpop_required": self.dpop_bound_access_tokens,
        }


class RegistrationAnswer(Answer):
    """RFC 7591, section 3.2.1."""

    client_id: str
    client_id_issued_at: int
    client_secret: str | None = None
    client_secret_expires_at: int | None = None
    client_name: str
    redirect_uris: list[str]
    grant_types: list[str]
    response_types: list[str]
    application_type: str
    token_endpoint_auth_method: str
    scope: str
    id_token_signed_response_alg: str
    require_pushed_authorization_requests: bool
    dpop_bound_access_tokens: bool
