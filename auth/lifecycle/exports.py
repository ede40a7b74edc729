"""All that an account has, as one archive: asked for, made by a worker, fetched once by a link.

An archive that a process left half made is made anew by the next one: its pieces are replaced, under another key.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from auth.accounts import Accounts
from auth.lifecycle.archives import PIECE, Archive
from auth.lifecycle.areas import Areas
from auth.lifecycle.errors import DownloadGone, ExportNotReady, ExportUnknown, TooManyExports
from auth.lifecycle.models import Export, ExportChunk
from auth.lifecycle.ports import AccountData, Record
from auth.lifecycle.sealing import new_key, open_piece, seal_piece, unwrap, wrap
from auth.lifecycle.settings import LifecycleSettings
from auth.secrecy import Secrecy, digest
from auth.security.events import EventKind, Events
from auth.step_up import check_fresh
from core.access import Resident
from core.clock import Clock
from core.database import rows, statement, transaction
from core.ids import AccountId, in_base_32, new_id
from core.telemetry import log

State = Literal["being-made", "ready", "fetched", "expired"]
_LINK_BITS = 130
_DAY = timedelta(days=1)


class Exports:
    """The archives of all accounts."""

    def __init__(  # noqa: PLR0913 - what an archive is made of
        self,
        clock: Clock,
        settings: LifecycleSettings,
        secrecy: Secrecy,
        areas: Areas,
        *,
        accounts: Accounts,
        events: Events,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._secrecy = secrecy
        self._areas = areas
        self._accounts = accounts
        self._events = events

    async def ask(self, resident: Resident) -> Export:
        """Have an archive made, or wait for the one under way; raises ReauthenticationNeeded, TooManyExports."""
        now = self._clock.now()
        check_fresh(resident, now)
        async with transaction():
            under_way = await Export.get_or_none(account_id=resident.account, state="being-made")
            if under_way:
                return under_way
            today = await Export.filter(account_id=resident.account, asked_at__gt=now - _DAY).count()
            if today >= self._settings.exports_day:
                raise TooManyExports("Take the ones that you have.", retry_after=int(_DAY.total_seconds()))
            return await Export.create(
                id=new_id(now), account_id=resident.account, state="being-made", asked_at=now, lease_until=now
            )

    async def listed(self, account: AccountId) -> Sequence[Export]:
        """The newest first."""
        return await Export.filter(account_id=account).order_by("-id").limit(50)

    def state_of(self, export: Export) -> State:
        """What its owner is told of it."""
        if export.state == "fetched":
            return "fetched"
        if export.state == "ready":
            ends = min(each for each in (export.expires_at, export.link_until) if each)
            return "ready" if self._clock.now() < ends else "expired"
        return "being-made"

    async def link(self, resident: Resident, export_id: str) -> str:
        """The secret of the archive's one link, which is kept nowhere.

        Raises ReauthenticationNeeded, ExportUnknown, and ExportNotReady while it is being made, once it was linked to,
        and when it is gone.
        """
        now = self._clock.now()
        check_fresh(resident, now)
        export = await Export.get_or_none(id=export_id, account_id=resident.account)
        if export is None:
            raise ExportUnknown("Take the id from the list of your archives.")
        secret = in_base_32(secrets.randbits(_LINK_BITS), _LINK_BITS // 5)
        if self.state_of(export) != "ready" or export.link or export.key is None:
            raise ExportNotReady("Wait until it is made; an archive has one link: ask for a new one.")
        linked = await rows(
            "UPDATE lifecycle_export SET link = ?, link_until = ?, key = ? WHERE id = ? AND link IS NULL "
            "AND state = 'ready' AND key = ? RETURNING id",
            digest(secret),
            now + timedelta(hours=self._settings.link_hours),
            wrap(self._secrecy.unseal(export.key, _seal_of(export.id)), secret),
            export.id,
            export.key,
        )
        if not linked:
            raise ExportNotReady("An archive has one link: ask for a new one.")
        return secret

    async def fetch(self, account: AccountId, secret: str) -> AsyncIterator[bytes]:
        """The zip, once; raises DownloadGone, also for another account's link."""
        fetched = await rows(
            "UPDATE lifecycle_export SET state = 'fetched' WHERE link = ? AND account_id = ? AND state = 'ready' "
            "AND link_until > ? AND expires_at > ? RETURNING id, key",
            digest(secret),
            account,
            self._clock.now(),
            self._clock.now(),
        )
        if not fetched:
            raise DownloadGone("It was used, is too old, or belongs to another account. Ask for a new archive.")
        return _opened(fetched[0]["id"], unwrap(fetched[0]["key"], secret))

    async def work(self) -> int:
        """Make the archives that are asked for and that nobody makes; how many were made."""
        now = self._clock.now()
        due = await Export.filter(state="being-made", lease_until__lte=now).order_by("id").limit(20)
        return sum([await self._made(export) for export in due])

    async def remove_expired(self) -> None:
        """Forget what was fetched, and what nobody fetched in time; the list goes on saying so for a while."""
        now = self._clock.now()
        gone = await rows(
            "SELECT id FROM lifecycle_export WHERE (expires_at <= ? OR link_until <= ? OR state = 'fetched') "
            "AND key IS NOT NULL LIMIT 200",
            now,
            now - _DAY,
        )
        for row in gone:
            async with transaction():
                await ExportChunk.filter(export_id=row["id"]).delete()
                await rows("UPDATE lifecycle_export SET key = NULL WHERE id = ?", row["id"])
        await rows("DELETE FROM lifecycle_export WHERE asked_at <= ? AND key IS NULL", now - 90 * _DAY)

    async def _made(self, export: Export) -> bool:
        now = self._clock.now()
        lease = now + timedelta(seconds=self._settings.lease_seconds)
        async with transaction():
            claimed = await rows(
                "UPDATE lifecycle_export SET lease_until = ? WHERE id = ? AND state = 'being-made' "
                "AND lease_until <= ? RETURNING id",
                lease,
                export.id,
                now,
            )
            await ExportChunk.filter(export_id=export.id).delete() if claimed else None
        if not claimed:
            return False
        key = new_key()
        return await self._write(export, key, now, lease) and await self._finish(export, key, now, lease)

    async def _write(self, export: Export, key: bytes, now: datetime, lease: datetime) -> bool:
        """Keep the archive's pieces; whether all were, with nobody else at work on it."""
        number, rest = 0, b""
        async for piece in self._pieces(AccountId(export.account_id), now):
            rest += piece
            while len(rest) > PIECE:
                sealed = seal_piece(key, export.id, number, rest[:PIECE], last=False)
                if not await _store(export.id, number, sealed, lease):
                    return False
                number, rest = number + 1, rest[PIECE:]
        return await _store(export.id, number, seal_piece(key, export.id, number, rest, last=True), lease)

    async def _pieces(self, account: AccountId, now: datetime) -> AsyncIterator[bytes]:
        archive = Archive(now)
        for place, each in enumerate(await self._accounts.kin(account)):
            for area in self._areas:
                async for name, records in _files(area, each):
                    title = f"{name}-{place + 1}" if place else name
                    async for piece in archive.add(title, area.title, records):
                        yield piece
        yield archive.finish()

    async def _finish(self, export: Export, key: bytes, now: datetime, lease: datetime) -> bool:
        async with transaction():
            made = await rows(
                "UPDATE lifecycle_export SET state = 'ready', made_at = ?, expires_at = ?, key = ? WHERE id = ? "
                "AND state = 'being-made' AND lease_until = ? RETURNING id",
                now,
                now + timedelta(days=self._settings.export_days),
                self._secrecy.seal(key, _seal_of(export.id)),
                export.id,
                lease,
            )
            if made:
                await self._events.record(AccountId(export.account_id), EventKind.EXPORT_READY)
        log(__name__).info("archive made", account=export.account_id)
        return bool(made)


