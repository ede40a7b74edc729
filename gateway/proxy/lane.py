"""The inbound side of every connection: heads are read strictly here, and each message goes one of two ways.

A call to `/svc/` on a mini-service's host takes the lane (call.py): callbacks, no task, no ASGI scope. Everything else
goes to uvicorn's own protocol, which lives inside this one and gets exactly the bytes of one message at a time, so that
there is one reading of where a message ends, and one place that knows the deadlines. Requests that come before the one
ahead of them was answered wait here.

The seam to uvicorn is app_side.py.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from core.problems import Problem
from gateway.proxy.app_side import AppSide
from gateway.proxy.call import Call
from gateway.proxy.door import Door
from gateway.proxy.errors import HeadTooLarge, RequestTimeout, RequestUnreadable
from gateway.proxy.framing import LAST_CHUNK, Chunks, ChunksBroken, chunk
from gateway.proxy.head import HEAD_LIMIT, LONE_LINE_FEED, Block, Line

READ_AHEAD = 64 * 1024
"""Bytes of later requests that are kept while one is being answered; then reading stops."""
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 256 * 1024
_NEVER = float("inf")
_LEAST_PROGRESS = 1024
"""Bytes of a body that must come within each body deadline: one byte at a time is no progress."""
_LEAST_TAKEN = 48 * 1024
"""Bytes of an answer held here that must be taken within each body deadline: what ends a pause in a streamed one."""


class Lane:
    """One client's connection: an asyncio protocol by its methods, made in place of uvicorn's own (gateway/app.py)."""

    __slots__ = (
        "_app",
        "_app_busy",
        "_arguments",
        "_body_left",
        "_body_progress",
        "_call",
        "_chunks",
        "_closing",
        "_door",
        "_head_begun",
        "_lingered",
        "_pending",
        "_read_paused",
        "_unsent",
        "_waiting",
        "deadline",
        "loop",
        "transport",
        "write_paused",
    )

    def __init__(self, door: Door, arguments: "Arguments", loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._arguments = arguments
        self.loop = loop
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # connection_made brings it
        self._app: AppSide | None = None
        self._app_busy = False
        self._call: Call | None = None
        self._waiting = b""
        self._head_begun = False
        self._body_left = 0
        self._body_progress = 0
        self._chunks: Chunks | None = None
        self._read_paused = False
        self._closing = False
        self._lingered = -1
        self._pending = False
        self._unsent = 0
        self.write_paused = False
        self.deadline = _NEVER

    # The transport's callbacks

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._arguments.state.connections.add(self)  # type: ignore[arg-type]  # uvicorn asks no more of it than shutdown()
        self._door.lanes.add(self)
        self.deadline = self._door.now() + self._door.head_seconds

    def data_received(self, data: bytes) -> None:
        self._door.activity.events += 1
        if self._lingered >= 0:
            self._linger(data)
            return
        if self._body_left != 0:
            self._come_behind(self._take_body(data))
        elif self._call is not None or self._app_busy or self._pending:
            self._keep(data)
        else:
            if self._waiting:
                data = self._waiting + data
                self._waiting = b""
            self._read_head(data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._arguments.state.connections.discard(self)
        self._door.lanes.discard(self)
        self._closing = True
        self.deadline = _NEVER
        if self._app is not None:
            self._app.connection_lost(error)
        call = self._call
        if call is not None:
            self._call = None
            call.client_gone()

    def pause_writing(self) -> None:
        self.write_paused = True
        if self._app is not None:
            self._app.pause_writing()
        if self._call is not None:
            self._call.client_full()
        self._await_taking()

    def resume_writing(self) -> None:
        self.write_paused = False
        if not self._ends:
            waits_for_body = self._body_left != 0 and not self._read_paused
            self.deadline = self._door.now() + self._door.body_idle_seconds if waits_for_body else _NEVER
        if self._app is not None:
            self._app.resume_writing()
        if self._call is not None:
            self._call.client_drained()
        if self._pending:
            self._pending = False
            self._message_done()

    def _await_taking(self) -> None:
        """What is written is the client's to take."""
        self._unsent = self.transport.get_write_buffer_size()
        self.deadline = self._door.now() + self._door.write_idle_seconds

    @property
    def _ends(self) -> bool:
        """Whether nothing but what is written already is still to come of this connection."""
        return self._lingered >= 0 or self.transport.is_closing()

    def shutdown(self) -> None:
        """Uvicorn ends: a connection without work closes, the others after their answer."""
        self._closing = True
        if self._app_busy and self._app is not None:
            self._app.shutdown()
        elif self._call is None:
            self._close()

    # One message's head

    def _read_head(self, data: bytes) -> None:
        if data.startswith(b"\r\n"):  # one empty line before the request line is forgiven (RFC 9112, section 2.2)
            data = data[2:]
        end = data.find(b"\r\n\r\n")
        if end < 0 or end > HEAD_LIMIT:
            self._wait_for_head(data)
            return
        self._head_begun = False
        line_end = data.find(b"\r\n")
        try:
            line = self._door.line(data[:line_end])
            block = self._door.block(data[line_end + 2 : end + 2], line)
        except Problem as problem:
            self.refuse(problem, head_only=data.startswith(b"HEAD "))
            return
        rest = data[end + 4 :]
        self._body_left = block.length
        if block.length:
            self._body_progress = 0
            self._chunks = Chunks() if block.length < 0 else None
            self.deadline = self._door.now() + self._door.body_idle_seconds
        else:
            self.deadline = _NEVER
        if block.service is not None and line.path.startswith(b"/svc/"):
            self._call = call = Call(self._door, self, line, block)
            call.start()
        else:
            self._hand_to_app(line, block)
        if rest:
            self._come_behind(self._take_body(rest) if self._body_left != 0 else rest)

    def _come_behind(self, rest: bytes) -> None:
        """What came behind a message has its turn when that is answered, and none when the connection ends with it.

        Each turn is a callback of its own, so that a thousand requests in one piece are no deep stack, and others have
        their turn in between.
        """
        if not rest:
            return
        if self._lingered >= 0:
            self._linger(rest)
        elif not self.transport.is_closing():
            self._keep(rest)
            if self._call is None and not self._app_busy and not self._pending:
                self._message_done()

    def _wait_for_head(self, data: bytes) -> None:
        """Keep an unfinished head; the clock ran from its first byte on."""
        if len(data) > HEAD_LIMIT:
            line_end = data.find(b"\r\n")
            too_long = RequestUnreadable if b"\n" in data[:line_end] else HeadTooLarge
            try:
                self._door.line(data[: line_end if line_end >= 0 else len(data)])
            except Problem as problem:
                self.refuse(problem)
                return
            self.refuse(too_long(f"Keep the head under {HEAD_LIMIT} bytes.", hop="client"))
            return
        if LONE_LINE_FEED.search(data) is not None:
            self.refuse(RequestUnreadable("End each line with CRLF, and hold no other line end.", hop="client"))
            return
        if not self._head_begun and data.strip(b"\r\n"):
            self._head_begun = True
            self.deadline = self._door.now() + self._door.head_seconds
        self._waiting = data

    # One message's body

    def _take_body(self, data: bytes) -> bytes:
        """Hand on what belongs to the body; what comes after it is left over."""
        if self._chunks is not None:
            try:
                content = self._chunks.feed(data)
            except ChunksBroken as error:
                self._break_off(str(error))
                return b""
            rest = self._chunks.rest
            ended = self._chunks.done
        else:
            content, rest = data[: self._body_left], data[self._body_left :]
            self._body_left -= len(content)
            ended = self._body_left == 0
        if ended:
            self._body_left = 0
            self.deadline = _NEVER
        else:
            self._note_progress(len(data))
        self._pass_body(content, ended)
        return rest

    def _note_progress(self, size: int) -> None:
        self._body_progress += size
        if self._body_progress >= _LEAST_PROGRESS:
            self._body_progress = 0
            self.deadline = self._door.now() + self._door.body_idle_seconds

    def _pass_body(self, content: bytes, ended: bool) -> None:
        if self._app_busy and self._app is not None:
            if self._chunks is not None:
                content = (chunk(content) if content else b"") + (LAST_CHUNK if ended else b"")
            if content:
                self._app.data_received(content)
            if ended:
                self._app_may_be_done()
            return
        call = self._call
        if call is None:
            if ended:  # the rest of a refused request was read to its end: the next one may come
                self._message_done()
            return
        if content:
            call.body(content)
        if ended and self._call is call:
            call.body_ended()

    def _break_off(self, reason: str) -> None:
        """The body cannot be read on: nobody may take what came for a whole message."""
        problem = RequestUnreadable(f"The body cannot be read: {reason}.", hop="client")
        call = self._call
        if call is not None:
            call.client_broke(problem)
        else:
            self.refuse(problem)

    @property
    def gone(self) -> bool:
        """Whether nobody is there any more to be told anything."""
        return self.transport.is_closing()

    @property
    def read_paused(self) -> bool:
        """Whether the client is kept from sending."""
        return self._read_paused

    @property
    def drains(self) -> bool:
        """Whether the rest of a refused body is short enough to be read away, so that the connection goes on."""
        return not self._closing and self._chunks is None and self._body_left <= READ_AHEAD

    @property
    def closes(self) -> bool:
        """Whether the answer that begins now is the connection's last."""
        return self._closing or (self._body_left != 0 and not self.drains)

    @property
    def body_open(self) -> bool:
        """Whether more of the current message's body is to come."""
        return self._body_left != 0

    # The app's side

    def _hand_to_app(self, line: Line, block: Block) -> None:
        app = self._app
        if app is None:
            arguments = self._arguments
            app = self._app = AppSide(arguments.config, arguments.state, arguments.app_state, self.loop)
            app.attach(self, self.transport)
        self._app_busy = True
        target = line.path + line.suffix
        head = b"%b %b HTTP/1.%d\r\n%b\r\n" % (line.method.encode(), target, line.minor, block.raw)
        app.data_received(head)

    def app_done(self) -> None:
        """Uvicorn answered."""
        self._app_may_be_done()

    def _app_may_be_done(self) -> None:
        app = self._app
        if app is None or self._body_left != 0 or not app.complete:
            return
        self._app_busy = False
        self._message_done()

    # The lane's side

    def write(self, data: bytes) -> None:
        self.transport.write(data)

    def done(self, close: bool) -> None:
        """The call's answer is written to its end."""
        self._call = None
        if self._body_left != 0:
            if close or not self.drains:
                self._close_gently()
            else:
                self.resume_reading()
        elif close or self._closing:
            self._close()
        else:
            self._message_done()

    def cut(self) -> None:
        """The answer cannot be ended: the client must see it as cut."""
        self._call = None
        self.transport.abort()

    def refuse(self, problem: Problem, *, head_only: bool = False) -> None:
        """Answer a message that nobody handles, and close: what follows it cannot be trusted to be a message."""
        if self._app_busy and self._app is not None:
            if self._app.started:
                self.transport.abort()
                return
            self._app.connection_lost(ConnectionAbortedError())  # what it would answer now goes nowhere
            self._app = None
        self._app_busy = False
        self.transport.write(self._door.refusal(problem, close=True, head_only=head_only))
        self._close_gently()

    def _close_gently(self) -> None:
        """Close after what was written has a chance to be read: unread bytes would reset the connection."""
        self._waiting = b""
        self._closing = True
        self._lingered = 0
        self._body_left = 0
        self._unsent = self.transport.get_write_buffer_size()
        self.deadline = self._door.now() + _LINGER_SECONDS
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
        self.resume_reading()

    def _close(self) -> None:
        """Close once all is sent that was written; who does not take it is not waited for without end."""
        self._await_taking()
        self.transport.close()

    def _linger(self, data: bytes) -> None:
        self._lingered += len(data)
        if self._lingered > _LINGER_BYTES:
            self.transport.abort()

    def _message_done(self) -> None:
        if self._closing or self.transport.is_closing():
            self._close()
        elif self.write_paused:  # the next one would be answered into memory: it waits until this answer is taken
            self._pending = True
            self._await_taking()
        elif self._waiting:
            self._pending = True
            self.loop.call_soon(self._next)
        else:
            self.resume_reading()
            self.deadline = self._door.now() + self._door.keep_alive_seconds

    def _next(self) -> None:
        """The request that waited behind the one just answered."""
        self._pending = False
        data, self._waiting = self._waiting, b""
        self.deadline = self._door.now() + self._door.head_seconds
        self.resume_reading()
        if data and not self.transport.is_closing():
            self.data_received(data)

    def _keep(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) > READ_AHEAD:
            self.pause_reading()

    def pause_reading(self) -> None:
        if not self._read_paused and not self.transport.is_closing():
            self._read_paused = True
            self.transport.pause_reading()
            if self._body_left != 0:
                self.deadline = _NEVER  # not the client's fault

    def resume_reading(self) -> None:
        if self._read_paused and not self.transport.is_closing():
            self._read_paused = False
            self.transport.resume_reading()
            if self._body_left != 0:
                self.deadline = self._door.now() + self._door.body_idle_seconds

    def expire(self, _: float) -> None:
        """The deadline is over: told where there is somebody to tell, and closed."""
        self.deadline = _NEVER
        if self._ends or self.write_paused:
            unsent = self.transport.get_write_buffer_size()
            if unsent == 0 or unsent > self._unsent - _LEAST_TAKEN:
                self.transport.abort()
            else:
                self._await_taking()
        elif self._body_left != 0 or self._waiting:
            problem = RequestTimeout("Send the whole request without a pause.", hop="client")
            if self._call is not None:
                self._call.client_broke(problem)
            else:
                self.refuse(problem)
        else:
            self._close()


class Arguments:
    """What uvicorn gives its protocol's constructor."""

    __slots__ = ("app_state", "config", "state")

    def __init__(self, config: Config, state: ServerState, app_state: dict[str, Any]) -> None:
        self.config = config
        self.state = state
        self.app_state = app_state
