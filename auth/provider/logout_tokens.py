"""Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.4): what a client is told by."""

import secrets

from auth.jwt import sign
from auth.keys import Keys
from auth.provider.models import Client
from auth.provider.sectors import client_sector
from auth.subjects import Subjects
from core.clock import Clock
from core.ids import AccountId

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYP = "logout+jwt"
LIFE_SECONDS = 120


class LogoutTokens:
    """Signs them, each with a name of its own, with the key that the client's ID tokens are signed with."""

    def __init__(self, clock: Clock, issuer: str, keys: Keys, subjects: Subjects) -> None:
        self._clock = clock
        self._issuer = issuer
        self._keys = keys
        self._subjects = subjects

    async def issue(self, client: Client, account: AccountId, sid: str) -> str:
        """The token that says: this client's session `sid` has ended. It never carries a nonce."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": client.id,
            "iat": now,
            "exp": now + LIFE_SECONDS,
            "jti": secrets.token_urlsafe(16),
            "events": {EVENT: {}},
            "sub": await self._subjects.of(account, client_sector(client)),
            "sid": sid,
        }
        key = await self._keys.current("RS256" if client.id_token_alg == "RS256" else "ES256")  # noqa: S105 - an algorithm
        return sign(claims, TYP, key)
