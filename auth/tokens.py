"""Tokens of this issuer: what all of them have in common, whoever they are for."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from auth.errors import TokenExpired, TokenInvalid
from auth.jwt import Expected, TokenOutdated, TokenRefused, sign, verify
from auth.keys import Keys
from core.clock import Clock

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - the media type of access tokens (RFC 9068, section 2.1)
LEEWAY_SECONDS = 2
"""By how much the clocks of our own processes may differ."""


class Tokens:
    """Signs and reads the tokens of one issuer, the city's origin."""

    def __init__(self, clock: Clock, issuer: str, keys: Keys) -> None:
        self._clock = clock
        self.issuer = issuer
        self._keys = keys

    async def sign(self, claims: Mapping[str, Any], typ: str, seconds: int) -> str:
        """A token with `claims`, from now for `seconds`."""
        now = int(self._clock.now().timestamp())
        common = {"iss": self.issuer, "iat": now, "exp": now + seconds, "jti": secrets.token_urlsafe(16)}
        return sign({**common, **claims}, typ, await self._keys.current())

    async def read(self, token: str, typ: str, audience: str, required: Collection[str]) -> dict[str, Any]:
        """The claims of a token of ours for `audience`; raises TokenInvalid, TokenExpired."""
        expected = Expected(
            typ={typ}, audience={audience}, issuer=self.issuer, required=(*required, "jti"), leeway=LEEWAY_SECONDS
        )
        try:
            return await verify(token, expected, self._keys, self._clock.now())
        except TokenOutdated as error:
            raise TokenExpired("Get a new token.") from error
        except TokenRefused as error:
            raise TokenInvalid(f"Get a token for this place: {error}.") from error
