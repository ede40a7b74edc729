"""One connection to a department's system, and the idle ones that are kept (RFC 9112, section 9.3).

A connection carries one exchange at a time. Bytes that nobody asked for, or that come after an answer's end, poison it:
it is closed, and they reach nobody.
"""

import asyncio
from typing import Protocol

from gateway.ledger.activity import Activity
from gateway.proxy.answer import CHUNKED, HEAD_LIMIT, UNTIL_CLOSE, AnswerHead, AnswerUnreadable, answer_of
from gateway.proxy.framing import Chunks, ChunksBroken
from gateway.proxy.head import LONE_LINE_FEED
from gateway.proxy.memo import Memo

INTERIM_ANSWERS = 16
"""How many 1xx answers are skipped before the final one; more is a flood."""
_REMEMBERED_HEAD = 4096


class Exchange(Protocol):
    """The call that a connection carries."""

    method: str

    def answered(self, head: AnswerHead, content: bytes, ended: bool) -> None:
        """The head is there, with the body's first bytes; `ended`: they are all of it."""
        ...

    def piece(self, content: bytes, ended: bool) -> None:
        """More of the body."""
        ...

    def broke(self, reason: str, spoken: bool) -> None:
        """The connection failed; `spoken`: the system had begun to answer."""
        ...

    def upstream_full(self) -> None:
        """The system takes the request's body slower than it comes."""
        ...

    def upstream_drained(self) -> None: ...


class Pool:
    """The connections to one address; heads of answers are remembered over all of them."""

    __slots__ = ("activity", "closed", "heads", "host_line", "idle", "open")

    def __init__(self, heads: Memo[bytes, AnswerHead], host: str, activity: Activity) -> None:
        self.activity = activity
        self.host_line = b"host: %b\r\n" % host.encode()
        self.heads = heads
        self.idle: list[Connection] = []
        self.open = 0
        self.closed = False
        """Whether nothing is called there any more: a connection that comes back from an exchange is not kept."""

    def take(self) -> "Connection | None":
        """The connection that was used last."""
        return self.idle.pop() if self.idle else None

    def close(self) -> None:
        """Nothing more is called there; exchanges under way end by themselves."""
        self.closed = True
        self.close_idle()

    def close_idle(self, before: float = float("inf")) -> None:
        """Close what has been idle since before `before`."""
        for connection in [each for each in self.idle if each.idle_since < before]:
            connection.abort()


