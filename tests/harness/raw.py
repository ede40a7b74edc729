"""Raw bytes over a socket, a strict reading of HTTP/1.1 of our own, and a server that keeps exactly what it was told.

The reading follows RFC 9112 to the letter and raises Unreadable at whatever the grammar does not have; it is the judge
of what the gateway sends to a department and of what it answers.
"""

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) HTTP/1\.([01])")
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?")
"""A missing reason may miss its space too: old servers do that, and nobody reads it in two ways."""
FIELD_LINE = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?)[ \t]*"
)
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})((?:[ \t]*;[\t -~\x80-\xff]*)?)")
CHUNK = 65536


class Unreadable(Exception):
    """What stands there is no HTTP/1.1 message; the text says where."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its start line's three parts, its fields as they came (names in lower case), its body."""

    start: tuple[bytes, bytes, bytes]
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    chunked: bool = False
    trailers: tuple[tuple[bytes, bytes], ...] = ()

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name.encode()]

    def one(self, name: str) -> bytes:
        """The value of a field that stands there exactly once."""
        values = self.all(name)
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    @property
    def names(self) -> list[bytes]:
        return [name for name, _ in self.fields]


class Request(Message):
    """`start` is method, target, minor version."""

    __slots__ = ()

    @property
    def method(self) -> bytes:
        return self.start[0]

    @property
    def target(self) -> bytes:
        return self.start[1]


class Answer(Message):
    """`start` is minor version, status, reason."""

    __slots__ = ()

    @property
    def status(self) -> int:
        return int(self.start[1])


def request_in(received: bytes) -> tuple[Request, int] | None:
    """The first request and its length; None while it is not complete; raises Unreadable."""
    head = _head(received)
    if head is None:
        return None
    line, fields, at = head
    found = REQUEST_LINE.fullmatch(line)
    if not found:
        raise Unreadable(f"request line {line[:80]!r}")
    hosts = [value for name, value in fields if name == b"host"]
    if len(hosts) != 1:
        raise Unreadable(f"{len(hosts)} Host fields")
    length = _length(fields)
    if length is None and not _is_chunked(fields):
        length = 0
    body = _body(received, at, length)
    if body is None:
        return None
    content, trailers, end = body
    return Request((found[1], found[2], found[3]), fields, content, length is None, trailers), end


def answer_in(received: bytes, method: bytes = b"GET", *, ended: bool = False) -> tuple[Answer, int] | None:
    """The first answer and its length; None while it is not complete. `ended`: the server closed the connection."""
    head = _head(received)
    if head is None:
        return None
    line, fields, at = head
    found = STATUS_LINE.fullmatch(line)
    if not found:
        raise Unreadable(f"status line {line[:80]!r}")
    start = (found[1], found[2], found[3] or b"")
    status = int(found[2])
    if status < 200 or status in {204, 304} or method == b"HEAD":
        return Answer(start, fields, b""), at
    length = _length(fields)
    if length is None and not _is_chunked(fields):
        return (Answer(start, fields, received[at:]), len(received)) if ended else None
    body = _body(received, at, length)
    if body is None:
        return None
    content, trailers, end = body
    return Answer(start, fields, content, length is None, trailers), end


def answers_in(received: bytes, methods: Sequence[bytes] = (), *, ended: bool = False) -> tuple[list[Answer], bytes]:
    """All complete answers, interim ones too, and what is left; `methods` are those of the requests (default GET)."""
    answers: list[Answer] = []
    asked = list(methods)
    while received:
        found = answer_in(received, asked[0] if asked else b"GET", ended=ended)
        if found is None:
            break
        answers.append(found[0])
        if found[0].status >= 200 and asked:
            asked.pop(0)
        received = received[found[1] :]
    return answers, received


def _head(received: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], int] | None:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    line, *lines = received[:end].split(b"\r\n")
    return line, tuple(map(_field, lines)), end + 4


def _field(line: bytes) -> tuple[bytes, bytes]:
    found = FIELD_LINE.fullmatch(line)
    if not found:
        raise Unreadable(f"field line {line[:80]!r}")
    return found[1].lower(), found[2]


