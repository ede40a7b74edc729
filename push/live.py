"""The live stream of one device: the unread count, notices as they come, and the end of the session.

A stream holds an event and the last id it showed, nothing else: notices are read from the table a page at a time, and
only when the reader has taken the ones before. Whatever was missed is there after a reconnect with Last-Event-ID.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass

from core.access import Resident
from core.ids import AccountId
from push.errors import TooManyStreams
from push.hub import Hub
from push.inbox import Inbox, Message
from push.ports import Sessions
from push.settings import LiveSettings
from push.waiting import first_of

_PAGE = 50
_RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class NoticeCame:
    message: Message


@dataclass(frozen=True, slots=True)
class UnreadIs:
    count: int


@dataclass(frozen=True, slots=True)
class SignedOut: ...


@dataclass(frozen=True, slots=True)
class StillHere:
    """Nothing happened; the line is kept open."""


Event = NoticeCame | UnreadIs | SignedOut | StillHere


class LiveStreams:
    def __init__(self, inbox: Inbox, hub: Hub, sessions: Sessions, settings: LiveSettings) -> None:
        self._inbox = inbox
        self._hub = hub
        self._sessions = sessions
        self._settings = settings
        self._open: Counter[AccountId] = Counter()
        self._ended = asyncio.Event()

    @property
    def slow_seconds(self) -> float:
        """A reader who takes nothing for so long is dropped."""
        return self._settings.slow_seconds

    @property
    def count(self) -> int:
        """Open streams at this worker."""
        return self._open.total()

    def end(self) -> None:
        """End all streams, and those opened from now on: the process shuts down, and readers come back elsewhere."""
        self._ended.set()

    def open(self, resident: Resident, last: str | None) -> "LiveStream":
        """A stream that goes on after the notice with the id `last`, or from now. Raises TooManyStreams.

        Whoever has it closes it.
        """
        account = resident.account
        if self._open[account] >= self._settings.streams:
            raise TooManyStreams(
                f"Close other pages of the app: {self._settings.streams} streams are open.", retry_after=_RETRY_SECONDS
            )
        held = ExitStack()
        self._open[account] += 1
        held.callback(self._leave, account)
        changed = held.enter_context(self._hub.listen(account))
        reading = Reading(self._inbox, account, last)
        return LiveStream(reading, self._still_signed_in(resident), self._settings, changed, self._ended, held)

    def _still_signed_in(self, resident: Resident) -> Callable[[], Awaitable[bool]]:
        return lambda: self._sessions.live(resident.session)

    def _leave(self, account: AccountId) -> None:
        self._open[account] -= 1
        if not self._open[account]:
            del self._open[account]


class Reading:
    """How far one reader has come in an inbox."""

    def __init__(self, inbox: Inbox, account: AccountId, last: str | None) -> None:
        self._inbox = inbox
        self._account = account
        self._last = last
        self._unread = -1

    async def news(self) -> AsyncIterator[Event]:
        """The unread count where it is another than before, then the notices that came since."""
        last = await self._inbox.newest(self._account) if self._last is None else self._last
        self._last = last
        unread = await self._inbox.unread(self._account)
        if unread != self._unread:
            self._unread = unread
            yield UnreadIs(unread)
        while page := await self._inbox.after(self._account, self._last, _PAGE):
            for message in page:
                self._last = message.notice.id
                yield NoticeCame(message)


class LiveStream:
    """One open stream; see LiveStreams.open."""

    def __init__(  # noqa: PLR0913, PLR0917 - made by LiveStreams.open only
        self,
        reading: Reading,
        signed_in: Callable[[], Awaitable[bool]],
        settings: LiveSettings,
        changed: asyncio.Event,
        ended: asyncio.Event,
        held: ExitStack,
    ) -> None:
        self._reading = reading
        self._signed_in = signed_in
        self._settings = settings
        self._changed = changed
        self._ended = ended
        self._held = held
        self._spoke_at = 0.0
        changed.set()

    def close(self) -> None:
        self._held.close()

    async def events(self) -> AsyncIterator[Event]:
        """What to show, as it comes; ends with SignedOut, or silently when the process shuts down."""
        while not self._ended.is_set():
            if not await self._signed_in():
                yield SignedOut()
                return
            async for event in self._round():
                self._spoke_at = time.monotonic()
                yield event
            await first_of(self._patience(), self._changed, self._ended)

    async def _round(self) -> AsyncIterator[Event]:
        if self._changed.is_set():
            self._changed.clear()
            async for event in self._reading.news():
                yield event
        if self._silent_for() >= self._settings.heartbeat_seconds:
            yield StillHere()

    def _silent_for(self) -> float:
        return time.monotonic() - self._spoke_at

    def _patience(self) -> float:
        """Until the next heartbeat, or the next look at the session."""
        until_heartbeat = self._settings.heartbeat_seconds - self._silent_for()
        return max(0.0, min(self._settings.session_seconds, until_heartbeat))
