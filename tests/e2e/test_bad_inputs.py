"""Every bad input over a raw socket against a running gateway: what is refused, and what reaches the department.

The table is in tests/inputs, a module for each family. Each refused input is sent twice: alone, since the refusal must
not wait for more, and with a request of the resident's own behind it on the same connection, which must not be
answered, let alone carried out.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.harness.door import WITHIN, Outcome, Scene, scene
from tests.harness.raw import Answer, Wire, answered, answers_in
from tests.harness.tally import NAME
from tests.inputs import bodies, chunks, expectations, framing, heads, hops, paths, request_lines, tokens
from tests.inputs.case import BYTES, HEAD, Case, names

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("bad-inputs"), pytest.mark.timeout(60)]
Record = Callable[[str, object], None]

CASES = [
    *framing.CASES,
    *chunks.CASES,
    *heads.CASES,
    *request_lines.CASES,
    *paths.CASES,
    *hops.CASES,
    *expectations.CASES,
    *bodies.CASES,
]
EVERYWHERE = [case for case in CASES if case.everywhere]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    upstream = {"first_byte_seconds": 2, "total_seconds": 5}
    folder = tmp_path_factory.mktemp("bad-inputs")
    with scene(folder, bodies.OPERATIONS, bodies.DECLARED, upstream=upstream) as made:
        yield made


@pytest.fixture(scope="module")
def mint(door: Scene) -> tokens.Mint:
    return tokens.Mint(door.city.signing_key(), door.token)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_at_a_mini_services_host(case: Case, door: Scene, record_property: Record) -> None:
    record_property(NAME, (case.family, JUDGES[case.right](door, case)))


@pytest.mark.parametrize("case", EVERYWHERE, ids=names(EVERYWHERE))
def test_at_the_app_host(case: Case, door: Scene, record_property: Record) -> None:
    """The same parser of heads: no second reading of any message on the app's own host either."""
    content, enough = door.fill(case.says, app=True), None if case.right in {"refuse", "never"} else answered(2)
    if case.alone:
        _refused_at_the_app(case, door.sends(content, enough and answered(2), seconds=0.5 if enough else WITHIN), 1)
    got = _refused_at_the_app(case, door.sends(content + door.canary(app=True), enough), 2)
    record_property(NAME, (f"{case.family} at the app", got))


@pytest.mark.parametrize("case", chunks.CUT_CASES, ids=names(chunks.CUT_CASES))
def test_a_body_that_the_client_ends_early_never_ends_at_the_department(
    case: Case, door: Scene, record_property: Record
) -> None:
    got = door.sends(door.fill(case.says), ends=True)
    assert got.heard == [], got
    assert got.closed, got
    assert set(got.statuses) <= set(case.statuses), got
    record_property(NAME, (case.family, _said(got)))


@pytest.mark.parametrize(("name", "forge"), tokens.FORGERIES, ids=[name for name, _ in tokens.FORGERIES])
def test_a_token_that_is_wrong_in_one_thing_is_refused(
    name: str, forge: Callable[[tokens.Mint], str], door: Scene, mint: tokens.Mint, record_property: Record
) -> None:
    asked = door.get("{path}").replace(door.token.encode(), forge(mint).encode())
    for again in ("at first", "from memory"):
        got = door.sends(asked, answered(1))
        assert (got.statuses, got.heard) == ([401], []), (again, got)
        assert got.finals[0].one("www-authenticate").startswith(b"Bearer"), got
        _is_a_problem(got.finals[0])
    record_property(NAME, ("token", _said(got)))


def test_a_token_made_like_the_forged_ones_but_right_in_all_passes(door: Scene, mint: tokens.Mint) -> None:
    asked = door.get("{path}").replace(door.token.encode(), mint.token().encode())
    assert door.sends(asked, answered(1)).statuses == [200]


@pytest.mark.parametrize(("name", "lines"), tokens.SCHEMES, ids=[name for name, _ in tokens.SCHEMES])
def test_a_good_token_counts_only_as_a_bearer(name: str, lines: str, door: Scene, record_property: Record) -> None:
    got = door.sends(door.fill(f"GET {{path}} HTTP/1.1\r\nHost: {{host}}\r\n{lines}\r\n".encode()), answered(1))
    assert (got.statuses, got.heard) == ([401], []), got
    record_property(NAME, ("token", _said(got)))


@pytest.mark.parametrize("query", ["access_token={token}", "token={token}", "Authorization=Bearer%20{token}"])
def test_a_token_in_the_query_does_not_count_and_is_not_logged(
    query: str, door: Scene, record_property: Record
) -> None:
    asked = door.fill(f"GET {{path}}?{query} HTTP/1.1\r\nHost: {{host}}\r\n\r\n".encode())
    got = door.sends(asked, answered(1))
    assert (got.statuses, got.heard) == ([401], []), got
    assert door.token not in door.city.output()
    assert door.token[-40:] not in door.city.output()
    record_property(NAME, ("token", _said(got)))


