"""Public operations: answered from the cache, or together with a call for the same that is under way.

A public call is sent without anything of the resident's, so its answer may serve another resident. Not looked up and
not kept is what has a body, asks for a part, or depends on more than the cache can tell apart.
"""

from typing import Final, Protocol

from core.problems import GatewayTimeout
from core.telemetry import log
from gateway.proxy.answer import AnswerHead, rendered
from gateway.proxy.cache import (
    Cache,
    Place,
    Stored,
    changes,
    confirms,
    has_not_changed,
    is_failure,
    may_store,
    may_use,
    may_use_on_error,
    updated,
)
from gateway.proxy.coalesce import Flights
from gateway.proxy.freshness import NO_WISHES, Fields, Wants
from gateway.proxy.gate import Route
from gateway.proxy.head import Block
from gateway.proxy.memo import Memo
from gateway.proxy.settings import CacheSettings
from gateway.proxy.system import System

Given = tuple[int, bytes, bytes]
"""Status, rendered head without framing, and body, for the mini-service."""
Brought = tuple[Stored, float]
"""A kept answer, and the time at which it came."""

_REMEMBERED: Final = 1024
_PASSED_BY: Final = (b"range", b"if-match", b"if-unmodified-since", b"prefer")
_CONDITIONS: Final = (b"if-none-match", b"if-modified-since")
_CHOOSING: Final = (b"accept", b"accept-language", b"accept-encoding")
_OF_NOT_MODIFIED: Final = frozenset({b"cache-control", b"content-location", b"etag", b"expires", b"vary"})
"""RFC 9110, section 15.4.5."""


class NotKept(GatewayTimeout):
    title = "No kept answer does, and no other was wanted"


class Asking(Protocol):
    """The call."""

    def shared_answer(self, stored: Given | None) -> None:
        """What the call ahead brought; None: ask yourself."""
        ...


class Request:
    """What a public call's header lines say to the cache; the same lines are read once.

    Lines of one name are put together, in their order: the department sees them all, so all of them choose.
    """

    __slots__ = ("chosen", "conditional", "passes_by", "values", "wants")

    def __init__(self, lines: bytes, cache_control: bytes | None, pragma: bytes | None) -> None:
        """`lines`: those that are passed on to the department, each ended by CRLF."""
        self.wants = Wants(cache_control, pragma)
        values: dict[bytes, bytes] = {}
        for line in lines.split(b"\r\n")[:-1]:
            name, _, value = line.partition(b": ")
            values[name] = b"%b, %b" % (values[name], value) if name in values else value
        self.values = values
        self.passes_by = any(name in values for name in _PASSED_BY)
        self.conditional = any(name in values for name in _CONDITIONS)
        self.chosen = tuple(values.get(name, b"") for name in _CHOOSING)


