"""Clients that take their time: with the head, with the body, with reading, with anything at all.

Each is closed at its deadline, and nobody else notices. The deadlines are set short.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

import pytest

from tests.harness.bare_city import READ
from tests.harness.door import Scene, scene
from tests.harness.hostile_upstream import Scripted, says, sized
from tests.harness.raw import Wire, answered, answers_in
from tests.harness.tally import NAME
from tests.inputs.case import BYTES
from tests.inputs.case import HEAD as CALLER

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("slow-clients"), pytest.mark.timeout(60)]
Record = Callable[[str, object], None]
HEAD, BODY, IDLE = 1.0, 1.5, 2.0
LATE = 1.5
"""Seconds that a deadline may be late on a busy machine; the gateway's clock ticks ten times a second."""
ENVIRONMENT = {
    "ONECITY_PROXY__DEADLINES__HEAD": str(HEAD),
    "ONECITY_PROXY__DEADLINES__BODY": str(BODY),
    "ONECITY_PROXY__DEADLINES__IDLE": str(IDLE),
}
SCOPED = {"x-onecity-scope": READ}
ANY_BODY = {"requestBody": {"content": {"application/octet-stream": {}}}, "x-onecity-max-body": 2**24}
OPERATIONS = (
    ("GET", "/ok", "ok", SCOPED),
    ("GET", "/case/{what}", "ask", SCOPED),
    ("POST", "/items", "items", {**SCOPED, **ANY_BODY}),
)
LARGE = 32 * 2**20
UPLOAD = b"POST {post} HTTP/1.1\r\n" + CALLER + BYTES


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    say = Scripted({"large": says(sized(b"x" * LARGE))})
    upstream = {"first_byte_seconds": 5, "total_seconds": 20}
    folder = tmp_path_factory.mktemp("slow-clients")
    with scene(folder, OPERATIONS, ("ok", "ask", "items"), upstream=upstream, environment=ENVIRONMENT, say=say) as made:
        yield made


class Neighbour(threading.Thread):
    """Somebody else, who calls all the time and measures."""

    def __init__(self, door: Scene) -> None:
        super().__init__(daemon=True)
        self._asked = door.get("/svc/rec/ok?neighbour")
        self._port = door.city.port
        self._ended = threading.Event()
        self.seconds: list[float] = []
        self.failed = 0

    def run(self) -> None:
        while not self._ended.is_set():
            started = time.monotonic()
            with Wire(self._port) as wire:
                wire.say(self._asked)
                wire.hear(5, answered())
                self.failed += not wire.received.startswith(b"HTTP/1.1 200 ")
            self.seconds.append(time.monotonic() - started)
            time.sleep(0.01)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()
        assert self.failed == 0
        assert max(self.seconds) < 1, "others are unaffected"


def _drips(wire: Wire, content: bytes, pause: float, seconds: float) -> float:
    """Say a byte at a time until the server has had enough; gives how long it took."""
    started = time.monotonic()
    for at in range(len(content)):
        wire.say(content[at : at + 1])
        wire.hear(pause)
        if wire.closed or time.monotonic() - started > seconds:
            break
    return time.monotonic() - started


@pytest.mark.parametrize("app", [False, True], ids=["mini", "app"])
@pytest.mark.parametrize("name", ["the head", "an empty line", "a header", "the body", "a body in chunks"])
def test_a_byte_at_a_time_is_closed_at_the_deadline(name: str, app: bool, door: Scene, record_property: Record) -> None:
    length = b"Transfer-Encoding: chunked\r\n\r\n" if "chunks" in name else b"Content-Length: 1000\r\n\r\n"
    first, drops, deadline = {
        "the head": (b"", door.canary(app=app), HEAD),
        "an empty line": (b"\r\n", b"GET /" + b"x" * 100, HEAD),
        "a header": (door.canary(app=app)[:-2], b"X-Foo: " + b"x" * 1000, HEAD),
        "the body": (door.fill(UPLOAD + length, app=app), b"x" * 1000, BODY),
        "a body in chunks": (door.fill(UPLOAD + length, app=app), b"1\r\nx\r\n" * 1000, BODY),
    }[name]
    door.recorder.forget()
    with Neighbour(door), Wire(door.city.port) as wire:
        wire.say(first)
        taken = _drips(wire, drops, 0.1, 10)
        received, closed = wire.received, wire.closed
    assert closed, received
    assert taken < deadline + LATE
    got = door.outcome(received, closed=closed)
    if not app or "body" not in name:  # the app may refuse before the body has come
        assert got.statuses in ([408], []), got
    assert [each for each in got.heard if b"neighbour" not in each.target] == [], got
    record_property(NAME, ("time", " ".join(map(str, got.statuses)) or "closed"))


@pytest.mark.parametrize("app", [False, True], ids=["mini", "app"])
def test_who_opens_and_says_nothing_is_closed(app: bool, door: Scene, record_property: Record) -> None:
    with Neighbour(door), Wire(door.city.port) as wire:
        started = time.monotonic()
        wire.hear(10)
        assert (wire.closed, wire.received) == (True, b"")
        assert time.monotonic() - started < HEAD + LATE
    record_property(NAME, ("time", "closed"))


