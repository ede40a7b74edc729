"""Bodies and answers of introspection, revocation and logout."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from core.bodies import Answer, Body

Token = Annotated[str, Field(min_length=1, max_length=8192)]
Text = Annotated[str | None, Field(max_length=2000, pattern=r"^[ -~]*$")]


class TokenQuestion(Body):
    """The form of RFC 7662, section 2.1, and RFC 7009, section 2.1; and how the client proves who it is."""

    token: Token
    token_type_hint: Text = None
    client_id: Text = None
    client_assertion_type: Text = None
    client_assertion: Text = None


class Introspected(Answer):
    """RFC 7662, section 2.2; of a token that is not active, or not the asker's to know of, nothing but that."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    token_type: str | None = None
    token_use: str | None = None
    iss: str | None = None
    aud: str | None = None
    sub: str | None = None
    iat: int | None = None
    exp: int | None = None
    jti: str | None = None
    acr: str | None = None
    amr: list[str] | None = None
    auth_time: int | None = None
    cnf: dict[str, str] | None = None
    act: dict[str, Any] | None = None


class EndSessionQuery(BaseModel):
    """OpenID Connect RP-Initiated Logout 1.0, section 2."""

    id_token_hint: Text = None
    client_id: Text = None
    post_logout_redirect_uri: Text = None
    state: Text = None
    logout_hint: Text = None
    ui_locales: Text = None


class SignOutRequest(Body):
    """What the page /sign-out was opened with."""

    client_id: Annotated[str | None, Field(max_length=80)] = None
    post_logout_redirect_uri: Annotated[str | None, Field(max_length=500)] = None
    state: Annotated[str | None, Field(max_length=1000)] = None


class SignOutAnswer(Answer):
    redirect: str | None = Field(description="where to go on to: an address that the client registered")