def test_nothing_of_a_forged_token_is_in_the_logs(door: Scene, mint: tokens.Mint) -> None:
    forged = [forge(mint) for name, forge in tokens.FORGERIES if name in {"expired", "aud of nothing", "unknown kid"}]
    for each in forged:
        door.sends(door.get("{path}").replace(door.token.encode(), each.encode()), answered(1))
    assert [each for each in forged if each[-40:] in door.city.output()] == []


@pytest.mark.parametrize(("name", "head", "status"), expectations.WAITING, ids=[row[0] for row in expectations.WAITING])
def test_a_hundred_comes_after_the_verdict_or_not_at_all(
    name: str, head: bytes, status: int, door: Scene, record_property: Record
) -> None:
    chunked = b"chunked" in head
    with Wire(door.city.port) as wire:
        door.recorder.forget()
        wire.say(door.fill(head))
        wire.hear(4, lambda received: b"\r\n\r\n" in received)
        assert wire.received.startswith(b"HTTP/1.1 100 ") == (status == 200), wire.received
        if status == 200:
            wire.say(b"5\r\nhello\r\n0\r\n\r\n" if chunked else b"hello")
        wire.hear(4, answered())
        statuses = [each.status for each in answers_in(wire.received)[0]]
    assert statuses == ([100, 200] if status == 200 else [status])
    assert [each.body for each in door.recorder.requests()] == ([b"hello"] if status == 200 else [])
    record_property(NAME, ("expectation", str(status)))


def test_pipelined_requests_are_answered_in_their_order(door: Scene) -> None:
    asked = [door.get(f"/svc/rec/echo/{number}") for number in range(20)]
    got = door.sends(b"".join(asked), answered(20))
    assert [each.body for each in got.finals] == [b'{"target":"/echo/%d"}' % number for number in range(20)]