def _length(fields: Sequence[tuple[bytes, bytes]]) -> int | None:
    lengths = [value for name, value in fields if name == b"content-length"]
    if not lengths:
        return None
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,18}", lengths[0]) or _is_chunked(fields):
        raise Unreadable(f"lengths {lengths} and perhaps chunks")
    return int(lengths[0])


def _is_chunked(fields: Sequence[tuple[bytes, bytes]]) -> bool:
    codings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
    if codings not in ([], [b"chunked"]):
        raise Unreadable(f"codings {codings}")
    return bool(codings)


def _body(received: bytes, at: int, length: int | None) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], int] | None:
    if length is None:
        return _chunks(received, at)
    end = at + length
    return (received[at:end], (), end) if len(received) >= end else None


def _chunks(received: bytes, at: int) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], int] | None:
    content = b""
    while True:
        end = received.find(b"\r\n", at)
        if end < 0:
            return None
        found = CHUNK_SIZE.fullmatch(received[at:end])
        if not found:
            raise Unreadable(f"chunk size {received[at:end][:80]!r}")
        size, at = int(found[1], 16), end + 2
        if size == 0:
            return _trailers(received, at, content)
        if len(received) < at + size + 2:
            return None
        content += received[at : at + size]
        at += size
        if received[at : at + 2] != b"\r\n":
            raise Unreadable("a chunk that does not end where its size says")
        at += 2


def _trailers(received: bytes, at: int, content: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...], int] | None:
    fields: list[tuple[bytes, bytes]] = []
    while True:
        end = received.find(b"\r\n", at)
        if end < 0:
            return None
        if end == at:
            return content, tuple(fields), end + 2
        fields.append(_field(received[at:end]))
        at = end + 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back on one connection. `closed`: the server ended it; `reset`: it did so rudely."""

    received: bytes
    closed: bool
    reset: bool
    seconds: float

    def answers(self, *methods: bytes) -> list[Answer]:
        """The complete answers; raises Unreadable when something else stands between them."""
        return answers_in(self.received, methods, ended=self.closed)[0]

    def rest(self, *methods: bytes) -> bytes:
        """What stands behind the last complete answer: an answer that was cut."""
        return answers_in(self.received, methods, ended=False)[1]


class Wire:
    """One connection from a client that says exactly what it likes."""

    def __init__(self, port: int, buffer: int = 0) -> None:
        """`buffer`: the size of the receive buffer, for a client that reads slowly."""
        self._socket = socket.socket()
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self.received = b""
        self.closed = False
        self.reset = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def end_sending(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def say(self, content: bytes, seconds: float = 10) -> None:
        """Send all of it, reading meanwhile what comes; what the server does not take any more is not sent."""
        left, deadline = memoryview(content), time.monotonic() + seconds
        while left and not self.closed and time.monotonic() < deadline:
            readable, writable, _ = select.select([self._socket], [self._socket], [], 0.05)
            if readable:
                self._read()
            if writable and not self.closed:
                left = left[self._send(left) :]

    def hear(self, seconds: float, until: Callable[[bytes], bool] | None = None) -> bytes:
        """Everything received until the server closes, `until` holds of it, or the time is over."""
        deadline = time.monotonic() + seconds
        while not self.closed and not (until and until(self.received)):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if select.select([self._socket], [], [], left)[0]:
                self._read()
        return self.received

    def _send(self, content: memoryview) -> int:
        try:
            return self._socket.send(content[:CHUNK])
        except BlockingIOError:
            return 0
        except OSError:
            self.reset = True
            with suppress(OSError, BlockingIOError):
                while more := self._socket.recv(CHUNK):
                    self.received += more
            self.closed = True
            return 0

    def _read(self) -> None:
        try:
            more = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self.reset, more = True, b""
        self.received += more
        self.closed = self.closed or not more


def answered(count: int = 1, *methods: bytes) -> Callable[[bytes], bool]:
    """Whether so many final answers are there: for `Wire.hear`."""

    def holds(received: bytes) -> bool:
        try:
            return sum(each.status >= 200 for each in answers_in(received, methods)[0]) >= count
        except Unreadable:
            return True

    return holds


def exchange(port: int, content: bytes, seconds: float = 5, until: Callable[[bytes], bool] | None = None) -> Exchange:
    """Say `content` on a connection of its own and hear until the server closes it, `until` holds, or time is over."""
    started = time.monotonic()
    with Wire(port) as wire:
        wire.say(content, seconds)
        wire.hear(seconds, until)
        return Exchange(wire.received, wire.closed, wire.reset, time.monotonic() - started)


@dataclass
class Connection:
    """One connection to a recording server: every byte, the requests among them, and what is wrong with the rest."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    requests: list[Request] = field(default_factory=list)
    read: int = 0
    """How many of the bytes the requests took."""
    unreadable: str = ""
    closed: bool = False
    broken: threading.Event = field(default_factory=threading.Event)
    on_head: "Callable[[Connection, bytes], None] | None" = None
    """Told the head of a request whose body is still to come: for answers that come too early."""

    def say(self, content: bytes) -> None:
        self.socket.sendall(content)

    @property
    def unread(self) -> bytes:
        return bytes(self.received[self.read :])

    def next_request(self) -> Request | None:
        """Wait for the next complete request; None when the peer closed. Raises Unreadable."""
        told = False
        while True:
            found = request_in(self.unread)
            head, end, _ = self.unread.partition(b"\r\n\r\n")
            if end and not found and not told and self.on_head:
                told = True
                self.on_head(self, head)
            if found:
                self.requests.append(found[0])
                self.read += found[1]
                return found[0]
            if not self.more():
                return None

    def more(self) -> bytes:
        """The next bytes; none when the peer closed."""
        more = self.socket.recv(CHUNK)
        self.received += more
        return more