class Connection:
    """An asyncio protocol: HTTP/1.1 towards a department's system."""

    __slots__ = (
        "_chunks",
        "_full",
        "_head",
        "_interim",
        "_left",
        "_paused",
        "_pool",
        "_transport",
        "_waiting",
        "exchange",
        "idle_since",
        "reused",
        "whole",
    )

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._waiting = b""
        self._head: AnswerHead | None = None
        self._left = 0
        self._chunks: Chunks | None = None
        self._interim = 0
        self._paused = False
        self._full = False
        self.exchange: Exchange | None = None
        self.idle_since = 0.0
        self.reused = False
        self.whole = True
        """Whether the request is written to its end: before that, the connection serves no other."""

    @property
    def host_line(self) -> bytes:
        return self._pool.host_line

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._pool.open += 1

    def send(self, exchange: Exchange, wire: bytes, whole: bool) -> None:
        """Begin an exchange."""
        self.exchange = exchange
        self.whole = whole
        self._interim = 0
        assert self._transport is not None  # noqa: S101 - it is connected before anybody gets it
        self._transport.write(wire)

    def more(self, wire: bytes, whole: bool) -> None:
        """More of the request's body."""
        self.whole = whole
        if wire and self._transport is not None:
            self._transport.write(wire)

    def release(self, now: float) -> None:
        """Keep it for another exchange."""
        if self._pool.closed:
            self.abort()
            return
        self.idle_since = now
        self.reused = True
        self._pool.idle.append(self)

    def abort(self) -> None:
        """Close at once, without another word to the exchange."""
        self.exchange = None
        self._leave_idle()
        if self._transport is not None:
            self._transport.abort()

    def pause_reading(self) -> None:
        if not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        self._full = True
        if self.exchange is not None:
            self.exchange.upstream_full()

    def resume_writing(self) -> None:
        self._full = False
        if self.exchange is not None:
            self.exchange.upstream_drained()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._pool.open -= 1
        self._leave_idle()
        self._transport = None
        exchange = self.exchange
        if exchange is None:
            return
        if self._head is not None and self._left == UNTIL_CLOSE and error is None:
            self.exchange = None
            exchange.piece(b"", True)
            return
        self._fail("it closed the connection", self._head is not None or bool(self._waiting) or self._interim > 0)

    def data_received(self, data: bytes) -> None:
        self._pool.activity.events += 1
        if self.exchange is None:
            self.abort()
            return
        try:
            if self._head is None:
                self._read_head(data)
            else:
                self._read_body(data, False)
        except (AnswerUnreadable, ChunksBroken) as error:
            self._fail(str(error), True)

    def _read_head(self, data: bytes) -> None:
        if self._waiting:
            data = self._waiting + data
            self._waiting = b""
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0 or end > HEAD_LIMIT:
                self._wait(data)
                return
            raw = data[: end + 2]
            head = self._pool.heads.get(raw)
            if head is None:
                head = answer_of(raw)
                if end < _REMEMBERED_HEAD:
                    self._pool.heads.put(raw, head)
            data = data[end + 4 :]
            if not head.interim:
                break
            self._interim += 1
            if self._interim > INTERIM_ANSWERS:
                raise AnswerUnreadable("it sends interim answers without end")
            if not data:
                return
        self._begin_body(head, data)

    def _wait(self, data: bytes) -> None:
        """For the rest of the head, while it can become one."""
        if len(data) > HEAD_LIMIT:
            raise AnswerUnreadable("its head is too long")
        if LONE_LINE_FEED.search(data) is not None or not b"HTTP/1.".startswith(data[:7]):
            raise AnswerUnreadable("it does not speak HTTP/1.1")
        self._waiting = data

    def _begin_body(self, head: AnswerHead, data: bytes) -> None:
        self._head = head
        exchange = self.exchange
        assert exchange is not None  # noqa: S101 - data_received asked
        self._left = head.body_length(exchange.method)
        if self._left == CHUNKED:
            self._chunks = Chunks()
        self._read_body(data, True)

    def _read_body(self, data: bytes, first: bool) -> None:
        left = self._left
        if left >= 0:
            if len(data) < left:
                self._left = left - len(data)
                self._pass(data, first)
            elif len(data) == left:
                self._end(data, first, False)
            else:
                self._end(data[:left], first, True)
        elif self._chunks is not None:
            content = self._chunks.feed(data)
            if self._chunks.done:
                self._end(content, first, len(self._chunks.rest) > 0)
            else:
                self._pass(content, first)
        else:
            self._pass(data, first)

    def _pass(self, content: bytes, first: bool) -> None:
        exchange, head = self.exchange, self._head
        assert exchange is not None  # noqa: S101 - data_received asked
        assert head is not None  # noqa: S101 - the body comes after it
        if first:
            exchange.answered(head, content, False)
        elif content:
            exchange.piece(content, False)

    def _end(self, content: bytes, first: bool, poisoned: bool) -> None:
        exchange, head = self.exchange, self._head
        assert exchange is not None  # noqa: S101 - data_received asked
        assert head is not None  # noqa: S101 - the body comes after it
        self.exchange = None
        self._head = None
        self._chunks = None
        reusable = head.persists and self.whole and not self._full and not poisoned
        if not reusable and self._transport is not None:
            self._transport.abort()
        if first:
            exchange.answered(head, content, True)
        else:
            exchange.piece(content, True)

    @property
    def reusable(self) -> bool:
        """Whether another exchange may begin: the transport is there and not closing."""
        return self._transport is not None and not self._transport.is_closing()

    def _fail(self, reason: str, spoken: bool) -> None:
        exchange = self.exchange
        self.abort()
        if exchange is not None:
            exchange.broke(reason, spoken)

    def _leave_idle(self) -> None:
        if self in self._pool.idle:
            self._pool.idle.remove(self)
