"""ID tokens of providers, checked by the strict wrapper and by the rules of OpenID Connect Core, section 3.1.3.7."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.external.errors import ExternalRefused
from auth.external.ports import ExternalIdentity
from auth.external.providers import Provider
from auth.jwt import Expected, TokenRefused, verify
from core.clock import Clock

_TYPES = frozenset({None, "JWT"})
_NAME_LIMIT = 120
_TEXT_LIMIT = 255
_MEANS = 10


class IDTokens:
    """Reads the ID tokens of providers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def identity(self, provider: Provider, token: str, nonce: str, access_token: str | None) -> ExternalIdentity:
        """Who the token says somebody is, to us, in answer to `nonce`; raises ExternalRefused."""
        claims = await self._claims(provider, token)
        _check_party(claims, provider.settings.client_id)
        if not hmac.compare_digest(claims["nonce"], nonce):
            raise ExternalRefused("nonce is that of another attempt")
        _check_hash(claims, access_token)
        return ExternalIdentity(
            provider=provider.id,
            issuer=claims["iss"],
            subject=claims["sub"],
            sid=_text(claims, "sid", _TEXT_LIMIT),
            name=_text(claims, "name", _NAME_LIMIT),
            login=_text(claims, "preferred_username", _NAME_LIMIT) or _text(claims, "email", _NAME_LIMIT),
            amr=_means(claims),
            acr=_text(claims, "acr", _TEXT_LIMIT),
            authenticated_at=self._authenticated_at(claims, provider.settings.max_age_seconds),
        )

    async def _claims(self, provider: Provider, token: str) -> dict[str, Any]:
        expected = Expected(
            typ=_TYPES,
            audience={provider.settings.client_id},
            issuer=provider.settings.issuer,
            required=("sub", "nonce"),
            kid_required=False,
            algorithms=provider.settings.algorithms,
            audiences=True,
        )
        try:
            return await verify(token, expected, provider.keys, self._clock.now())
        except TokenRefused as error:
            raise ExternalRefused(f"ID token: {error}") from error

    def _authenticated_at(self, claims: Mapping[str, Any], max_age: int | None) -> datetime | None:
        """When the person authenticated, never later than now; asked for an age, the provider must say it."""
        value, now = claims.get("auth_time"), self._clock.now()
        if type(value) is not int or not 0 <= value <= claims["iat"]:
            if max_age is None and value is None:
                return None
            raise ExternalRefused("auth_time is missing or malformed")
        at = min(datetime.fromtimestamp(value, UTC), now)
        if max_age is not None and now - at > timedelta(seconds=max_age + 5):
            raise ExternalRefused("the authentication is older than was asked for")
        return at


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """With several audiences `azp` says whom the token was issued to; where it stands, that is us."""
    party = claims.get("azp")
    if party is None and isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
        raise ExternalRefused("azp is missing beside several audiences")
    if party is not None and party != client_id:
        raise ExternalRefused("azp is another client")


def _check_hash(claims: Mapping[str, Any], access_token: str | None) -> None:
    """`at_hash`, where it stands, is that of the access token beside it (section 3.1.3.6)."""
    given = claims.get("at_hash")
    if given is None or access_token is None:
        return
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    fitting = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), fitting.encode()):
        raise ExternalRefused("at_hash is that of another access token")


def _text(claims: Mapping[str, Any], name: str, limit: int) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= limit else None


def _means(claims: Mapping[str, Any]) -> tuple[str, ...]:
    listed = claims.get("amr")
    if not isinstance(listed, list):
        return ()
    return tuple(each for each in listed[:_MEANS] if isinstance(each, str) and 0 < len(each) <= 20)  # noqa: PLR2004
