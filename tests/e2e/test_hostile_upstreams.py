"""Departments' systems that lie: about lengths, about the end, about who may be asked next.

Whatever one says, the client gets a proper answer, a 502 or 504 problem, or an answer that it can see was cut; the next
call gets its own answer and nobody else's; and the ledger knows how it ended.
"""

import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.harness.bare_city import READ
from tests.harness.door import Outcome, Scene, scene
from tests.harness.hostile_upstream import (
    BODY,
    HEAD,
    Saying,
    Scripted,
    chunked,
    says,
    sized,
    slowly,
    then_closes,
    then_waits,
    without_end,
)
from tests.harness.raw import Answer, Connection, Wire, answered, recording
from tests.harness.tally import NAME

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("hostile-upstreams"), pytest.mark.timeout(60)]
Record = Callable[[str, object], None]
SCOPED = {"x-onecity-scope": READ}
ANY_BODY = {"requestBody": {"content": {"application/octet-stream": {}}}, "x-onecity-max-body": 2**22}
OPERATIONS = (
    ("GET", "/ok", "ok", SCOPED),
    ("GET", "/case/{what}", "ask", SCOPED),
    ("POST", "/case/{what}", "send", {**SCOPED, **ANY_BODY}),
    ("POST", "/early/{what}", "early", {**SCOPED, **ANY_BODY}),
)
FIRST_BYTE, TOTAL = 1.0, 3.0
GREATER = 8.0
"""Seconds within which every call must be over, whatever the department does."""
STOLEN = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"stolen":"yes"}'
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b'"' + b"x" * 300_000 + b'"'


def with_head(fields: bytes, body: bytes = BODY) -> bytes:
    return HEAD + fields + b"\r\n" + body


def with_length(value: bytes) -> bytes:
    return with_head(b"Content-Length: %b\r\n" % value)


