"""Bodies and answers of the OpenID provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StrictBool

from auth.provider.claims import CLAIMS_OF, OPENID, title_of
from auth.provider.token_grants import Issued
from core.bodies import Answer, Body, Localized

Text = Annotated[str | None, Field(max_length=2000, pattern=r"^[ -~]*$")]


class TokenRequest(Body):
    """The form of the token endpoint; which members count depends on `grant_type`."""

    grant_type: str
    client_id: Text = None
    client_assertion_type: Text = None
    client_assertion: Text = None
    scope: Text = None
    code: Text = None
    redirect_uri: Text = None
    code_verifier: Text = None
    refresh_token: Text = None


class AuthorizationQuery(BaseModel):
    """The parameters of an authorization request (OpenID Connect Core, section 3.1.2.1)."""

    client_id: str
    response_type: Literal["code"] | None = None
    redirect_uri: Text = None
    scope: Text = None
    state: Text = None
    nonce: Text = None
    code_challenge: Text = None
    code_challenge_method: Literal["S256"] | None = None
    response_mode: Literal["query", "form_post"] | None = None
    prompt: Text = None
    max_age: int | None = None
    acr_values: Text = None
    ui_locales: Text = None
    login_hint: Text = None
    id_token_hint: Text = None
    claims: Text = None
    dpop_jkt: Text = None
    request_uri: Text = None


class PushedForm(AuthorizationQuery):
    """The same, pushed; a client that authenticates needs no client_id beside that."""

    client_assertion_type: Text = None
    client_assertion: Text = None


class PushedAnswer(Answer):
    """RFC 9126, section 2.2."""

    request_uri: str
    expires_in: int


class UserinfoAnswer(Answer):
    """What the token's scopes cover, and no more."""

    sub: str
    name: str | None = None
    locale: str | None = None
    phone_number: str | None = None
    phone_number_verified: bool | None = None


class ScopeName(Answer):
    name: str
    title: Localized


class ClientCard(Answer):
    """A client as residents see it."""

    id: str
    name: Localized
    department: Localized
    uri: str | None
    environment: Literal["sandbox", "production"]


class AskedScope(Answer):
    """A scope in words, with the reason that the service gives and each claim that it opens."""

    name: str
    title: Localized
    reason: Localized
    claims: list[ScopeName]
    required: bool

    @classmethod
    def of(cls, ask: Mapping[str, Any]) -> Self:
        name = ask["name"]
        return cls(
            name=name,
            title=title_of(name),
            reason=ask["reason"],
            claims=[scope_name(claim) for claim in CLAIMS_OF[name]],
            required=ask["required"] or name == OPENID,
        )


class AuthorizationAnswer(Answer):
    """What a service asks a resident for."""

    client: ClientCard
    scopes: list[AskedScope]
    account_hint: str


class Decision(Body):
    allow: StrictBool
    scopes: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)] = Field(default_factory=list)


class Decided(Answer):
    redirect: str = Field(description="where the browser goes on")


class ConnectionAnswer(Answer):
    """What one service may have."""

    client: ClientCard
    scopes: list[ScopeName]
    since: datetime


def scope_name(name: str) -> ScopeName:
    """A scope or a claim in words."""
    return ScopeName(name=name, title=title_of(name))


class TokenAnswer(Answer):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str | None = None
    id_token: str | None = None
    issued_token_type: str | None = None

    @classmethod
    def of(cls, issued: Issued) -> Self:
        return cls(
            access_token=issued.access_token,
            token_type=issued.token_type,
            expires_in=issued.expires_in,
            scope=issued.scope,
            refresh_token=issued.refresh_token,
            id_token=issued.id_token,
            issued_token_type=issued.issued_token_type,
        )


class OAuthError(Answer):
    """RFC 6749, section 5.2."""

    error: str
    error_description: str


class PublicKey(Answer):
    kty: Literal["EC", "RSA"]
    crv: Literal["P-256"] | None = None
    x: str | None = None
    y: str | None = None
    n: str | None = None
    e: str | None = None
    kid: str
    use: Literal["sig"]
    alg: Literal["ES256", "RS256"]


class KeySet(Answer):
    keys: list[PublicKey]
