"""A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.external.errors import ExternalRefused
from auth.external.openings import Openings
from auth.external.ports import StaffDirectory
from auth.external.providers import Provider
from auth.jwt import Expected, TokenRefused, verify
from auth.once import Once
from core.clock import Clock
from core.database import transaction

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TOKEN = "logout+jwt"  # noqa: S105 - a media type
_LEEWAY_SECONDS = 5
_LONGEST_SECONDS = 600


class ProviderLogout:
    """Ends what an identity opened."""

    def __init__(self, clock: Clock, openings: Openings, staff: StaffDirectory, once: Once) -> None:
        self._clock = clock
        self._once = once
        self._openings = openings
        self._staff = staff

    async def receive(self, provider: Provider, token: str) -> None:
        """End the sessions that the token names; each token once. Raises ExternalRefused."""
        claims = await self._claims(provider, token)
        subject, sid = _named(claims)
        async with transaction():
            await self._spend(claims)
            if provider.settings.realm == "staff":
                await self._staff.signed_out(claims["iss"], subject, sid)
            else:
                await self._openings.end(claims["iss"], subject, sid)

    async def _claims(self, provider: Provider, token: str) -> dict[str, Any]:
        expected = Expected(
            typ={LOGOUT_TOKEN},
            audience={provider.settings.client_id},
            issuer=provider.settings.issuer,
            required=("jti",),
            kid_required=False,
            leeway=_LEEWAY_SECONDS,
            algorithms=provider.settings.algorithms,
            audiences=True,
        )
        try:
            claims = await verify(token, expected, provider.keys, self._clock.now())
        except TokenRefused as error:
            raise ExternalRefused(f"logout token: {error}") from error
        _check_logout(claims)
        return claims

    async def _spend(self, claims: Mapping[str, Any]) -> None:
        """Note the token as used, for as long as it could come again."""
        until = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=2 * _LEEWAY_SECONDS)
        if not await self._once.spend("logout", claims["iss"], claims["jti"], until=until):
            raise ExternalRefused("logout token: jti was used before")


def _check_logout(claims: Mapping[str, Any]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise ExternalRefused("logout token: events does not name a logout")
    if "nonce" in claims:
        raise ExternalRefused("logout token: nonce stands in it")
    if claims["exp"] > claims["iat"] + _LONGEST_SECONDS:
        raise ExternalRefused("logout token: it lives too long")


def _named(claims: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Whom it is about: subject, provider's session, or both."""
    subject, sid = claims.get("sub"), claims.get("sid")
    if (subject is None and sid is None) or not isinstance(subject, str | None) or not isinstance(sid, str | None):
        raise ExternalRefused("logout token: it names neither sub nor sid")
    return subject, sid