def reset(connection: Connection) -> None:
    """End the connection without a word, as a crash does."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.close()
    raise ConnectionError


def reset_inside(connection: Connection) -> None:
    connection.say(HEAD + b"Content-Length: 50\r\n\r\n" + BODY)
    time.sleep(0.1)
    reset(connection)


UNREADABLE: dict[str, Saying] = {
    # lengths
    "both lengths": then_closes(
        HEAD + b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n" + BODY + b"\r\n0\r\n\r\n"
    ),
    "both lengths, the other way": then_closes(with_head(b"Transfer-Encoding: chunked\r\nContent-Length: 7\r\n")),
    "two lengths": then_closes(with_head(b"Content-Length: 7\r\nContent-Length: 5\r\n")),
    "two lengths in a list": then_closes(with_length(b"7, 5")),
    "a length of nothing": then_closes(with_length(b"")),
    "a length of letters": then_closes(with_length(b"seven")),
    "a length with a sign": then_closes(with_length(b"+7")),
    "a negative length": then_closes(with_length(b"-1")),
    "a hexadecimal length": then_closes(with_length(b"0x7")),
    "a length with a fraction": then_closes(with_length(b"7.0")),
    "a length with an underscore": then_closes(with_length(b"0_7")),
    "a length of thirty digits": then_closes(with_length(b"9" * 30)),
    "a length in other digits": then_closes(with_length("７".encode())),
    "gzip as a transfer coding": then_closes(with_head(b"Transfer-Encoding: gzip\r\n")),
    "gzip, chunked": then_closes(with_head(b"Transfer-Encoding: gzip, chunked\r\n")),
    "xchunked": then_closes(with_head(b"Transfer-Encoding: xchunked\r\n")),
    "chunked in quotes": then_closes(with_head(b'Transfer-Encoding: "chunked"\r\n')),
    "chunked twice": then_closes(with_head(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
    "identity": then_closes(with_head(b"Transfer-Encoding: identity\r\n")),
    "chunked on HTTP/1.0": then_closes(CHUNKED.replace(b"1.1", b"1.0") + b"7\r\n" + BODY + b"\r\n0\r\n\r\n"),
    # headers
    "no colon": then_closes(with_head(b"X-Foo\r\nContent-Length: 7\r\n")),
    "a NUL in a header": then_closes(with_head(b"X-Foo: a\x00b\r\nContent-Length: 7\r\n")),
    "a bare CR in a header": then_closes(with_head(b"X-Foo: a\rX-Bar: b\r\nContent-Length: 7\r\n")),
    "a bare LF in a header": then_closes(with_head(b"X-Foo: a\nX-Bar: b\r\nContent-Length: 7\r\n")),
    "a folded header": then_closes(with_head(b"X-Foo: a\r\n b\r\nContent-Length: 7\r\n")),
    "a space before a colon": then_closes(with_head(b"Content-Length : 7\r\n")),
    "a space in a name": then_closes(with_head(b"X Foo: a\r\nContent-Length: 7\r\n")),
    "an empty name": then_closes(with_head(b": a\r\nContent-Length: 7\r\n")),
    "a header of 100 KB": then_closes(with_head(b"X-Foo: " + b"a" * 100_000 + b"\r\nContent-Length: 7\r\n")),
    "2,000 headers": then_closes(with_head(b"X-Foo: a\r\n" * 2000 + b"Content-Length: 7\r\n")),
    "headers without end": without_end(HEAD, b"X-Foo: " + b"a" * 1000 + b"\r\n"),
    "one header without end": without_end(HEAD + b"X-Foo: ", b"a" * 1000),
    "lines that end in LF": then_closes(sized().replace(b"\r\n", b"\n")),
    # not HTTP
    "a greeting of SSH": then_closes(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "a greeting of SMTP": then_closes(b"220 mail.example ESMTP\r\n"),
    "a greeting of TLS": then_closes(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(100)),
    "a page without a head": then_closes(b"<html><body>hello</body></html>"),
    "an empty line first": then_closes(b"\r\n" + sized()),
    "a space first": then_closes(b" " + sized()),
    "HTTP/2.0": then_closes(sized().replace(b"HTTP/1.1", b"HTTP/2.0")),
    "HTTP/1.2": then_closes(sized().replace(b"HTTP/1.1", b"HTTP/1.2")),
    "HTTP/0.9": then_closes(sized().replace(b"HTTP/1.1", b"HTTP/0.9")),
    "http/1.1": then_closes(sized().replace(b"HTTP/1.1", b"http/1.1")),
    "ICY": then_closes(sized().replace(b"HTTP/1.1", b"ICY")),
    "a status of two digits": then_closes(sized(status=b"20 OK")),
    "a status of four digits": then_closes(sized(status=b"2000 OK")),
    "a status of letters": then_closes(sized(status=b"OK")),
    "a status below 100": then_closes(sized(status=b"099 Low")),
    "a status above 599": then_closes(sized(status=b"999 High")),
    "a status with a sign": then_closes(sized(status=b"+20 OK")),
    "no status": then_closes(sized(status=b"")),
    "a NUL in the reason": then_closes(sized(status=b"200 O\x00K")),
    "a bare CR in the reason": then_closes(sized(status=b"200 O\rK")),
    # interim answers
    "101 unasked": then_closes(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    ),
    "300 times 100": then_closes(b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + sized()),
    "300 times 103": then_closes(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 300 + sized()),
    "100 without end": without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 slowly without end": without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    "a 100 with a body": then_closes(b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello" + sized()),
    "nothing but a 100": then_closes(b"HTTP/1.1 100 Continue\r\n\r\n"),
    # closes
    "closes before the first byte": then_closes(b""),
    "closes inside the status line": then_closes(b"HTTP/1.1 20"),
    "closes inside the head": then_closes(HEAD),
    "resets before the first byte": reset,
}
"""Nothing of it may pass: 502."""

CUT: dict[str, Saying] = {
    "closes inside the body": then_closes(HEAD + b"Content-Length: 300002\r\n\r\n" + LONG[:150_000]),
    "closes behind the head": then_closes(HEAD + b"Content-Length: 7\r\n\r\n"),
    "closes one byte early": then_closes(HEAD + b"Content-Length: 8\r\n\r\n" + BODY),
    "closes inside a chunk": then_closes(CHUNKED + b"40000\r\n" + LONG[:150_000]),
    "closes behind a chunk": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\n"),
    "closes inside the last chunk": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\n0\r\n"),
    "closes before the last LF": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\n0\r\n\r"),
    "a chunk's size of letters": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\nxyz\r\n" + BODY),
    "a chunk's size that is negative": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\n-7\r\n" + BODY),
    "a chunk's size of 0x7": then_closes(CHUNKED + b"0x7\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a chunk's size beyond all": then_closes(CHUNKED + b"fffffffffffffffff\r\n" + BODY),
    "a chunk longer than its size": then_closes(CHUNKED + b"5\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a chunk shorter than its size": then_closes(CHUNKED + b"9\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a chunk that ends in LF": then_closes(CHUNKED + b"7\n" + BODY + b"\n0\n\n"),
    "an extension of 1 MB": then_closes(CHUNKED + b"7;" + b"a" * 1_000_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "an extension without end": without_end(CHUNKED + b"7;", b"a" * 1000),
    "trailers without end": without_end(CHUNKED + b"7\r\n" + BODY + b"\r\n0\r\n", b"X-Foo: " + b"a" * 1000 + b"\r\n"),
    "a trailer without a colon": then_closes(CHUNKED + b"7\r\n" + BODY + b"\r\n0\r\nfoo\r\n\r\n"),
    "a length that lies, and silence": then_waits(HEAD + b"Content-Length: 100\r\n\r\n" + BODY),
    "a body without end": without_end(CHUNKED, b"7\r\n" + BODY + b"\r\n", 0.02),
    "a body without end, fast": without_end(HEAD + b"\r\n", b"x" * 6000, 0.01),
    "a byte a second": slowly(HEAD + b"Content-Length: 30\r\n\r\n" + b"x" * 30, 1, 0.5),
    "chunks that stop": then_waits(CHUNKED + b"7\r\n" + BODY + b"\r\n"),
    "resets inside the body": reset_inside,
}
"""Once the head is through there is no way back: the client must see that the answer was cut; before, it is a 502."""

SILENT: dict[str, Saying] = {
    "no answer": then_waits(b""),
    "half a status line": then_waits(b"HTTP/1.1 2"),
    "half a head": then_waits(HEAD),
    "a head of one byte in half a second": slowly(sized(), 1, 0.5),
    "a 100 and no more": then_waits(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a 103 each quarter of a second": without_end(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.25, 100),
}
"""504 at the deadline."""

PASSES: dict[str, tuple[Saying, bytes]] = {
    "properly": (says(sized()), BODY),
    "properly, in chunks": (says(chunked(BODY)), BODY),
    "many chunks": (says(chunked(*[b"x"] * 2000)), b"x" * 2000),
    "an extension and a trailer": (says(CHUNKED + b"7;a=b\r\n" + BODY + b"\r\n0\r\nX-Evil: f0rged\r\n\r\n"), BODY),
    "until the connection's end": (then_closes(HEAD + b"\r\n" + BODY), BODY),
    "on HTTP/1.0 until its end": (then_closes(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + BODY), BODY),
    "on HTTP/1.0 with a length": (then_closes(sized().replace(b"1.1", b"1.0")), BODY),
    "on HTTP/1.0 that promises to stay": (
        then_closes(sized(more=b"Connection: keep-alive\r\n").replace(b"1.1", b"1.0")),
        BODY,
    ),
    "no reason": (says(sized(status=b"200 ")), BODY),
    "no reason and no space": (says(sized(status=b"200")), BODY),
    "a reason in UTF-8": (says(sized(status="200 好".encode())), BODY),
    "one 100 first": (says(b"HTTP/1.1 100 Continue\r\n\r\n" + sized()), BODY),
    "a 102 and a 103 first": (
        says(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + sized()),
        BODY,
    ),
    "a 100 a moment before": (slowly(b"HTTP/1.1 100 Continue\r\n\r\n" + sized(), 25, 0.05), BODY),
    "in small pieces": (slowly(sized(b"x" * 100), 7, 0.005), b"x" * 100),
    "bytes behind the end": (says(sized() + STOLEN), BODY),
    "bytes behind the last chunk": (says(chunked(BODY) + STOLEN), BODY),
    "a line end behind the end": (says(sized() + b"\r\n"), BODY),
    "a length that is too short": (says(with_length(b"3")), BODY[:3]),
    "a promise to close that is not kept": (says(sized(more=b"Connection: close\r\n")), BODY),
    "a promise to stay that is not kept": (then_closes(sized(more=b"Connection: keep-alive\r\n")), BODY),
    "an empty body": (says(sized(b"")), b""),
    "a large body": (says(sized(LONG)), LONG),
    "a large body in chunks": (says(chunked(LONG[:150_000], LONG[150_000:])), LONG),
}
"""What the client gets is exactly that, with exactly one end."""

BODILESS: dict[str, tuple[str, Saying, int]] = {
    "a body on 204": ("GET", says(sized(BODY, status=b"204 No Content")), 204),
    "a body on 304": ("GET", says(sized(BODY, status=b"304 Not Modified")), 304),
    "a body on HEAD": ("HEAD", says(sized(BODY)), 200),
    "chunks on 204": ("GET", says(chunked(BODY).replace(b"200 OK", b"204 No Content")), 204),
    "chunks on HEAD": ("HEAD", says(chunked(BODY)), 200),
    "an answer hidden on 204": ("GET", says(b"HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n" + STOLEN), 204),
    "an answer hidden on HEAD": ("HEAD", says(HEAD + b"Content-Length: 99\r\n\r\n" + STOLEN), 200),
    "an answer hidden on 304": ("GET", says(b"HTTP/1.1 304 Not Modified\r\n\r\n" + STOLEN), 304),
}

FORGED = b"f0rged"
NEVER = (
    "Set-Cookie",
    "Set-Cookie2",
    "Server",
    "X-Powered-By",
    "Via",
    "Date",
    "X-Request-Id",
    "Alt-Svc",
    "Strict-Transport-Security",
    "Public-Key-Pins",
    "Clear-Site-Data",
    "Service-Worker-Allowed",
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Refresh",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authentication-Info",
    "Permissions-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "Origin-Agent-Cluster",
    "Link",
    "NEL",
    "Report-To",
    "Reporting-Endpoints",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Upgrade",
    "X-Accel-Redirect",
    "Access-Control-Allow-Methods",
    "Timing-Allow-Origin",
    "X-Sendfile",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotent-Replayed",
)

SCRIPTS = {
    **UNREADABLE,
    **CUT,
    **SILENT,
    **{name: saying for name, (saying, _) in PASSES.items()},
    **{name: saying for name, (_, saying, _) in BODILESS.items()},
    **{f"header {name}": says(sized(more=b"%b: f0rged\r\n" % name.encode())) for name in NEVER},
    "header named": says(sized(more=b"Connection: X-Foo\r\nX-Foo: f0rged\r\nX-Bar: kept\r\n")),
    "header content-length named": says(sized(more=b"Connection: Content-Length\r\n")),
}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    upstream = {"first_byte_seconds": FIRST_BYTE, "total_seconds": TOTAL}
    folder = tmp_path_factory.mktemp("hostile-upstreams")
    numbered = {str(number): SCRIPTS[name] for number, name in enumerate(SCRIPTS)}
    with scene(folder, OPERATIONS, ("ok", "ask", "send", "early"), upstream=upstream, say=Scripted(numbered)) as made:
        yield made


NUMBERS = {name: number for number, name in enumerate(SCRIPTS)}
_fresh = itertools.count()


def asks(door: Scene, name: str, method: str = "GET", seconds: float = GREATER) -> Outcome:
    """One call answered by the script of that name, and then others on the same connection and on new ones."""
    asked = door.get(f"/svc/rec/case/{NUMBERS[name]}").replace(b"GET", method.encode(), 1)
    started = time.monotonic()
    got = door.sends(asked, answered(1, method.encode()), seconds=seconds)
    assert time.monotonic() - started < seconds, got
    _nobody_got_anything_else(door)
    return got


def _nobody_got_anything_else(door: Scene) -> None:
    """The calls that follow get their own answers: nothing of the last one's is left anywhere."""
    numbers = [next(_fresh) for _ in range(3)]
    got = door.sends(b"".join(door.get(f"/svc/rec/ok?n={number}") for number in numbers), answered(3))
    assert [each.body for each in got.finals] == [b'{"target":"/ok?n=%d"}' % number for number in numbers], got


