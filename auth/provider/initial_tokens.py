"""Initial access tokens (RFC 7591, section 3): who may have clients register themselves, for whom, and how often."""

from datetime import timedelta

from auth.provider.errors import OAuthRefused
from auth.provider.models import InitialToken
from auth.provider.registration import Environment
from auth.provider.settings import ProviderSettings
from auth.secrecy import digest
from core.clock import Clock
from core.database import statement
from core.ids import DepartmentId, new_secret


class InitialTokens:
    """The permissions to register, kept as hashes."""

    def __init__(self, clock: Clock, settings: ProviderSettings) -> None:
        self._clock = clock
        self._on = settings.registration

    async def issue(self, department: DepartmentId, environment: Environment, *, uses: int, days: int) -> str:
        """A new token, told this once: clients of that department and environment, so many, for so long."""
        token = new_secret()
        await InitialToken.create(
            digest=digest(token),
            department_id=department,
            environment=environment,
            uses_left=uses,
            expires_at=self._clock.now() + timedelta(days=days),
        )
        return token

    async def spend(self, token: str) -> InitialToken:
        """Use a permission once, in the open transaction; raises OAuthRefused (access_denied, invalid_token)."""
        if not self._on:
            raise OAuthRefused("access_denied", "clients are registered by their departments here")
        spent = await statement(
            "UPDATE provider_initial_token SET uses_left = uses_left - 1 WHERE digest = ? AND uses_left > 0 "
            "AND expires_at > ? RETURNING digest",
            digest(token),
            self._clock.now(),
        )
        if not spent:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise OAuthRefused("invalid_token", "the initial access token does not count", challenge)
        return await InitialToken.get(digest=digest(token))
