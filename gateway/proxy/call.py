"""One proxied call from its head to its answer's last byte.

The way of a call, each step a callback of the one before:

1. `start`: the gate's pass, from memory; else one task asks for it (`_ask`), and the call goes on from there.
2. `_proceed`: body rules, limits, shedding; a keyed call claims its key, a public one looks into the cache.
3. `_admit`: breaker and bulkhead; a call may wait here for a place.
4. `_send`: an address, a connection, the request on its way; the body follows as it comes.
5. `answered`, `piece`: the answer streams back as it comes, cleaned; its last piece is kept back.
6. `_finish`: the ledger's entry, and a keyed call's answer, are durable; then `_deliver` writes the last piece.

A call ends once (`_over`), in `_deliver`, `_refuse` or `client_gone`, and gives back what it holds: the
connection, its place in the bulkhead, the breaker's ticket, the address, the key.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from core.problems import ContentTooLarge, InternalError, Problem
from core.telemetry import log
from gateway.proxy.answer import AnswerHead, rendered
from gateway.proxy.connection import Connection, Pool
from gateway.proxy.endpoints import Member
from gateway.proxy.errors import (
    LedgerUnavailable,
    LimitReached,
    Overloaded,
    RequestTimeout,
    UpstreamBroken,
    UpstreamBusy,
    UpstreamResting,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from gateway.proxy.framing import LAST_CHUNK, chunk
from gateway.proxy.gate import PASS_SECONDS, Pass, Route
from gateway.proxy.head import Block, Line
from gateway.proxy.keyed import Keyed
from gateway.proxy.limits import retry_after, standing, take_all
from gateway.proxy.public import Shared
from miniapps.contract.bodies import BodyRule
from miniapps.errors import BodyNotTaken
from miniapps.upstreams import Endpoint

if TYPE_CHECKING:
    from gateway.proxy.door import Door
    from gateway.proxy.lane import Lane

CLIENT_GONE = 499
"""The outcome of a call whose client left before the answer's end (nginx's number)."""
TRIES: Final = 3
HELD_BACK: Final = 64 * 1024
"""Bytes of a body that wait for the upstream; then the client is not read on."""
CHECKED_HERE: Final = 64 * 1024
"""Bytes of a body that are checked at once; a larger one takes so long that others would wait for it."""
_FAILED: Final = frozenset({500, 502, 503, 504})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_CONTENT: Final = frozenset({"POST", "PUT", "PATCH"})
"""Methods that say it when there is no body (RFC 9110, section 8.6): some systems answer 411 otherwise."""
_NEVER: Final = float("inf")


class Call:
    """What the lane makes of a request to `/svc/`."""

    __slots__ = (
        "_answer",
        "_block",
        "_body_done",
        "_buffers",
        "_checking",
        "_close",
        "_collected",
        "_connection",
        "_content",
        "_door",
        "_held",
        "_holds_place",
        "_keyed",
        "_lane",
        "_last",
        "_line",
        "_member",
        "_over",
        "_pass",
        "_received",
        "_recordable",
        "_route",
        "_sent",
        "_sent_at",
        "_shared",
        "_started",
        "_status",
        "_streaming",
        "_strips",
        "_ticket",
        "_tries",
        "_waits",
        "_written",
        "deadline",
        "method",
        "request_id",
    )

    def __init__(self, door: "Door", lane: "Lane", line: Line, block: Block) -> None:
        self._door = door
        self._lane = lane
        self._line = line
        self._block = block
        self.method = line.method
        self.request_id = door.new_request_id()
        self._started = door.now()
        self._pass: Pass | None = None
        self._route: Route | None = None
        self._close = block.close or line.minor == 0
        self._content: list[bytes] = []
        self._held = 0
        self._received = 0
        self._body_done = block.length == 0
        self._streaming = False
        self._buffers = False
        """Whether the body is held until all of it is there, to be checked."""
        self._checking = False
        self._keyed: Keyed | None = None
        self._shared: Shared | None = None
        self._ticket = 0
        self._holds_place = False
        self._waits = False
        self._member: Member[Endpoint] | None = None
        self._connection: Connection | None = None
        self._tries = 0
        self._sent_at = 0.0
        self._recordable = False
        self._answer: AnswerHead | None = None
        self._collected: list[bytes] | None = None
        self._sent = 0
        self._strips = False
        self._written = False
        self._last = b""
        self._over = False
        self.deadline = _NEVER

    # 1. The pass

    def start(self) -> None:
        try:
            found = self._door.gate.known(self._line, self._block, self._started)
            if found is None:
                self._door.spawn(self._ask())
            else:
                self._proceed(found[0], found[1], self._started)
        except Problem as problem:
            self._refuse(problem)

    async def _ask(self) -> None:
        try:
            passed, route = await self._door.gate.find(self._line, self._block)
            if not self._over:
                self._proceed(passed, route, self._door.now())
        except Problem as problem:
            self._refuse(problem)
        except Exception:  # noqa: BLE001 - whatever it is, the client hears of it
            self._fault()

    @property
    def _passed(self) -> Pass:
        """The pass, where there must be one."""
        passed = self._pass
        assert passed is not None  # noqa: S101 - no step after `_proceed` is taken without
        return passed

    # 2. What the pass alone cannot say

    def _proceed(self, passed: Pass, route: Route, now: float) -> None:
        """Raises the Problem that stands in the way."""
        self._pass, self._route = passed, route
        operation = passed.operation
        wait = take_all(passed.buckets, now)
        if wait > 0.0:
            raise LimitReached("Call less often.", retry_after=retry_after(wait), hop="gateway")
        if self._door.shedding.sheds(operation.priority):
            raise Overloaded("Try again in a moment.", hop="gateway", retry_after=self._door.shedding.retry_after())
        if self._block.length != 0:
            self._check_body_head()
            self.deadline = self._started + self._seconds_left
            self._door.calls.add(self)
        elif operation.body is not None:
            operation.body.check_missing()
        if self._block.key is not None:
            self._claim()
        elif operation.public and self.method == "GET":
            self._look_up()
        elif self._ready:
            self._admit(now)

    def _check_body_head(self) -> None:
        operation = self._passed.operation
        if operation.body is None:
            raise BodyNotTaken("Send this call without a body.", hop="client")
        self._buffers = operation.body.check_head(self._block.media, self._block.coding)
        limit = self._limit
        if max(self._block.length, self._received) > limit:
            raise ContentTooLarge(f"Send at most {limit} bytes.", hop="client", limit=limit)
        if self._block.expects and self._line.minor and not self._body_done and self._received == 0:
            self._lane.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._buffers:
            self._lane.resume_reading()
            if self._body_done:
                self._check_body()

    @property
    def _limit(self) -> int:
        """Bytes of body that this operation takes."""
        bodies = self._door.settings.bodies
        return min(self._passed.operation.max_body, bodies.checked if self._buffers else bodies.ceiling)

    @property
    def _ready(self) -> bool:
        return (self._body_done and not self._checking) or not self._buffers

    def _check_body(self) -> bool:
        """The whole body against its contract; False: it is large, is being checked in a thread, and goes on there."""
        body = self._passed.operation.body
        if body is None:
            return True
        if self._received > CHECKED_HERE:
            self._checking = True
            self._door.spawn(self._check_elsewhere(body))
            return False
        body.check(self._block.media, self._block.coding, b"".join(self._content))
        return True

    async def _check_elsewhere(self, body: BodyRule) -> None:
        content = b"".join(self._content)
        try:
            await asyncio.to_thread(body.check, self._block.media, self._block.coding, content)
            self._checking = False
            if not self._over:
                self._body_is_there()
        except Problem as problem:
            self._refuse(problem)
        except Exception:  # noqa: BLE001 - as in _ask
            self._fault()

    def _claim(self) -> None:
        """A keyed call; raises IdempotencyKeyUnusable."""
        key = self._block.key
        assert key is not None  # noqa: S101 - asked before
        assert self._route is not None  # noqa: S101 - it came with the pass
        keyed = self._door.keyed(key, self._passed, self._route, self._line, self._block)
        if not keyed.counts:
            if self._ready:
                self._admit(self._door.now())
            return
        self._keyed = keyed
        for content in self._content:
            keyed.hash(content)
        keyed.whole = self._body_done
        # a short body is waited for, so that another one under the same key is refused before anything is sent
        if self._body_done or not 0 < self._block.length <= HELD_BACK:
            self._begin_claim(keyed)

    def _begin_claim(self, keyed: Keyed) -> None:
        keyed.started = True
        self._door.spawn(self._claimed(keyed))

    async def _claimed(self, keyed: Keyed) -> None:
        try:
            await keyed.claim(self._seconds_left, self.method)
            if self._over:
                await keyed.give_up(False)
            elif keyed.fresh:
                if self._ready:
                    self._admit_after_wait()
            elif self._body_done:
                self._replay()
            else:
                self._content = []
                self._lane.resume_reading()
        except Problem as problem:
            self._refuse(problem)
        except Exception:  # noqa: BLE001 - as in _ask
            self._fault()

    def _replay(self) -> None:
        """Give the answer that the same call got before; raises IdempotencyKeyReused for another body."""
        assert self._keyed is not None  # noqa: S101 - a replay has a key
        status, fields, body = self._keyed.replayed()
        hidden = self._passed.hidden
        if hidden is not None:
            head = AnswerHead(status, 1, fields)
            self._strips = hidden.concerns(status, head.media, head.coding)
            body = hidden.strip(status, head.media, body) if self._strips else body
        self._status = status
        self._last = self._whole(
            rendered(status, fields, self._strips) + b"idempotent-replayed: true\r\n", status, body
        )
        self._sent = len(body)
        self._recordable = True
        self._record(status)

    def _look_up(self) -> None:
        """A public call: answered from the cache, together with another that is under way, or asked for."""
        assert self._route is not None  # noqa: S101 - it came with the pass
        self._shared = shared = self._door.shared(self, self._route, self._block)
        stored = shared.stored(self._door.unix())
        if stored is not None:
            self._give(stored)
        elif shared.asks and self._ready:
            self._admit(self._door.now())

    def shared_answer(self, stored: "tuple[int, bytes, bytes] | None") -> None:
        """What the call ahead of this one brought; None: ask yourself."""
        if self._over:
            return
        if stored is not None:
            self._give(stored)
            return
        now = self._door.now()
        if now >= self._started + self._seconds_left:
            self._refuse(UpstreamTimeout("Try again later.", hop="upstream"))
            return
        try:
            self._admit(now)
        except Problem as problem:
            self._refuse(problem)

    def _give(self, stored: tuple[int, bytes, bytes]) -> None:
        status, head, body = stored
        self._status = status
        self._last = self._whole(head, status, body)
        self._sent = len(body)
        self._passed.system.figures.cached += 1
        self._deliver()

    # The client's body

    def body(self, content: bytes) -> None:
        """A piece of the request's body."""
        if self._over:
            return
        self._received += len(content)
        if self._keyed is not None:
            self._keyed.hash(content)
        passed = self._pass
        if passed is not None and self._received > self._limit:
            self._refuse(ContentTooLarge(f"Send at most {self._limit} bytes.", hop="client", limit=self._limit))
        elif self._streaming:
            connection = self._connection
            if connection is not None:
                connection.more(content if self._block.length > 0 else chunk(content), False)
        elif self._keyed is None or not self._keyed.replays:
            self._content.append(content)
            self._held += len(content)
            if self._held > HELD_BACK and (passed is None or not self._buffers):
                self._lane.pause_reading()

    def body_ended(self) -> None:
        self._body_done = True
        if self._keyed is not None:
            self._keyed.whole = True
        if self._over:
            return
        if self._streaming:
            connection = self._connection
            if connection is not None:
                connection.more(b"" if self._block.length > 0 else LAST_CHUNK, True)
                if self._answer is None:
                    self._await_answer(self._door.now())
            return
        if self._pass is None:
            return
        try:
            replays = self._keyed is not None and self._keyed.replays  # such a body was good before, and was not kept
            if not self._buffers or replays or self._check_body():
                self._body_is_there()
        except Problem as problem:
            self._refuse(problem)

    def _body_is_there(self) -> None:
        keyed = self._keyed
        if keyed is not None and keyed.counts and not keyed.fresh:
            if not keyed.started:
                self._begin_claim(keyed)
            elif keyed.replays:
                self._replay()
        elif self._buffers:
            self._admit_after_wait()

    def _admit_after_wait(self) -> None:
        """Go on, where as much time went by as the client liked: a decision from before may hold no more."""
        now = self._door.now()
        if self._passed.seat.valid and now - self._started < PASS_SECONDS:
            self._admit(now)
        else:
            self._door.spawn(self._ask_again())

    async def _ask_again(self) -> None:
        try:
            passed, route = await self._door.gate.find(self._line, self._block)
            if not self._over:
                self._pass, self._route = passed, route
                self._admit(self._door.now())
        except Problem as problem:
            self._refuse(problem)
        except Exception:  # noqa: BLE001 - as in _ask
            self._fault()

    # 3. A place

    def _admit(self, now: float) -> None:
        """Raises UpstreamResting, UpstreamBusy."""
        system = self._passed.system
        self._ticket = system.breaker.admits(now)
        if self._ticket == 0:
            again = system.breaker.retry_after(now)
            stale = self._shared.stale(self._door.unix()) if self._shared is not None else None
            if stale is not None:
                self._give(stale)
                return
            raise UpstreamResting("Try again in a moment.", hop="upstream", retry_after=again)
        self.deadline = self._started + self._seconds_left
        self._door.calls.add(self)
        if system.bulkhead.enter():
            self._holds_place = True
            self._send(now)
        elif system.bulkhead.wait(self, now):
            self._waits = True
        else:
            raise UpstreamBusy("Try again in a moment.", hop="gateway", retry_after=system.bulkhead.retry_after())

    def admitted(self) -> None:
        """The bulkhead has a place now."""
        self._waits = False
        self._holds_place = True
        self._send(self._door.now())

    def shut_out(self) -> None:
        """The bulkhead had none in time."""
        self._waits = False
        again = self._passed.system.bulkhead.retry_after()
        self._refuse(UpstreamBusy("Try again in a moment.", hop="gateway", retry_after=again))

    @property
    def _seconds_left(self) -> float:
        """From the start to the end of the whole call."""
        total = self._passed.operation.total
        return total if total is not None else self._passed.system.upstream.timeouts.total

    # 4. On its way

    def _send(self, now: float) -> None:
        system = self._passed.system
        self._recordable = True
        if self._tries == 0:
            system.budget.earn()
        self._tries += 1
        member = system.endpoints.choose(now, self._member)
        self._member = member
        if member is None:
            self._failed(UpstreamUnreachable("It has no address at the moment.", hop="upstream"), now)
            return
        pool = system.pool(member.address)
        connection = pool.take()
        while connection is not None and not connection.reusable:
            connection = pool.take()
        if connection is not None:
            self._go(connection, now)
        else:
            self._door.spawn(self._dial(pool, member))

    async def _dial(self, pool: Pool, member: Member[Endpoint]) -> None:
        system = self._passed.system
        endpoint = member.address
        connection: Connection | None = None
        try:
            async with asyncio.timeout(system.upstream.timeouts.connect):
                connection = await self._door.connect(pool, endpoint, system)
        except (OSError, TimeoutError) as error:
            log(__name__).info("upstream not reached", upstream=system.id, error=type(error).__name__)
        except Exception:  # noqa: BLE001 - as in _ask
            self._fault()
            return
        if self._over or self._member is not member:
            if connection is not None:
                connection.abort()
        elif connection is not None:
            self._go(connection, self._door.now())
        else:
            self._not_reached()

    def _not_reached(self) -> None:
        """Nothing was sent, so any call may try another address."""
        now = self._door.now()
        system = self._passed.system
        if self._tries < TRIES and len(system.endpoints.members) > 1 and system.budget.spend(now):
            self._again(now)
        else:
            self._failed(UpstreamUnreachable("Try again in a moment.", hop="upstream"), now)

    def _again(self, now: float) -> None:
        system = self._passed.system
        if self._member is not None:
            system.endpoints.failed(self._member, now)
        system.figures.retries += 1
        self._send(self._door.now())

    def _go(self, connection: Connection, now: float) -> None:
        passed, route, block = self._passed, self._route, self._block
        assert route is not None  # noqa: S101 - it came with the pass
        self._connection = connection
        self._await_answer(now)
        head = [
            route.wire,
            connection.host_line,
            block.forwarded if passed.hidden is None else block.plain,
            passed.tail,
            b"x-request-id: ",
            self.request_id,
            b"\r\ntraceparent: ",
            self._door.traceparent(block.traceparent),
            b"\r\n",
        ]
        if self._shared is not None:
            head.append(self._shared.conditions)
        if block.length != 0:
            self._send_with_body(connection, head)
            return
        head.append(b"content-length: 0\r\n\r\n" if self.method in _WITH_CONTENT else b"\r\n")
        connection.send(self, b"".join(head), True)

    def _await_answer(self, now: float) -> None:
        """The clock of the first byte runs from the end of the request on; until then there is that of the whole."""
        passed = self._passed
        self._sent_at = now
        self.deadline = self._started + self._seconds_left
        if self._body_done:
            first_byte = passed.operation.first_byte
            if first_byte is None:
                first_byte = passed.system.upstream.timeouts.first_byte
            self.deadline = min(now + first_byte, self.deadline)

    def _send_with_body(self, connection: Connection, head: list[bytes]) -> None:
        content = b"".join(self._content)
        if self._body_done:
            head.append(b"content-length: %d\r\n\r\n" % len(content))
            head.append(content)
        elif self._block.length > 0:
            head.append(b"content-length: %d\r\n\r\n" % self._block.length)
            head.append(content)
            self._begin_streaming()
        else:
            head.append(b"transfer-encoding: chunked\r\n\r\n")
            if content:
                head.append(chunk(content))
            self._begin_streaming()
        connection.send(self, b"".join(head), self._body_done)

    def _begin_streaming(self) -> None:
        """From here on the body follows as it comes, unless the connection says at the first piece that it is full."""
        self._lane.resume_reading()
        self._streaming = True
        self._content = []
        self._held = 0

    @property
    def _repeatable(self) -> bool:
        """Whether sending it again changes nothing that sending it once would not: safe, or keyed; and all here."""
        return not self._streaming and (self.method in _SAFE or self._block.key is not None)

    # What the connection tells

    def answered(self, head: AnswerHead, content: bytes, ended: bool) -> None:
        """The answer's head, with what came of its body."""
        now = self._door.now()
        system = self._passed.system
        self._answer = head
        self._status = head.status
        member = self._member
        if member is not None:
            self._member = None
            system.endpoints.succeeded(member)
        if head.status in _FAILED:
            system.breaker.failed(self._ticket, now)
        else:
            system.breaker.succeeded(self._ticket, now, now - self._sent_at if self._body_done else 0.0)
        self._ticket = 0
        if self.method not in _SAFE and self._route is not None:
            self._door.changed(self.method, head.status, system, self._route.target.path)
        if not self._looks_into(head):
            return
        if ended:
            self._give_back(now)
            self._end(content)
            return
        self.deadline = self._started + self._seconds_left
        if self._collected is not None:
            self._collect(content)
            return
        self._write_head(head, content)

    def _looks_into(self, head: AnswerHead) -> bool:
        """Decide whether the answer is collected as a whole; False: it may not pass, and the call is over."""
        passed = self._passed
        if passed.hidden is not None and self.method != "HEAD":
            try:
                self._strips = passed.hidden.concerns(head.status, head.media, head.coding)
            except Problem as problem:
                self._refuse(problem)
                return False
        if self._shared is not None and not self._shared.keeps(head):
            self._shared.settle()
            self._shared = None
        if self._strips or self._keyed is not None or self._shared is not None:
            self._collected = []
        return True

    def piece(self, content: bytes, ended: bool) -> None:
        """More of the answer's body."""
        if ended:
            self._give_back(self._door.now())
            self._end(content)
        elif self._collected is not None:
            self._collect(content)
        else:
            self._sent += len(content)
            self._lane.write(self._framed(content))

    def broke(self, reason: str, spoken: bool) -> None:
        """The connection failed."""
        now = self._door.now()
        connection, self._connection = self._connection, None
        log(__name__).info("upstream broke off", upstream=self._passed.system.id, reason=reason, answered=self._written)
        if self._answer is None and not spoken and self._may_repeat(connection, now):
            self._again(now)
            return
        self._failed(UpstreamBroken(f"Try again in a moment: {reason}.", hop="upstream"), now)

    def _may_repeat(self, connection: Connection | None, now: float) -> bool:
        if not self._repeatable or self._tries >= TRIES:
            return False
        stale = connection is not None and connection.reused and self._tries == 1
        return stale or self._passed.system.budget.spend(now)

    def upstream_full(self) -> None:
        self._lane.pause_reading()

    def upstream_drained(self) -> None:
        self._lane.resume_reading()

    # 5. The answer

    def _write_head(self, head: AnswerHead, content: bytes) -> None:
        """The head and the first piece of an answer that goes on."""
        if self._line.minor == 0 and head.length < 0:
            self._close = True
        self._written = True
        self._sent += len(content)
        first = self._framed(content)
        framing = head.framing(self.method) if self._line.minor else self._old_framing(head)
        self._lane.write(self._head_of(head.rendered, framing) + first)

    def _old_framing(self, head: AnswerHead) -> bytes:
        """For HTTP/1.0, which knows no chunks: the connection's end is the answer's."""
        return b"content-length: %d\r\n" % head.length if head.length >= 0 else b""

    def _framed(self, content: bytes) -> bytes:
        answer = self._answer
        if answer is not None and answer.length < 0 and self._line.minor and content:
            return chunk(content)
        return content

    def _collect(self, content: bytes) -> None:
        """Keep an answer that must be looked into, or remembered, as a whole; too large a one is not remembered."""
        collected = self._collected
        assert collected is not None  # noqa: S101 - asked before
        collected.append(content)
        self._sent += len(content)
        settings = self._door.settings
        if self._strips:
            if self._sent > settings.bodies.checked:
                self._failed(
                    UpstreamBroken("Its answer is too large to be looked into.", hop="upstream"), self._door.now()
                )
            return
        limit = settings.idempotency.answer_bytes if self._keyed is not None else settings.cache.entry_bytes
        if self._sent > limit:
            self._collected = None
            self._sent = 0
            if self._keyed is not None:
                self._keyed.too_large()
            if self._shared is not None:
                self._shared.settle()
                self._shared = None
            answer = self._answer
            assert answer is not None  # noqa: S101 - its body is here
            self._write_head(answer, b"".join(collected))

    def _end(self, content: bytes) -> None:
        """The answer is here to its end."""
        answer = self._answer
        assert answer is not None  # noqa: S101 - answered() set it
        if self._collected is not None:
            self._collected.append(content)
            self._end_collected(answer, b"".join(self._collected))
            return
        self._sent += len(content)
        if self._written:
            ending = LAST_CHUNK if answer.length < 0 and self._line.minor else b""
            self._last = self._framed(content) + ending
        elif self.method == "HEAD" or answer.length >= 0:
            changes = self.method == "HEAD" and self._passed.hidden is not None  # of GET's answer part may be left out
            framing = b"" if changes else answer.framing(self.method)
            self._last = self._head_of(answer.rendered, framing) + content
        else:
            self._last = self._whole(answer.rendered, answer.status, content)
        self._record(answer.status)

    def _end_collected(self, answer: AnswerHead, body: bytes) -> None:
        hidden = self._passed.hidden
        if self._strips and hidden is not None:
            try:
                body = hidden.strip(answer.status, answer.media, body)
            except Problem as problem:
                self._refuse(problem)
                return
        self._sent = len(body)
        shared = self._shared
        if shared is not None:
            self._shared = None
            stored = shared.received(answer, body, self._door.unix())
            self._status = stored[0]
            self._last = self._whole(stored[1], stored[0], stored[2])
            self._record(stored[0])
            return
        head = rendered(answer.status, answer.received, True) if self._strips else answer.rendered
        self._last = self._whole(head, answer.status, body)
        keyed = self._keyed
        if keyed is not None and keyed.fresh:
            self._door.spawn(self._settled(keyed, answer, body))
        else:
            self._record(answer.status)

    async def _settled(self, keyed: Keyed, answer: AnswerHead, body: bytes) -> None:
        try:
            await keyed.settle(answer, body)
        except Exception:  # noqa: BLE001 - the department keeps the key as well: a retry is safe there
            log(__name__).exception("a keyed answer was not kept", request_id=self.request_id.decode())
        if not self._over:
            self._record(answer.status)

    def _whole(self, head: bytes, status: int, body: bytes) -> bytes:
        framing = b"" if status in {204, 304} else b"content-length: %d\r\n" % len(body)
        return self._head_of(head, framing) + (b"" if self.method == "HEAD" else body)

    def _head_of(self, head: bytes, framing: bytes) -> bytes:
        now = self._door.now()
        passed = self._passed
        if self._lane.closes:
            self._close = True
        return b"".join(
            (
                head,
                framing,
                b"x-request-id: ",
                self.request_id,
                b"\r\n",
                passed.policy,
                b"ratelimit: ",
                standing(b"resident", passed.buckets[0], now),
                b"\r\n",
                self._door.date,
                b"connection: close\r\n\r\n" if self._close else b"\r\n",
            )
        )

    # 6. The end

    def _record(self, outcome: int) -> None:
        """Have the ledger keep it; the last piece waits for that."""
        prepared = self._passed.prepared
        self.deadline = _NEVER
        if prepared is None or not self._recordable:
            self._deliver()
            return
        self._recordable = False
        self._door.ledger.append(
            prepared, self.request_id.decode(), outcome, self._received, self._sent, self._recorded
        )

    def _recorded(self, error: BaseException | None) -> None:
        if self._over:
            return
        if error is None:
            self._deliver()
        else:
            log(__name__).error("ledger entry not kept", error=type(error).__name__)
            self._refuse(LedgerUnavailable("Try again in a moment.", hop="gateway"))

    def _deliver(self) -> None:
        """Write the last piece; the call is over."""
        self._over = True
        self._let_go()
        self._lane.write(self._last)
        self._door.answered(self, self._passed.system.figures, self._status, self._started)
        self._lane.done(self._close)

    def _failed(self, problem: Problem, now: float) -> None:
        """The upstream's fault, once it was let through: counted against it, recorded, told or cut."""
        system = self._passed.system
        system.breaker.failed(self._ticket, now)
        self._ticket = 0
        if self._member is not None:
            system.endpoints.failed(self._member, now)
            self._member = None
        stale = self._shared.stale(self._door.unix()) if self._shared is not None and self._answer is None else None
        if stale is not None:
            self._let_go()
            self._give(stale)
        else:
            self._refuse(problem)

    def _refuse(self, problem: Problem) -> None:
        """The call does not come to an answer; recorded when the department may have been reached."""
        if self._over:
            return
        self._over = True
        self._let_go()
        passed = self._pass
        if self._recordable and passed is not None and passed.prepared is not None:
            self._recordable = False
            self._door.ledger.append(
                passed.prepared,
                self.request_id.decode(),
                problem.status,
                self._received,
                self._sent if self._written else 0,
                self._refusal_recorded(problem),
            )
            return
        self._tell(problem)

    def _refusal_recorded(self, problem: Problem) -> "Refused":
        return Refused(self, problem)

    def _tell(self, problem: Problem) -> None:
        door, lane = self._door, self._lane
        figures = self._passed.system.figures if self._pass is not None else door.figures
        figures.refused(problem.slug)
        if self._written:
            door.answered(self, None, problem.status, self._started)
            lane.cut()
            return
        if lane.gone:
            door.answered(self, None, CLIENT_GONE, self._started)
            return
        if lane.body_open and (not lane.drains or self._block.expects):
            self._close = True
        lane.write(
            door.refusal(problem, close=self._close, request_id=self.request_id, head_only=self.method == "HEAD")
        )
        door.answered(self, None, problem.status, self._started)
        lane.done(self._close)

    def _fault(self) -> None:
        log(__name__).exception("call failed", request_id=self.request_id.decode())
        self._refuse(InternalError("Try again; if it stays, report the request id."))

    def _let_go(self) -> None:
        """Give back all that is held."""
        door = self._door
        door.calls.discard(self)
        connection = self._connection
        if connection is not None:
            self._connection = None
            connection.abort()
        passed = self._pass
        if passed is None:
            return
        system = passed.system
        if self._ticket:
            system.breaker.abandoned(self._ticket)
            self._ticket = 0
        if self._member is not None:
            system.endpoints.abandoned(self._member)
            self._member = None
        if self._waits:
            self._waits = False
            system.bulkhead.cancel(self)
        if self._holds_place:
            self._holds_place = False
            system.bulkhead.leave(door.now())
        if self._shared is not None:
            shared, self._shared = self._shared, None
            shared.settle()
        if self._keyed is not None and self._keyed.open:
            door.spawn(self._keyed.give_up(self._sent_at > 0.0))

    def _give_back(self, now: float) -> None:
        """The upstream's part is done: its connection and its place are for others."""
        connection = self._connection
        if connection is not None:
            self._connection = None
            if connection.reusable:
                connection.release(now)
        if self._holds_place:
            self._holds_place = False
            self._passed.system.bulkhead.leave(now)

    # The client's side

    def client_gone(self) -> None:
        """The client left: the upstream is left as well; what it may have done is recorded."""
        if self._over:
            return
        self._over = True
        if self._shared is not None:
            self._shared.leave()
            self._shared = None
        self._let_go()
        passed = self._pass
        if self._recordable and passed is not None and passed.prepared is not None:
            self._recordable = False
            self._door.ledger.append(
                passed.prepared, self.request_id.decode(), CLIENT_GONE, self._received, self._sent, _unheard
            )
        self._door.answered(self, None, CLIENT_GONE, self._started)

    def client_broke(self, problem: Problem) -> None:
        """The body cannot be read on."""
        self._close = True
        self._refuse(problem)

    def client_full(self) -> None:
        if self._connection is not None:
            self._connection.pause_reading()

    def client_drained(self) -> None:
        if self._connection is not None:
            self._connection.resume_reading()

    # The clock

    def expire(self, now: float) -> None:
        """The deadline is over."""
        self.deadline = _NEVER
        if self._over:
            return
        if not self._body_done and not self._lane.read_paused:
            self.client_broke(RequestTimeout("Send the whole request in time.", hop="client"))
            return
        problem = UpstreamTimeout("Try again later.", hop="upstream")
        if self._block.length != 0 and self._sent_at - self._started > now - self._sent_at:
            self._refuse(problem)  # the body took most of the time, so this says little of the system
        else:
            self._failed(problem, now)


class Refused:
    """Tells a refusal once the ledger has it; a ledger that cannot keep it keeps nothing back from the client."""

    __slots__ = ("_call", "_problem")

    def __init__(self, call: Call, problem: Problem) -> None:
        self._call = call
        self._problem = problem

    def __call__(self, _: BaseException | None) -> None:
        self._call._tell(self._problem)  # noqa: SLF001 - a part of the call


def _unheard(_: BaseException | None) -> None:
    """Nobody waits for it."""