def _problem(answer: Answer, status: int, named: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(answer.body)
    assert answer.one("content-type") == b"application/problem+json"
    assert (answer.status, content["status"], content["hop"]) == (status, status, "upstream"), content
    assert content["type"].endswith(f"/problems/{named}"), content
    return content


def _outcome_in_the_ledger(door: Scene) -> int:
    """Of the newest call that was no control of ours."""
    items = door.resident.api("GET", "/api/v1/ledger?limit=20").json()["items"]
    return next(int(each["outcome"]) for each in items if each["operation"] != "ok")


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_502(name: str, door: Scene, record_property: Record) -> None:
    got = asks(door, name)
    assert len(got.answers) == 1, got
    _problem(got.finals[0], 502, "upstream-broken")
    assert _outcome_in_the_ledger(door) == 502
    record_property(NAME, ("upstream unreadable", "502"))


@pytest.mark.parametrize("name", CUT)
def test_an_answer_that_was_cut_is_seen_as_cut(name: str, door: Scene, record_property: Record) -> None:
    got = asks(door, name)
    if got.finals:
        problem = "upstream-broken" if got.statuses == [502] else "upstream-timeout"
        _problem(got.finals[0], got.statuses[0], problem)
    else:
        assert got.closed, got
        assert got.rest.startswith(b"HTTP/1.1 200 OK\r\n"), got
    assert _outcome_in_the_ledger(door) in {502, 504}
    record_property(NAME, ("upstream cut", " ".join(map(str, got.statuses)) or "cut"))


@pytest.mark.parametrize("name", SILENT)
def test_silence_is_a_504_at_the_deadline(name: str, door: Scene, record_property: Record) -> None:
    started = time.monotonic()
    got = asks(door, name)
    assert time.monotonic() - started < TOTAL + 2
    _problem(got.finals[0], 504, "upstream-timeout")
    assert _outcome_in_the_ledger(door) == 504
    record_property(NAME, ("upstream silent", "504"))


@pytest.mark.parametrize("name", PASSES)
def test_what_is_right_passes_and_nothing_behind_it_does(name: str, door: Scene, record_property: Record) -> None:
    got = asks(door, name)
    assert [each.body for each in got.finals] == [PASSES[name][1]], got
    assert got.rest == b"", got
    assert FORGED not in repr(got.finals[0].trailers).encode()
    assert _outcome_in_the_ledger(door) == 200
    record_property(NAME, ("upstream odd", "200"))


@pytest.mark.parametrize("name", BODILESS)
def test_where_no_body_may_be_none_comes(name: str, door: Scene, record_property: Record) -> None:
    method, _, status = BODILESS[name]
    got = asks(door, name, method)
    assert (got.statuses, got.rest) == ([status], b""), got
    assert b"stolen" not in repr(got).encode()
    record_property(NAME, ("upstream body", str(status)))


@pytest.mark.parametrize("name", NEVER)
def test_a_department_sets_no_cookie_and_no_policy(name: str, door: Scene, record_property: Record) -> None:
    got = asks(door, f"header {name}")
    assert got.statuses == [200], got
    assert [each for each in got.finals[0].fields if FORGED in each[1]] == []
    record_property(NAME, ("upstream header", "removed"))


def test_what_the_answers_connection_names_goes_one_hop(door: Scene) -> None:
    got = asks(door, "header named")
    assert got.finals[0].all("x-foo") == []
    assert got.finals[0].all("x-bar") == [b"kept"]
    assert asks(door, "header content-length named").finals[0].body == BODY


def test_a_redirect_is_not_followed(door: Scene) -> None:
    with recording() as elsewhere:
        for status in (b"301 Moved", b"302 Found", b"303 See Other", b"307 Temporary", b"308 Permanent"):
            location = b"Location: %b/secret\r\n" % elsewhere.address.encode()
            _script(door)["redirect"] = says(sized(b"", location, status))
            got = door.sends(door.get("/svc/rec/case/redirect"), answered(1))
            assert got.statuses == [int(status[:3])], got
        assert elsewhere.connections == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("bytes behind the end", b"GET"),
        ("bytes behind the last chunk", b"GET"),
        ("a length that is too short", b"GET"),
        ("a body on 204", b"GET"),
        ("an answer hidden on 304", b"GET"),
        ("an answer hidden on HEAD", b"HEAD"),
    ],
)
def test_a_connection_with_bytes_behind_the_end_is_not_used_again(name: str, method: bytes, door: Scene) -> None:
    target = b"/case/%d" % NUMBERS[name]
    door.recorder.forget()
    with Wire(door.city.port) as wire:
        wire.say(door.get(f"/svc/rec{target.decode()}").replace(b"GET", method, 1))
        wire.hear(3, answered(1, method))
    used = [each for each in door.recorder.connections if target in [request.target for request in each.requests]]
    assert [each.broken.wait(1) for each in used] == [True]
    assert used[0].requests[-1].target == target, "nobody's call came after it"