Say = Callable[[Connection, Request], None]
"""How a server answers: it may say whatever bytes it likes, and end the connection by raising ConnectionError."""


def plainly(connection: Connection, request: Request) -> None:
    """Answer 200 with the target that was asked for."""
    body = b'{"target":"' + request.target.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"}'
    if request.method == b"HEAD":
        connection.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
    else:
        connection.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )


class Recorder:
    """A department's system that keeps exactly the bytes it got, and answers by `say`."""

    def __init__(self, say: Say = plainly, host: str = "127.0.0.1", port: int = 0) -> None:
        self.say = say
        self.on_head: Callable[[Connection, bytes], None] | None = None
        self._listener = socket.create_server((host, port), backlog=512)
        self._listener.settimeout(0.1)
        self.port = int(self._listener.getsockname()[1])
        self.connections: list[Connection] = []
        self._marks: dict[int, tuple[int, int]] = {}
        self._ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://{self._listener.getsockname()[0]}:{self.port}"

    def forget(self) -> None:
        """What was heard before this does not count any more; open connections stay."""
        self.connections = [each for each in self.connections if not each.closed]
        self._marks = {id(each): (len(each.received), len(each.requests)) for each in self.connections}

    def heard(self) -> bytes:
        """Every byte since `forget`, connection by connection."""
        return b"".join(bytes(each.received[self._mark(each)[0] :]) for each in self.connections)

    def requests(self) -> list[Request]:
        """The complete requests since `forget`."""
        return [request for each in self.connections for request in each.requests[self._mark(each)[1] :]]

    def unreadable(self) -> list[str]:
        return [each.unreadable for each in self.connections if each.unreadable]

    @property
    def open(self) -> int:
        return sum(not each.closed for each in self.connections)

    def _mark(self, connection: Connection) -> tuple[int, int]:
        return self._marks.get(id(connection), (0, 0))

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                accepted, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            accepted.settimeout(60)
            connection = Connection(accepted, on_head=self.on_head)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            while request := connection.next_request():
                self.say(connection, request)
        except Unreadable as wrong:
            connection.unreadable = str(wrong)
        except OSError:
            pass
        finally:
            connection.closed = True
            connection.broken.set()
            with suppress(OSError):
                connection.socket.close()

    def end(self) -> None:
        self._ended.set()
        self._listener.close()
        for connection in self.connections:
            connection.broken.set()
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def recording(say: Say = plainly, host: str = "127.0.0.1", port: int = 0) -> Iterator[Recorder]:
    recorder = Recorder(say, host, port)
    thread = threading.Thread(target=recorder.run, daemon=True)
    thread.start()
    try:
        yield recorder
    finally:
        recorder.end()
        thread.join()