@pytest.mark.parametrize("app", [False, True], ids=["mini", "app"])
def test_who_has_nothing_more_to_ask_is_closed(app: bool, door: Scene, record_property: Record) -> None:
    with Wire(door.city.port) as wire:
        wire.say(door.canary(app=app))
        wire.hear(3, answered())
        started = time.monotonic()
        wire.hear(10)
        taken = time.monotonic() - started
        assert wire.closed
        assert IDLE - 0.5 < taken < IDLE + LATE
    record_property(NAME, ("time", "closed"))


@pytest.mark.parametrize("fields", [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"])
@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_that_never_comes_is_a_408(fields: bytes, expects: bytes, door: Scene, record_property: Record) -> None:
    with Wire(door.city.port) as wire:
        door.recorder.forget()
        wire.say(door.fill(UPLOAD + fields + expects + b"\r\n"))
        wire.hear(10)
        got = door.outcome(wire.received, closed=wire.closed)
    assert (got.statuses, got.closed, got.heard) == ([408], True, []), got
    record_property(NAME, ("time", "408"))


def test_a_body_that_comes_steadily_is_waited_for(door: Scene) -> None:
    """2 KB each half of a second: slow, and no attack."""
    with Wire(door.city.port) as wire:
        wire.say(door.fill(UPLOAD + b"Content-Length: 12288\r\n\r\n"))
        for _ in range(6):
            time.sleep(0.5)
            wire.say(b"x" * 2048)
        wire.hear(3, answered())
        assert wire.received.startswith(b"HTTP/1.1 200 "), wire.received


@pytest.mark.parametrize("pause", [0, 0.2], ids=["never", "a byte at a time"])
def test_who_does_not_read_the_answer_is_closed(pause: float, door: Scene, record_property: Record) -> None:
    """And the department's system is not read on meanwhile: nothing is kept whole."""
    door.recorder.forget()
    with Neighbour(door), Wire(door.city.port, buffer=4096) as wire:
        wire.say(door.get("/svc/rec/case/large"))
        used = _until(lambda: [each for each in door.recorder.connections if _asked(each, b"large")])
        started = time.monotonic()
        while not used[0].broken.wait(pause or 0.1):
            if pause:
                wire.hear(0.01, lambda received: len(received) > 0)
                wire.received = b""
            assert time.monotonic() - started < BODY + 5, "the upstream call is over with the client's connection"
    record_property(NAME, ("time", "closed"))


def _asked(connection: object, word: bytes) -> bool:
    requests = connection.requests  # type: ignore[attr-defined]  # a recorder's
    return bool(requests) and word in requests[-1].target


def _until(holds: Callable[[], list]) -> list:  # type: ignore[type-arg]  # whatever it gives
    deadline = time.monotonic() + 5
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_three_hundred_that_say_half_a_head_hold_nobody_up(door: Scene, record_property: Record) -> None:
    wires = [Wire(door.city.port) for _ in range(300)]
    try:
        with Neighbour(door):
            for wire in wires:
                wire.say(door.canary()[:-20])
            for wire in wires:
                wire.hear(HEAD + LATE + 2)
    finally:
        for wire in wires:
            wire.close()
    assert {answers_in(wire.received)[0][0].status for wire in wires} == {408}
    assert all(wire.closed for wire in wires)
    record_property(NAME, ("time", "408"))


def test_ten_thousand_requests_at_once_from_one_who_does_not_read_are_bounded(
    door: Scene, record_property: Record
) -> None:
    """Pipelining: what is not answered yet is not read either, and the connection ends at the deadline."""
    before = _resident_kilobytes(door.city.pid)
    with Neighbour(door), Wire(door.city.port, buffer=4096) as wire:
        wire.say(door.get("/svc/rec/ok?flood", f"X-Foo: {'x' * 3000}\r\n") * 10_000, 4)
        grown = _resident_kilobytes(door.city.pid) - before
        assert grown < 16 * 1024
    record_property(NAME, ("time", "closed"))


def test_heads_that_are_never_the_same_fill_no_memory(door: Scene, record_property: Record) -> None:
    """What is remembered of heads is bounded in bytes; who sends them need not even be signed in."""
    _unlike_heads(door, 2500)
    before = _resident_kilobytes(door.city.pid)
    _unlike_heads(door, 1500)
    assert _resident_kilobytes(door.city.pid) - before < 16 * 1024
    record_property(NAME, ("time", "401"))


def _unlike_heads(door: Scene, count: int) -> None:
    with Wire(door.city.port) as wire:
        for _ in range(count):
            fields = "".join(f"X-F{number}: {secrets.token_hex(35)}\r\n" for number in range(90))
            wire.say(f"GET /svc/rec/ok HTTP/1.1\r\nHost: {door.host}\r\n{fields}\r\n".encode())
            assert b" 401 " in wire.hear(3, answered())[:20]
            wire.received = b""


def _resident_kilobytes(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # noqa: PTH123 - no file in any sense
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_the_gateway_has_let_go_of_all_of_them(door: Scene) -> None:
    """The last one: no client is left but the one that asks."""
    for _ in range(60):
        if _connections(door.city.pid, door.city.port) <= 1:
            return
        time.sleep(0.1)
    raise AssertionError(_connections(door.city.pid, door.city.port))


def _connections(pid: int, port: int) -> int:
    """Established connections to the gateway's port, as the kernel counts them."""
    with open(f"/proc/{pid}/net/tcp", encoding="ascii") as table:  # noqa: PTH123 - no file in any sense
        rows = [line.split() for line in list(table)[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)