def test_bytes_that_come_while_nobody_asks_close_the_connection(door: Scene) -> None:
    said = threading.Event()

    def script(connection: Connection) -> None:
        connection.say(sized())
        time.sleep(0.2)
        connection.say(STOLEN)
        said.set()

    _script(door)["late"] = script
    door.recorder.forget()
    with Wire(door.city.port) as wire:
        wire.say(door.get("/svc/rec/case/late"))
        wire.hear(2, answered())
    assert said.wait(2)
    used = [each for each in door.recorder.connections if each.requests and b"late" in each.requests[-1].target]
    assert [each.broken.wait(1) for each in used] == [True]
    _nobody_got_anything_else(door)


def test_a_kept_connection_that_died_meanwhile_costs_nobody_a_call(door: Scene) -> None:
    for _ in range(20):
        door.settle()
        for each in door.recorder.connections:
            if not each.closed:
                with suppress(OSError):  # the door may have let it go at this moment
                    each.socket.shutdown(socket.SHUT_RDWR)
        got = door.sends(door.get("/svc/rec/ok"), answered(1))
        assert got.statuses == [200], got


EARLY: dict[str, tuple[bytes, bool]] = {
    "a 413 and stays": (sized(b"", status=b"413 Content Too Large"), False),
    "a 413 and closes": (sized(b"", b"Connection: close\r\n", b"413 Content Too Large"), True),
    "a 200 and stays": (sized(), False),
    "a 200 and closes": (sized(), True),
    "something unreadable": (b"hello\r\n\r\n", False),
}


