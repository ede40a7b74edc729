"""What the OpenID provider has no more use for: removed, so that its tables do not grow for ever."""

from datetime import timedelta

from core.clock import Clock
from core.database import rows, transaction

_ENDED_FOR = timedelta(days=1)
"""No token of a family lives that long after its end, and nobody asks about it later."""
_AT_ONCE = 500
_EXPIRED = (
    "provider_pushed",
    "provider_authorization",
    "provider_code",
    "provider_refresh",
    "provider_client_secret",
    "provider_initial_token",
    "provider_family",
)


class ProviderLeftovers:
    """Removes requests, codes, tokens, families and secrets that have run out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def remove(self) -> None:
        """Remove all that has run out; call it every hour or so."""
        now = self._clock.now()
        for table in _EXPIRED:
            await _remove(table, _KEYS.get(table, "id"), "expires_at <= ?", now)
        await _remove("provider_family", "id", "ended_at <= ?", now - _ENDED_FOR)


_KEYS = {"provider_code": "digest", "provider_refresh": "digest", "provider_initial_token": "digest"}


async def _remove(table: str, key: str, condition: str, value: object) -> None:
    """Few at a time: others wait for the database no longer than for that."""
    query = (
        f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT ?) "  # noqa: S608 - our own words
        f"RETURNING {key}"
    )
    removed = _AT_ONCE
    while removed == _AT_ONCE:
        async with transaction():
            removed = len(await rows(query, value, _AT_ONCE))
