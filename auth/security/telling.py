"""The worker that tells owners what happened to their accounts.

An event was written with the change itself (auth/security/events.py). Two steps follow, each of which a kill -9 leaves
undone or done, never lost:

1. The notice: the event is marked with one conditional UPDATE, and the notice is written to the inbox in the same
   transaction. So it is there once, whichever of the processes was faster, and in the order of the events.
2. The text message, for events that name a number: a try is counted and the next one's time set before it is made, and
   the event is done when the message was taken. So it goes at least once, and again only if the process died between
   the two; one account's in order. After `sms_attempts` tries it is given up, and logged: the notice is there.
   The number goes from the event with its last try.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from auth.columns import from_json
from auth.ports import SMSFailed, SMSSender
from auth.security.ports import OwnerInbox
from auth.security.settings import SecuritySettings
from auth.security.texts import message_of
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId
from core.telemetry import log

_AT_ONCE = 100
_TEXTS_AT_ONCE = 10
_NOT_NOTICED = (
    "SELECT id, account_id, kind, details, phone FROM security_event WHERE noticed_at IS NULL ORDER BY id LIMIT ?"
)
_TEXT_DUE = """
SELECT id, account_id, kind, details, phone, attempts FROM security_event e
WHERE told_at IS NULL AND noticed_at IS NOT NULL AND due_at <= ? AND NOT EXISTS (
    SELECT 1 FROM security_event b WHERE b.account_id = e.account_id AND b.id < e.id AND b.told_at IS NULL
) ORDER BY id LIMIT ?
"""


class Telling:
    """Tells what is to be told; `sms_seconds` is the time that the sender has to take a text message."""

    def __init__(self, clock: Clock, settings: SecuritySettings, sender: SMSSender, sms_seconds: float) -> None:
        self._clock = clock
        self._every = settings.tell_seconds
        self._attempts = settings.sms_attempts
        self._wait = timedelta(seconds=settings.sms_wait_seconds)
        self._sender = sender
        self._sms_seconds = sms_seconds
        self._log = log(__name__)

    async def run(self, stop: asyncio.Event, inbox: OwnerInbox) -> None:
        """Tell until `stop` is set; no error ends it. `inbox` is another feature's, which is made after this one."""
        while not stop.is_set():
            try:
                await self.tell_due(inbox)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                self._log.error("telling round failed", exc_info=error)
            try:
                async with asyncio.timeout(self._every):
                    await stop.wait()
            except TimeoutError:
                continue

    async def tell_due(self, inbox: OwnerInbox) -> None:
        """One round of both steps."""
        await self._notices(inbox)
        due = await rows(_TEXT_DUE, self._clock.now(), _TEXTS_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for event in due:
                group.create_task(self._text(event))

    async def _notices(self, inbox: OwnerInbox) -> None:
        """What cannot be told holds up its own account's events, and nobody else's."""
        stuck: set[str] = set()
        for event in await rows(_NOT_NOTICED, _AT_ONCE):
            if event["account_id"] in stuck:
                continue
            try:
                await self._notice(event, inbox)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                stuck.add(event["account_id"])
                self._log.error("event not told", event_id=event["id"], exc_info=error)

    async def _notice(self, event: Mapping[str, Any], inbox: OwnerInbox) -> None:
        now = self._clock.now()
        message = message_of(event["kind"], from_json(event["details"]))
        async with transaction():
            mine = await rows(
                "UPDATE security_event SET noticed_at = ?, due_at = ?, told_at = ? "
                "WHERE id = ? AND noticed_at IS NULL RETURNING id",
                now,
                now,
                now if event["phone"] is None else None,
                event["id"],
            )
            if mine:
                await inbox.tell(AccountId(event["account_id"]), message.title, message.body, event["id"])

    async def _text(self, event: Mapping[str, Any]) -> None:
        if not await self._lease(event):
            return
        try:
            async with asyncio.timeout(self._sms_seconds):
                await self._sender.tell(event["phone"], message_of(event["kind"], from_json(event["details"])).text)
        except (SMSFailed, TimeoutError):
            if event["attempts"] + 1 < self._attempts:
                return
            self._log.warning("text message given up", event_id=event["id"])
        await self._done(event["id"])

    async def _lease(self, event: Mapping[str, Any]) -> bool:
        """Count a try and say when the next one is due; False where another process has it."""
        async with transaction():
            mine = await rows(
                "UPDATE security_event SET attempts = attempts + 1, due_at = ? "
                "WHERE id = ? AND attempts = ? AND told_at IS NULL RETURNING id",
                self._clock.now() + self._wait * 2 ** event["attempts"],
                event["id"],
                event["attempts"],
            )
        return bool(mine)

    async def _done(self, event_id: str) -> None:
        async with transaction():
            await rows("UPDATE security_event SET told_at = ?, phone = NULL WHERE id = ?", self._clock.now(), event_id)
