"""Bodies and answers of the OpenID provider."""

from typing import Annotated, Literal, Self

from pydantic import Field

from auth.provider.token_grants import Issued
from core.bodies import Answer, Body

Text = Annotated[str | None, Field(max_length=8192)]


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