class Shared:
    """One public call. It `asks`, or waits for another's answer, unless `stored` has one already.

    One that asks ends in exactly one of `received`, `settle` and `leave`.
    """

    __slots__ = ("_asked_at", "_call", "_candidate", "_flight", "_open", "_outdated", "_public", "_request")
    _flight: "tuple[Place, tuple[bytes, ...]] | None"

    def __init__(self, public: "Public", call: Asking, request: Request, candidate: Stored | None, unix: float) -> None:
        self._public = public
        self._call = call
        self._request = request
        self._candidate = candidate
        self._asked_at = unix
        self._flight = None
        self._open: Place | None = None
        self._outdated = False

    @property
    def conditions(self) -> bytes:
        """Header lines that ask whether the kept answer still holds; none where the client has its own."""
        return b"" if self._candidate is None or self._request.conditional else self._candidate.conditions()

    @property
    def asks(self) -> bool:
        return not self._public.waits(self._flight, self)

    def stored(self, unix: float) -> Given | None:
        """The kept answer, where it may be used unasked."""
        stored = self._candidate
        return self._given(stored, unix) if stored is not None and may_use(stored, self._request.wants, unix) else None

    def stale(self, unix: float) -> Given | None:
        """The kept answer, where it may be used because the department fails."""
        stored = self._candidate
        if stored is None or not may_use_on_error(stored, self._request.wants, unix, self._public.stale_if_error):
            return None
        return self._given(stored, unix)

    # Its way

    def begin(self, place: Place) -> None:
        """It will ask, or wait; one that has wishes of its own does not wait for others."""
        self._open = place
        self._public.opened(place, self)
        if self._request.wants.plain and not self._request.conditional:
            self._flight = (place, self._request.chosen)
            self._public.flights.join(self._flight, self)

    def keeps(self, answer: AnswerHead) -> bool:
        """Whether the whole answer is wanted by `received`; else it may pass as it comes, after `settle`."""
        if self._open is None:
            return False
        about_kept = self._candidate is not None and (answer.status == 304 or is_failure(answer.status))  # noqa: PLR2004
        return about_kept or may_store(self._request.wants, answer.status, answer.received)

    def received(self, answer: AnswerHead, body: bytes, unix: float) -> Given:
        """The department's answer: kept if it may be. What the client gets."""
        plain = (answer.status, answer.rendered, body)
        place, candidate = self._open, self._candidate
        if place is None:
            return plain
        if answer.status == 304 and candidate is not None:  # noqa: PLR2004
            return self._confirmed(answer, candidate, unix)
        if is_failure(answer.status):
            stale = self.stale(unix)
            self.settle()
            return plain if stale is None else stale
        if candidate is not None:
            self._public.cache.drop(candidate)
        self._bring(place, answer.status, answer.received, body, unix)
        return plain

    def _confirmed(self, answer: AnswerHead, candidate: Stored, unix: float) -> Given:
        """Not modified: the kept answer holds on, with the fields that came (RFC 9111, section 4.3.4)."""
        self._public.cache.drop(candidate)
        stored: Stored | None = None
        if confirms(candidate, answer.received):
            fields = updated(candidate, answer.received)
            stored = self._bring(candidate.place, candidate.status, fields, candidate.body, unix)
        else:
            self.settle()
        if self._request.conditional:
            return answer.status, answer.rendered, b""
        return self._given(stored or candidate, unix)

    def _bring(self, place: Place, status: int, fields: Fields, body: bytes, unix: float) -> Stored | None:
        """Keep an answer if it may be kept, and let those who wait have it if it is fresh."""
        if self._outdated or not may_store(self._request.wants, status, fields):
            self.settle()
            return None
        stored = Stored(
            place,
            self._request.values,
            status=status,
            fields=fields,
            head=rendered(status, [field for field in fields if field[0] != b"age"]),
            body=body,
            asked_at=self._asked_at,
            answered_at=unix,
        )
        self._public.cache.put(stored)
        if self._flight is not None and may_use(stored, NO_WISHES, unix):
            flight, self._flight = self._flight, None
            self._public.flights.land(flight, self, (stored, unix))
        self.settle()
        return stored

    def settle(self) -> None:
        """It brings nothing for others: those who wait ask for themselves. Again, or for one that waits: it leaves."""
        self._close()
        flight, self._flight = self._flight, None
        if flight is not None:
            self._public.flights.fail(flight, self)
            self._public.flights.leave(flight, self)

    def leave(self) -> None:
        """Its client is gone: one of those who wait asks in its place."""
        self._close()
        flight, self._flight = self._flight, None
        if flight is not None:
            self._public.flights.leave(flight, self)

    def _close(self) -> None:
        if self._open is not None:
            self._public.closed(self._open, self)
            self._open = None

    # What it hears

    def outdate(self) -> None:
        """Something was changed there meanwhile: what comes is for this call alone, and nobody joins it any more."""
        self._outdated = True
        flight, self._flight = self._flight, None
        if flight is not None and not self._public.waits(flight, self):
            self._public.flights.fail(flight, self)
        else:
            self._flight = flight

    def landed(self, brought: Brought) -> None:
        stored, unix = brought
        self._flight = None
        self._close()
        self._tell(self._given(stored, unix))

    def released(self) -> None:
        self._flight = None
        self._tell(None)

    def promoted(self) -> None:
        self._tell(None)

    def _tell(self, given: Given | None) -> None:
        try:
            self._call.shared_answer(given)
        except Exception:  # noqa: BLE001 - one call that fails keeps those behind it from nothing
            log(__name__).exception("a waiting call failed")

    def _given(self, stored: Stored, unix: float) -> Given:
        age = b"age: %d\r\n" % int(stored.age(unix))
        if has_not_changed(stored, self._request.values):
            kept = [field for field in stored.fields if field[0] in _OF_NOT_MODIFIED]
            return 304, rendered(304, kept) + age, b""
        return stored.status, stored.head + age, stored.body


class Public:
    """What the public calls of one process share."""

    def __init__(self, settings: CacheSettings) -> None:
        self.cache: Final = Cache(settings.most_bytes, settings.entry_bytes)
        self.flights: Final = Flights[Brought]()
        self.stale_if_error: Final = settings.stale_if_error
        self._requests: Final = Memo[tuple[bytes, bytes | None, bytes | None], Request](_REMEMBERED)
        self._asking: Final[dict[tuple[object, str], set[Shared]]] = {}

    def begin(self, call: Asking, route: Route, block: Block, unix: float) -> Shared:
        """A public GET; raises NotKept where the client wants a kept answer or none."""
        request = self._request(block.forwarded, block.cache_control, block.values.get(b"pragma"))
        if block.length != 0 or request.passes_by:
            return Shared(self, call, request, None, unix)
        place = (route.system, route.target.path, route.target.query)
        stored = self.cache.find(place, request.values)
        shared = Shared(self, call, request, stored, unix)
        if stored is None or not may_use(stored, request.wants, unix):
            if request.wants.only_if_cached:
                raise NotKept("Leave out only-if-cached.", hop="gateway")
            shared.begin(place)
        return shared

    def _request(self, lines: bytes, cache_control: bytes | None, pragma: bytes | None) -> Request:
        key = (lines, cache_control, pragma)
        request = self._requests.get(key)
        if request is None:
            request = Request(*key)
            self._requests.put(key, request)
        return request

    def changed(self, method: str, status: int, system: System, path: str) -> None:
        """A call was answered: if it changed something, what is kept of its path holds no more (section 4.4)."""
        if not changes(method, status):
            return
        self.cache.invalidate(system, path)
        for shared in list(self._asking.get((system, path), ())):
            shared.outdate()

    def waits(self, flight: tuple[Place, tuple[bytes, ...]] | None, shared: Shared) -> bool:
        return flight is not None and self.flights.waits(flight, shared)

    def opened(self, place: Place, shared: Shared) -> None:
        self._asking.setdefault((place[0], place[1]), set()).add(shared)

    def closed(self, place: Place, shared: Shared) -> None:
        under_way = self._asking.get((place[0], place[1]))
        if under_way is not None:
            under_way.discard(shared)
            if not under_way:
                del self._asking[place[0], place[1]]
