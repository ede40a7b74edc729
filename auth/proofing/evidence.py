"""Evidence, and the level that follows from it: the highest that evidence which still counts reaches.

An account's `loa` is written from its evidence and from nothing else: when evidence is added, when it runs out (the
worker looks every `expiry_seconds`), and whenever the owner looks. How strongly somebody authenticated is another
thing.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from auth.changes import Changes
from auth.proofing.models import ProofOfIdentity
from auth.proofing.settings import ProofingSettings
from auth.security.events import EventKind, Events
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id
from core.telemetry import log

_AT_ONCE = 200


class EvidenceKind(StrEnum):
    """What can prove who somebody is."""

    NAME = "name"
    FACE = "face"
    COUNTER = "counter"
    CERTIFICATE = "certificate"

    @property
    def level(self) -> int:
        """The proofing level that it reaches."""
        return _LEVELS[self]


_LEVELS = {EvidenceKind.NAME: 2, EvidenceKind.FACE: 3, EvidenceKind.COUNTER: 3, EvidenceKind.CERTIFICATE: 4}


class Evidence:
    """The evidence of all accounts."""

    def __init__(self, clock: Clock, settings: ProofingSettings, events: Events, changes: Changes) -> None:
        self._clock = clock
        self._life = {
            EvidenceKind.NAME: timedelta(days=settings.name_days),
            EvidenceKind.FACE: timedelta(days=settings.face_days),
            EvidenceKind.COUNTER: timedelta(days=settings.counter_days),
            EvidenceKind.CERTIFICATE: timedelta(days=settings.certificate_days),
        }
        self._every = settings.expiry_seconds
        self._events = events
        self._changes = changes

    async def add(
        self, account: AccountId, kind: EvidenceKind, reference: str, *, at_most: datetime | None = None
    ) -> None:
        """Add evidence in place of that of its kind, as the last thing in the open transaction: the level follows.

        `at_most`: when it ends in any case, beside the settings' own limit.
        """
        now = self._clock.now()
        ends = now + self._life[kind]
        await _lock(account)
        await _end_kind(account, kind, now)
        await ProofOfIdentity.create(
            id=new_id(now),
            account_id=account,
            kind=kind.value,
            level=kind.level,
            reference=reference,
            at=now,
            expires_at=min(ends, at_most) if at_most else ends,
        )
        await self._settle(account)

    async def refresh(self, account: AccountId) -> Sequence[ProofOfIdentity]:
        """Write the account's level anew if evidence ran out; what counts now, the highest level first."""
        now = self._clock.now()
        counting = await self._live(account)
        if any(each.expires_at and each.expires_at <= now for each in counting):
            await self._expire(account)
            counting = await self._live(account)
        return sorted(counting, key=lambda each: (-each.level, each.id))

    async def run(self, stop: asyncio.Event) -> None:
        """End what has run out until `stop` is set; no error ends it."""
        while not stop.is_set():
            try:
                await self.expire_due()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log(__name__).error("expiry round failed", exc_info=error)
            try:
                async with asyncio.timeout(self._every):
                    await stop.wait()
            except TimeoutError:
                continue

    async def expire_due(self) -> int:
        """End the evidence that has run out and lower levels accordingly; of how many accounts."""
        due = await rows(
            "SELECT DISTINCT account_id FROM proofing_evidence WHERE ended_at IS NULL AND expires_at <= ? LIMIT ?",
            self._clock.now(),
            _AT_ONCE,
        )
        for row in due:
            await self._expire(AccountId(row["account_id"]))
        return len(due)

    async def _expire(self, account: AccountId) -> None:
        async with transaction():
            await _lock(account)
            ended = await rows(
                "UPDATE proofing_evidence SET ended_at = expires_at "
                "WHERE account_id = ? AND ended_at IS NULL AND expires_at <= ? RETURNING id",
                account,
                self._clock.now(),
            )
            if ended:
                await self._settle(account)

    async def _live(self, account: AccountId) -> list[ProofOfIdentity]:
        return await ProofOfIdentity.filter(account_id=account, ended_at=None)

    async def _settle(self, account: AccountId) -> None:
        """Write the level that follows, tell the owner if it is another one, and note the change."""
        before, after = await _lock(account), await level_of(account, self._clock.now())
        if before != after:
            await rows("UPDATE auth_account SET loa = ? WHERE id = ?", after, account)
            await self._events.record(account, EventKind.LEVEL_CHANGED, before=str(before), after=str(after))
        await self._changes.note(account)


async def level_of(account: AccountId, now: datetime) -> int:
    """The level that an account's evidence reaches."""
    found = await rows(
        "SELECT MAX(level) AS level FROM proofing_evidence "
        "WHERE account_id = ? AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        account,
        now,
    )
    return int(found[0]["level"] or 1)


async def _lock(account: AccountId) -> int:
    """Hold the account's row until the transaction ends; its level."""
    found = await rows("UPDATE auth_account SET loa = loa WHERE id = ? RETURNING loa", account)
    return int(found[0]["loa"]) if found else 1


async def _end_kind(account: AccountId, kind: EvidenceKind, now: datetime) -> None:
    await rows(
        "UPDATE proofing_evidence SET ended_at = ? WHERE account_id = ? AND kind = ? AND ended_at IS NULL",
        now,
        account,
        kind.value,
    )


async def enter(account: AccountId, loa: int, now: datetime) -> None:
    """Evidence for a level that the city's register of residents vouches for, in place of what it vouched for before.

    In the open transaction; the caller writes the level and notes the change. It has no end of its own.
    """
    kinds = {2: EvidenceKind.NAME, 3: EvidenceKind.COUNTER, 4: EvidenceKind.CERTIFICATE}
    vouched = await ProofOfIdentity.filter(account_id=account, reference=REGISTERED, ended_at=None)
    if [each.level for each in vouched] == ([loa] if loa in kinds else []):
        return
    await rows(
        "UPDATE proofing_evidence SET ended_at = ? WHERE account_id = ? AND reference = ? AND ended_at IS NULL",
        now,
        account,
        REGISTERED,
    )
    if loa in kinds:
        await _end_kind(account, kinds[loa], now)
        await ProofOfIdentity.create(
            id=new_id(now), account_id=account, kind=kinds[loa].value, level=loa, reference=REGISTERED, at=now
        )


REGISTERED = "city register"
"""The reference of evidence that came with the city's register of residents."""
