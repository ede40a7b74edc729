"""What a mini-service keeps for a resident: values under keys, the same on all their devices.

Promise: the quota is never exceeded, however many write at once: each write holds its space's row until it is
committed. What one puts is there for every device as soon as it is answered; the last one to write wins.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, MandateId, ServiceId, new_id
from miniapps.errors import ServiceUnknown
from miniapps.services import Services
from miniapps.storage.errors import StorageFull, StorageKeyUnknown
from miniapps.storage.models import Entry, Space
from miniapps.storage.ports import Acting
from miniapps.values import size_of, text_of

QUOTA = 2**20
"""Bytes of keys and JSON that one service may keep for one resident."""
KEYS = 500
_SWEPT = 200

_HOLD = """
INSERT INTO storage_space (id, account_id, service_id, mandate_id, used, keys, updated_at) VALUES (?, ?, ?, ?, 0, 0, ?)
ON CONFLICT (account_id, service_id, mandate_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING id, used, keys
"""
_PUT = """
INSERT INTO storage_entry (id, space_id, key, value, size, updated_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (space_id, key) DO UPDATE SET value = excluded.value, size = excluded.size, updated_at = excluded.updated_at
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose storage, of which service: in the resident's own name, or on a mandate of theirs, apart from it."""

    resident: AccountId
    service: ServiceId
    mandate: MandateId | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`text` is the value's JSON."""

    key: str
    text: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """`keys` are sorted; `used` in bytes."""

    keys: list[str]
    used: int


class Storage:
    """All rules raise what Acting.principal raises, where the place names a mandate."""

    def __init__(self, clock: Clock, services: Services, acting: Acting) -> None:
        self._clock = clock
        self._services = services
        self._acting = acting

    async def contents(self, place: Place) -> Contents:
        space = await Space.get_or_none(**await self._named(place))
        if space is None:
            return Contents([], 0)
        keys = await Entry.filter(space_id=space.id).values_list("key", flat=True)
        return Contents(sorted(str(each) for each in keys), space.used)

    async def get(self, place: Place, key: str) -> Kept:
        """Raises StorageKeyUnknown."""
        space = await Space.get_or_none(**await self._named(place))
        entry = await Entry.get_or_none(space_id=space.id, key=key) if space else None
        if entry is None:
            raise StorageKeyUnknown("Look at the list of keys.")
        return Kept(entry.key, entry.value, entry.updated_at)

    async def put(self, place: Place, key: str, value: object) -> None:
        """Keep a value in the place of what was there; raises ServiceUnknown, StorageFull, Unprocessable."""
        if await self._services.live(place.service) is None:
            raise ServiceUnknown("Take an id from /api/v1/services.")
        text = text_of(value)
        named = await self._named(place)
        async with transaction():
            await self._put(named, key, text)

    async def remove(self, place: Place, key: str) -> None:
        """There is nothing under the key afterwards, whether there was or not."""
        named = await self._named(place)
        async with transaction():
            space = await Space.get_or_none(**named)
            if space is None:
                return
            await rows("UPDATE storage_space SET used = used WHERE id = ?", space.id)  # held, as by a write
            gone = await rows("DELETE FROM storage_entry WHERE space_id = ? AND key = ? RETURNING size", space.id, key)
            for row in gone:
                await rows(
                    "UPDATE storage_space SET used = used - ?, keys = keys - 1 WHERE id = ?", row["size"], space.id
                )

    async def remove_ended(self) -> None:
        """Remove what was kept on mandates that have ended: nobody comes to it any more."""
        last = ""
        while found := await rows(
            "SELECT DISTINCT mandate_id FROM storage_space WHERE mandate_id > ? ORDER BY mandate_id LIMIT ?",
            last,
            _SWEPT,
        ):
            mandates = [MandateId(row["mandate_id"]) for row in found]
            live = await self._acting.live(mandates)
            for mandate in mandates:
                if mandate not in live:
                    async with transaction():
                        await _remove("mandate_id", mandate)
            last = mandates[-1]

    async def _put(self, named: dict[str, Any], key: str, text: str) -> None:
        now, size = self._clock.now(), size_of(key, text)
        space = (await rows(_HOLD, new_id(now), *named.values(), now))[0]
        before = await rows("SELECT size FROM storage_entry WHERE space_id = ? AND key = ?", space["id"], key)
        used = space["used"] + size - sum(row["size"] for row in before)
        keys = space["keys"] + 1 - len(before)
        if used > QUOTA or keys > KEYS:
            raise StorageFull(
                f"Remove something first: {QUOTA} bytes and {KEYS} keys are kept.", used=space["used"], quota=QUOTA
            )
        await rows(_PUT, new_id(now), space["id"], key, text, size, now)
        await rows("UPDATE storage_space SET used = ?, keys = ? WHERE id = ?", used, keys, space["id"])

    async def _named(self, place: Place) -> dict[str, Any]:
        """The columns that name a space, in the order of _HOLD."""
        account = place.resident
        if place.mandate is not None:
            account = await self._acting.principal(account, place.mandate, place.service)
        return {"account_id": account, "service_id": place.service, "mandate_id": place.mandate or ""}


async def forget(account: AccountId) -> None:
    """Remove all that is kept for an account, in the transaction that removes the account."""
    await _remove("account_id", account)


async def _remove(column: str, value: str) -> None:
    """Spaces, then what is in them: the first waits for those who write into one, so that nothing stays behind."""
    query = f"DELETE FROM storage_space WHERE {column} = ? RETURNING id"  # noqa: S608 - names of ours
    for space in await rows(query, value):
        await rows("DELETE FROM storage_entry WHERE space_id = ?", space["id"])
