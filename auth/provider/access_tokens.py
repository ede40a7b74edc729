"""Access tokens (RFC 9068) of clients that sign residents in: ten minutes long, and no longer than their family."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.errors import TokenInvalid
from auth.once import Once
from auth.provider.families import Families, Standing
from auth.provider.models import Client
from auth.provider.sectors import client_sector
from auth.provider.settings import ProviderSettings
from auth.subjects import Subjects
from auth.tokens import ACCESS_TOKEN, LEEWAY_SECONDS, Tokens
from core.ids import Subject

_REQUIRED = ("sub", "client_id", "scope", "family")
_TAKEN_BACK = "access token"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A good access token and what it stands on now; `scopes` are the token's, less what was withdrawn."""

    claims: dict[str, Any]
    standing: Standing
    scopes: frozenset[str]
    sub: Subject


class AccessTokens:
    """Gives clients their access tokens and reads them again."""

    def __init__(
        self, settings: ProviderSettings, tokens: Tokens, subjects: Subjects, families: Families, once: Once
    ) -> None:
        self.life = settings.access_token_seconds
        self._tokens = tokens
        self.audience = f"{tokens.issuer}/oauth/userinfo"
        self._subjects = subjects
        self._families = families
        self._once = once

    async def issue(self, client: Client, standing: Standing, scopes: Iterable[str], jkt: str | None) -> str:
        """A token for the resident's own data; bound to the key `jkt`, where the request proved one (`cnf.jkt`)."""
        claims: dict[str, Any] = {
            "aud": self.audience,
            "sub": await self._subjects.of(standing.account, client_sector(client)),
            "client_id": client.id,
            "scope": " ".join(sorted(scopes)),
            "family": standing.family,
            "acr": standing.acr,
            "amr": list(standing.amr),
            "auth_time": int(standing.authenticated_at.timestamp()),
        }
        if jkt:
            claims["cnf"] = {"jkt": jkt}
        return await self._tokens.sign(claims, ACCESS_TOKEN, self.life)

    async def verify(self, token: str) -> AccessToken:
        """What a good token says, and what it stands on by now. Does not look at proofs: `cnf` is the caller's.

        Raises TokenInvalid (also for one whose family, session, grant or client ended), TokenExpired.
        """
        claims = await self._tokens.read(token, ACCESS_TOKEN, self.audience, _REQUIRED)
        standing = await self._families.standing(claims["family"])
        if standing is None or await self._once.was_spent(_TAKEN_BACK, claims["jti"]):
            raise TokenInvalid("Get a new token: what this one rested on has ended.")
        scopes = standing.scopes & frozenset(claims["scope"].split())
        return AccessToken(claims, standing, scopes, Subject(claims["sub"]))

    async def revoke(self, token: AccessToken) -> None:
        """Take back this one token; revoke its family to take back all."""
        until = datetime.fromtimestamp(token.claims["exp"], UTC) + timedelta(seconds=2 * LEEWAY_SECONDS)
        await self._once.spend(_TAKEN_BACK, token.claims["jti"], until=until)
