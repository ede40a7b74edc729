"""The gateway's public keys, as it publishes them (RFC 7517)."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import httpx2
import jwt

from mock_services.shared.clock import Clock

log = logging.getLogger("department.jwks")

LIFE = timedelta(minutes=10)
"""After this a withdrawn key is no longer trusted."""

REFETCH_AFTER = timedelta(seconds=10)
"""Unknown key ids make at most one fetch in this time."""

FIRST_TRIES_AFTER = timedelta(seconds=1)
"""Until the first key set has come, nothing can be verified: ask more often."""


class PublishedKeys:
    """Keys by id, fetched when needed.

    Callers who wait for the same fetch share it. There is no lock: the first one fetches, the others wait for its
    end and look again, so a caller who goes away in the middle leaves the next one free to fetch.
    """

    def __init__(self, url: str, client: httpx2.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._flight: asyncio.Event | None = None

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key with this id, or None when the gateway publishes none such."""
        while not self._is_fresh() or key_id not in self._keys:
            if self._flight is not None:
                await self._flight.wait()
            elif self._may_fetch():
                await self._fetch()
            else:
                break
        return self._keys.get(key_id)

    def _is_fresh(self) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at < LIFE

    def _may_fetch(self) -> bool:
        pause = REFETCH_AFTER if self._fetched_at else FIRST_TRIES_AFTER
        return self._tried_at is None or self._clock() - self._tried_at >= pause

    async def _fetch(self) -> None:
        self._flight = asyncio.Event()
        before, self._tried_at = self._tried_at, self._clock()
        try:
            self._keys = await self._load()
            self._fetched_at = self._clock()
        except asyncio.CancelledError:
            self._tried_at = before
            raise
        except (httpx2.HTTPError, jwt.PyJWTError, ValueError) as error:
            log.warning("the key set could not be fetched: %s", type(error).__name__)
        finally:
            self._flight.set()
            self._flight = None

    async def _load(self) -> dict[str, jwt.PyJWK]:
        response = await self._client.get(self._url)
        response.raise_for_status()
        document = response.json()
        published = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(published, list):
            raise ValueError("not a key set")  # noqa: TRY004 - what came is wrong, not how it was passed
        return {key["kid"]: jwt.PyJWK.from_dict(key, "ES256") for key in published if _verifies(key)}


def _verifies(key: Any) -> bool:
    """Whether this is a P-256 key meant for verifying signatures (RFC 7517, sections 4.2 to 4.5)."""
    if not isinstance(key, dict):
        return False
    operations = key.get("key_ops", ["verify"])
    return (
        isinstance(operations, list)
        and "verify" in operations
        and isinstance(key.get("kid"), str)
        and (key.get("kty"), key.get("crv")) == ("EC", "P-256")
        and key.get("alg", "ES256") == "ES256"
        and key.get("use", "sig") == "sig"
    )