@pytest.mark.parametrize("name", EARLY)
@pytest.mark.parametrize("size", [3_000_000, 100])
def test_an_answer_before_the_body_came_is_an_answer_or_a_502(
    name: str, size: int, door: Scene, record_property: Record
) -> None:
    """And what is left of the body is never read as another request, by nobody."""
    says_, closes = EARLY[name]

    def early(connection: Connection, head: bytes) -> None:
        if b"/early/" in head:
            connection.say(says_)
            if closes:
                raise ConnectionError

    door.recorder.on_head = early
    for each in door.recorder.connections:
        each.on_head = early
    body = door.canary() + b"x" * size
    head = door.get("/svc/rec/early/x", f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n")
    head = head.replace(b"GET", b"POST", 1)
    with Wire(door.city.port) as wire:
        door.recorder.forget()
        wire.say(head)
        time.sleep(0.1)
        wire.say(body + door.get("/svc/rec/ok?behind"), 5)
        wire.hear(5, answered(2))
        got = door.outcome(wire.received, closed=wire.closed, methods=[b"POST"])
    door.recorder.on_head = None
    assert len(got.statuses) in {1, 2}, got
    assert got.statuses[0] in ({502} if "unreadable" in name else {int(says_[9:12]), 502}), got
    assert [each.target for each in got.heard if b"canary" in each.target] == [], got
    if len(got.statuses) == 2:
        assert got.finals[1].body == b'{"target":"/ok?behind"}', got
    else:
        assert got.closed, got
    _nobody_got_anything_else(door)
    record_property(NAME, ("upstream early", str(got.statuses[0])))


def test_a_client_that_leaves_takes_the_upstream_call_with_it(door: Scene) -> None:
    waiting = threading.Event()

    def script(connection: Connection) -> None:
        waiting.set()
        connection.say(HEAD + b"Content-Length: 100\r\n\r\n" + BODY)
        while connection.more():
            pass
        raise ConnectionError

    _script(door)["leaving"] = script
    door.recorder.forget()
    with Wire(door.city.port) as wire:
        wire.say(door.get("/svc/rec/case/leaving"))
        assert waiting.wait(3)
        wire.hear(2, lambda received: BODY in received)
    asked = [each for each in door.recorder.connections if each.requests and b"leaving" in each.requests[-1].target]
    assert [each.broken.wait(1) for each in asked] == [True], "within a second, not at the deadline"
    assert _outcome_in_the_ledger(door) == 499


def test_other_departments_answer_while_one_never_does(door: Scene) -> None:
    wires = [Wire(door.city.port) for _ in range(40)]
    try:
        for wire in wires:
            wire.say(door.get(f"/svc/rec/case/{NUMBERS['no answer']}"))
        time.sleep(0.2)
        started = time.monotonic()
        _nobody_got_anything_else(door)
        assert time.monotonic() - started < 0.7
        for wire in wires:
            wire.hear(GREATER, answered(1))
            assert wire.received.startswith(b"HTTP/1.1 504 "), wire.received[:100]
    finally:
        for wire in wires:
            wire.close()


def _script(door: Scene) -> dict[str, Saying]:
    """The scripts of the running department, to add one to."""
    scripted = door.recorder.say
    assert isinstance(scripted, Scripted)
    return scripted.scripts