async def _files(area: AccountData, account: AccountId) -> AsyncIterator[tuple[str, AsyncIterator[Record]]]:
    """The area's records, split where the file changes; each part is to be read to its end before the next."""
    records = area.export(account)
    ahead = [record] if (record := await anext(records, None)) else []

    async def part(file: str) -> AsyncIterator[Record]:
        while ahead and ahead[0].file == file:
            yield ahead.pop()
            following = await anext(records, None)
            if following:
                ahead.append(following)

    while ahead:
        yield ahead[0].file, part(ahead[0].file)


async def _store(export: str, number: int, content: bytes, lease: datetime) -> bool:
    """Keep a piece, as long as the lease is ours: whoever took it over writes under another key."""
    kept = await statement(
        "INSERT INTO lifecycle_export_chunk (id, export_id, number, content) SELECT ?, id, ?, ? FROM lifecycle_export "
        "WHERE id = ? AND lease_until = ? RETURNING id",
        in_base_32(secrets.randbits(_LINK_BITS), _LINK_BITS // 5),
        number,
        content,
        export,
        lease,
    )
    return bool(kept)


async def _opened(export: str, key: bytes) -> AsyncIterator[bytes]:
    """One piece at a time; the pieces go once the last one is sent."""
    count = await ExportChunk.filter(export_id=export).count()
    for number in range(count):
        found = await rows(
            "SELECT content FROM lifecycle_export_chunk WHERE export_id = ? AND number = ?", export, number
        )
        yield open_piece(key, export, number, bytes(found[0]["content"]), last=number + 1 == count)
    async with transaction():
        await ExportChunk.filter(export_id=export).delete()
        await rows("UPDATE lifecycle_export SET key = NULL WHERE id = ?", export)


def _seal_of(export: str) -> str:
    return f"export {export}"