def test_a_request_behind_a_body_is_answered_after_it(door: Scene) -> None:
    for body in (b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"):
        first = door.fill(b"POST {post} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n")
        content = first + b"Content-Type: application/octet-stream\r\n" + body + door.canary()
        got = door.sends(content, answered(2))
        assert [each.target for each in got.heard] == [b"/items", b"/ok?canary"], got
        assert got.statuses == [200, 200]


@pytest.mark.parametrize("size", [1, 5, 70_000, 900_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize("pause", [0, 0.002], ids=["at once", "in pieces"])
def test_a_body_that_comes_while_the_department_is_dialled_arrives_whole(
    size: int, chunked: bool, pause: float, door: Scene
) -> None:
    """Nothing is known yet: neither the token nor a connection."""
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    wire_body = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body) if chunked else body
    fields = b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"Content-Length: %d\r\n\r\n" % size
    head = door.fill(b"POST {post} HTTP/1.1\r\n" + HEAD + BYTES + fields)
    head = head.replace(door.token.encode(), door.resident.token("hello").encode())
    for each in door.recorder.connections:
        with suppress(OSError):
            each.socket.shutdown(socket.SHUT_RDWR)
    door.recorder.forget()
    with Wire(door.city.port) as wire:
        for piece in (
            (head, wire_body[:10], wire_body[10 : size // 2], wire_body[max(10, size // 2) :]) if pause else ()
        ):
            wire.say(piece)
            time.sleep(pause)
        wire.say(b"" if pause else head + wire_body)
        wire.hear(4, answered())
        got = door.outcome(wire.received, closed=wire.closed)
    assert got.statuses == [200], got
    assert [each.body == body for each in got.heard] == [True], got


def test_calls_and_pages_in_one_pipeline_keep_their_order(door: Scene) -> None:
    """Two hosts on one connection: the lane answers some, the app's server the others."""
    asked = [door.get("/svc/rec/echo/1"), door.canary(app=True), door.get("/svc/rec/echo/2"), door.get("/index.html")]
    refused = door.fill(b"POST {post} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n{}", app=True)
    got = door.sends(b"".join([*asked, refused, door.get("/svc/rec/echo/3")]), answered(6))
    assert [each.body for each in got.finals if b"echo" in each.body] == [
        b'{"target":"/echo/%d"}' % n for n in (1, 2, 3)
    ]
    assert got.statuses == [200, 200, 200, 200, 403, 200], got


@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
def test_an_upgrade_at_the_app_is_not_made(upgrade: str, door: Scene) -> None:
    got = door.sends(door.get("{path}", f"Connection: Upgrade\r\nUpgrade: {upgrade}\r\n", app=True), answered())
    assert got.statuses == [200], got
    again = door.sends(
        door.get("{path}", f"Connection: Upgrade\r\nUpgrade: {upgrade}\r\n", app=True) + door.canary(app=True),
        answered(2),
    )
    assert again.statuses == [200, 200], again


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1460])
def test_the_pieces_that_a_request_comes_in_change_nothing(size: int, door: Scene) -> None:
    body = b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nFoo: bar\r\n\r\n"
    first = b"POST {post} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    content = door.fill(first + b"Content-Type: application/octet-stream\r\n" + body) + door.canary()
    door.recorder.forget()
    with Wire(door.city.port) as wire:
        for at in range(0, len(content), size):
            wire.say(content[at : at + size])
        wire.hear(4, answered(2))
        got = door.outcome(wire.received, closed=wire.closed)
    assert [each.body for each in got.heard] == [b"hello world", b""], got
    assert got.statuses == [200, 200]


def test_after_all_of_it_the_logs_hold_ids_only(door: Scene) -> None:
    """No query, no path's parameter, no header, no token, no number: whatever was sent above."""
    logged = door.city.output()
    assert '"status"' in logged
    told = ("canary", "fence", "smuggled", "f0rged", "evil", "echo/1", door.token[-40:])
    assert [word for word in told if word in logged] == []
    assert "Traceback" not in logged


def _refused_at_the_app(case: Case, got: Outcome, most: int) -> str:
    """`most`: how many answers there may be, of requests that were meant as such."""
    assert got.heard == [], got
    assert len(got.statuses) <= most, got
    assert [each for each in got.statuses if each >= 500 and each not in {501, 505}] == [], got
    if case.right == "refuse":
        assert [each in case.statuses for each in got.statuses] == [True], got
        assert got.closed, got
    elif case.right == "never":
        assert len(got.statuses) <= 1, got
        assert got.closed, got
    else:
        assert got.statuses, got
    return _said(got)


def _refuse(door: Scene, case: Case) -> str:
    content = door.fill(case.says)
    for says in (content, content + door.canary()) if case.alone else (content + door.canary(),):
        got = door.sends(says)
        assert got.heard == [], got
        assert [each in case.statuses for each in got.statuses] == [True], got
        assert (got.closed, got.rest) == (True, b""), got
        _is_a_problem(got.finals[0])
    return _said(got)


def _never(door: Scene, case: Case) -> str:
    content = door.fill(case.says)
    for says in (content, content + door.canary()) if case.alone else (content + door.canary(),):
        got = door.sends(says)
        assert got.heard == [], got
        assert [each in case.statuses for each in got.statuses] in ([True], []), got
        assert got.closed, got
    return _said(got)


def _clean(door: Scene, case: Case) -> str:
    got = door.sends(door.fill(case.says), None if case.closes else answered(1))
    assert len(got.statuses) == 1, got
    if got.statuses[0] in case.statuses:
        assert got.heard == [], got
        _is_a_problem(got.finals[0])
    else:
        _passed_once(case, got)
    _then_the_canary(door, case)
    return _said(got)


def _answer(door: Scene, case: Case) -> str:
    got = door.sends(door.fill(case.says), answered(1))
    assert got.heard == [], got
    assert [each in case.statuses for each in got.statuses] == [True], got
    _is_a_problem(got.finals[0])
    _then_the_canary(door, case, passes=False)
    return _said(got)


def _passes(door: Scene, case: Case) -> str:
    got = door.sends(door.fill(case.says), None if case.closes else answered(1))
    _passed_once(case, got)
    assert got.closed or not case.closes, got
    _then_the_canary(door, case)
    return _said(got)


def _passed_once(case: Case, got: Outcome) -> None:
    assert got.statuses == [200], got
    assert (len(got.heard), got.unreadable) == (1, []), got
    if case.check:
        case.check(got.heard[0])


def _then_the_canary(door: Scene, case: Case, *, passes: bool = True) -> None:
    """The next request on the connection is answered as itself, or the connection is over: nothing in between."""
    got = door.sends(door.fill(case.says) + door.canary(), answered(2))
    canaries = [each for each in got.heard if each.target == b"/ok?canary"]
    assert len(got.heard) - len(canaries) <= (1 if passes else 0), got
    if len(got.statuses) == 2:
        assert not case.closes, got
        assert (got.statuses[1], len(canaries)) == (200, 1), got
    else:
        assert (len(got.statuses), got.closed, canaries) == (1, True, []), got


def _is_a_problem(answer: Answer) -> None:
    assert answer.one("content-type") == b"application/problem+json", answer
    assert b'"request_id"' in answer.body, answer


def _said(got: Outcome) -> str:
    return " ".join(map(str, got.statuses)) or "closed"


JUDGES: dict[str, Callable[[Scene, Case], str]] = {
    "refuse": _refuse,
    "never": _never,
    "clean": _clean,
    "answer": _answer,
    "passes": _passes,
}
