"""A provider's keys (RFC 7517): fetched when they are needed, kept, and read anew for an unknown name once a minute.

Whoever sends tokens with made-up names of keys makes us ask the provider no more often than that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from auth.external.errors import ExternalRefused
from auth.external.fetching import Fetcher
from auth.external.metadata import Discovery
from auth.external.shared import Shared
from auth.jwk import KeyUnusable, PublicKey, public_key
from core.clock import Clock

MOST_KEYS = 50
REREAD_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(days=1)
"""A key that the provider withdrew is forgotten after that at the latest."""


class KeySet:
    """The keys of one provider (auth.jwt.KeySource)."""

    def __init__(self, clock: Clock, fetcher: Fetcher, discovery: Discovery) -> None:
        self._clock = clock
        self._fetcher = fetcher
        self._discovery = discovery
        self._shared: Shared[None] = Shared()
        self._asked_at: datetime | None = None
        self._keys: Mapping[str | None, PublicKey] = {}

    async def find(self, kid: str | None) -> PublicKey | None:
        """The key of that name; without a name, the only key there is. Raises ExternalRefused."""
        may_ask = self._older_than(REREAD_AFTER) or self._shared.under_way
        if self._older_than(KEPT_FOR) or (self._key(kid) is None and may_ask):
            await self._shared.ask(self._fetch)
        return self._key(kid)

    def _key(self, kid: str | None) -> PublicKey | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        self._asked_at = self._clock.now()
        fetched = await self._fetcher.get((await self._discovery.metadata()).jwks_uri)
        self._keys = _usable(fetched.content)

    def _older_than(self, age: timedelta) -> bool:
        return self._asked_at is None or self._clock.now() - self._asked_at > age


def _usable(content: Mapping[str, Any]) -> Mapping[str | None, PublicKey]:
    """The keys that signatures can be checked with, by name; others are none of ours (RFC 7517, section 5)."""
    listed = content.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise ExternalRefused(f"the key set is no list of {MOST_KEYS} keys at the most")
    keys: dict[str | None, PublicKey] = {}
    for jwk in listed:
        kid, key = _key_of(jwk)
        if key is not None and kid not in keys:
            keys[kid] = key
    return keys


def _key_of(jwk: Any) -> tuple[str | None, PublicKey | None]:
    """The name and the key; no key for what is none of use."""
    kid = jwk.get("kid") if isinstance(jwk, dict) else 0
    if not isinstance(kid, str | None):
        return None, None
    try:
        return kid, public_key(jwk)
    except (KeyUnusable, ValueError, TypeError):
        return kid, None
