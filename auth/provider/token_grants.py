"""The grants of the token endpoint, by their grant_type; each is a handler of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from auth.department_tokens import DepartmentTokens
from auth.provider.dpop import Proof
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client

CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What the token endpoint answers (RFC 6749, section 5.1); `expires_in` in seconds."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, no secret
    refresh_token: str | None = None
    id_token: str | None = None
    issued_token_type: str | None = None


class TokenGrant(Protocol):
    """One grant_type."""

    async def answer(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> Issued:
        """The tokens for a client that authenticated; raises OAuthRefused."""
        ...


class TokenGrants:
    """All grants that this city knows."""

    def __init__(self, grants: Mapping[str, TokenGrant]) -> None:
        self._grants = dict(grants)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._grants)

    def find(self, form: Mapping[str, str]) -> TokenGrant:
        """The form's grant; raises OAuthRefused (invalid_request, unsupported_grant_type)."""
        name = form.get("grant_type")
        if not name:
            raise OAuthRefused("invalid_request", "grant_type is missing")
        if name not in self._grants:
            raise OAuthRefused("unsupported_grant_type", f"use one of {', '.join(self._grants)}")
        return self._grants[name]


class ClientCredentials:
    """RFC 6749, section 4.4: a department's system in its own name."""

    def __init__(self, department_tokens: DepartmentTokens) -> None:
        self._department_tokens = department_tokens

    async def answer(self, client: Client, form: Mapping[str, str], proof: Proof | None) -> Issued:
        del proof  # the departments' API takes bearer tokens
        issued = await self._department_tokens.issue(client, form.get("scope"))
        return Issued(access_token=issued.access_token, expires_in=issued.expires_in, scope=issued.scope)


def required(form: Mapping[str, str], *names: str) -> list[str]:
    """These parameters, none of them empty; raises OAuthRefused (invalid_request)."""
    missing = [name for name in names if not form.get(name)]
    if missing:
        raise OAuthRefused("invalid_request", f"missing: {', '.join(missing)}")
    return [form[name] for name in names]
