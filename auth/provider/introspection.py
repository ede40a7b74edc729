"""Introspection (RFC 7662): what a token is worth, told to the client it was given to and to the department it is for.

Everything else is inactive, and nothing more is said: no client learns of another's tokens.
"""

from collections.abc import Mapping
from typing import Any

from auth.errors import TokenExpired, TokenInvalid
from auth.provider.access_tokens import AccessTokens
from auth.provider.exchanged_tokens import ExchangedTokens
from auth.provider.families import Families
from auth.provider.models import Client
from auth.provider.refresh_tokens import RefreshTokens
from auth.provider.sectors import client_sector
from auth.subjects import Subjects

INACTIVE: Mapping[str, Any] = {"active": False}
_SAID = ("iss", "aud", "sub", "client_id", "iat", "exp", "jti", "acr", "amr", "auth_time", "cnf", "act")


class Introspection:
    """Looks at tokens for those whom they concern."""

    def __init__(
        self,
        access_tokens: AccessTokens,
        exchanged: ExchangedTokens,
        refresh_tokens: RefreshTokens,
        families: Families,
        subjects: Subjects,
    ) -> None:
        self._access_tokens = access_tokens
        self._exchanged = exchanged
        self._refresh_tokens = refresh_tokens
        self._families = families
        self._subjects = subjects

    async def of(self, client: Client, token: str) -> Mapping[str, Any]:
        """The members of section 2.2; `{"active": false}` for all that is none of this client's business."""
        for look in (self._access, self._passed_on, self._refresh):
            found = await look(client, token)
            if found is not None:
                return found
        return INACTIVE

    async def _access(self, client: Client, token: str) -> Mapping[str, Any] | None:
        try:
            found = await self._access_tokens.verify(token)
        except (TokenInvalid, TokenExpired):
            return None
        return _described(found.claims, found.scopes) if found.standing.client == client.id else INACTIVE

    async def _passed_on(self, client: Client, token: str) -> Mapping[str, Any] | None:
        """For the department that it is for, and for the client that asked for it."""
        try:
            found = await self._exchanged.find(token)
        except (TokenInvalid, TokenExpired):
            return None
        concerned = client.department_id == found.department or client.id == found.claims["client_id"]
        return _described(found.claims, found.scopes) if concerned else INACTIVE

    async def _refresh(self, client: Client, token: str) -> Mapping[str, Any] | None:
        known = await self._refresh_tokens.find(client, token)
        standing = await self._families.standing(known.family) if known and not known.used else None
        if known is None or standing is None:
            return None
        return {
            "active": True,
            "client_id": client.id,
            "sub": await self._subjects.of(standing.account, client_sector(client)),
            "scope": " ".join(sorted(standing.scopes)),
            "exp": int(known.expires_at.timestamp()),
            "token_use": "refresh_token",
        }


def _described(claims: Mapping[str, Any], scopes: frozenset[str]) -> Mapping[str, Any]:
    return {
        "active": True,
        "scope": " ".join(sorted(scopes)),
        "token_type": "DPoP" if "cnf" in claims else "Bearer",
        **{name: claims[name] for name in _SAID if name in claims},
    }
