"""What the city signs for this department's own server: identity tokens and the results of intents (RFC 7519, 8725)."""

from typing import Any, Literal

import jwt

from mock_services.shared.jwks import PublishedKeys
from mock_services.shared.problems import InvalidContent

DEPARTMENT = "open-platform"
TokenType = Literal["identity+jwt", "intent-result+jwt"]


class TokenInvalid(InvalidContent):
    title = "The city did not sign this, or not for this department"


class SignedByTheCity:
    def __init__(self, keys: PublishedKeys, *, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer

    async def read(self, token: str, kind: TokenType) -> dict[str, Any]:
        """Its claims; TokenInvalid (422) for whatever is wrong with it."""
        key = await self._keys.find(_key_id(token, kind))
        if key is None:
            raise TokenInvalid("The city publishes no key with this id.")
        try:
            return jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=DEPARTMENT,
                issuer=self._issuer,
                options={"require": ["iss", "aud", "exp", "iat", "sub", "jti"], "strict_aud": True},
            )
        except jwt.InvalidTokenError as error:
            raise TokenInvalid(f"{error}.") from error


def _key_id(token: str, kind: TokenType) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, RecursionError) as error:
        raise TokenInvalid("This is no signed JWT.") from error
    key_id = header.get("kid")
    if header.get("typ") != kind or header.get("alg") != "ES256" or not isinstance(key_id, str):
        raise TokenInvalid(f"The header must name typ {kind}, alg ES256 and a kid.")
    return key_id
