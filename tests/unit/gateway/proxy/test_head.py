"""A request's head has one reading, or none."""

import pytest

from core.problems import Problem
from gateway.hosts import Hosts
from gateway.proxy.head import FIELDS, TARGET_LIMIT, Block, block_of, check_together, line_of

HOSTS = Hosts("localhost:8000", "localhost:8000")
HOST = b"Host: hello.localhost:8000\r\n"


def read(lines: bytes = b"") -> Block:
    return block_of(HOST + lines, HOSTS)


def refused(lines: bytes, *, host: bytes = HOST) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        block_of(host + lines, HOSTS)
    assert caught.value.hop == "client"
    return caught.value.status, caught.value.slug


def test_a_line_is_split_into_method_path_and_query() -> None:
    line = line_of(b"GET /svc/records/a%20b?q=1&r=?2 HTTP/1.1")
    assert (line.method, line.path, line.query, line.minor) == ("GET", b"/svc/records/a%20b", b"q=1&r=?2", 1)
    assert line_of(b"GET / HTTP/1.0").minor == 0


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET /",
        b"GET  / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"GET / HTTP/2.0",
        b"GET / HTTP/1.2",
        b"GET / http/1.1",
        b"get / HTTP/1.1",
        b"CONNECT localhost:80 HTTP/1.1",
        b"TRACE / HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"OPTIONS * HTTP/1.1",
        b"GET svc/x HTTP/1.1",
        b"GET @evil/ HTTP/1.1",
        b"GET /a#b HTTP/1.1",
        b"GET /\x00 HTTP/1.1",
        b"GET /\xc3\xa9 HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b"GET ftp://localhost/ HTTP/1.1",
        b"GET http://user@localhost/ HTTP/1.1",
        b"A" * 5000 + b" / HTTP/1.1",
    ],
)
def test_a_line_that_is_none_is_refused(line: bytes) -> None:
    with pytest.raises(Problem) as caught:
        line_of(line)
    assert (caught.value.status, caught.value.slug) == (400, "request-unreadable")


def test_a_target_has_an_end() -> None:
    with pytest.raises(Problem) as caught:
        line_of(b"GET /" + b"a" * TARGET_LIMIT + b" HTTP/1.1")
    assert caught.value.status == 414


def test_an_absolute_target_must_name_the_host_that_was_asked() -> None:
    line = line_of(b"GET http://HELLO.localhost:8000/x HTTP/1.1")
    assert line.path == b"/x"
    check_together(line, read())
    with pytest.raises(Problem) as caught:
        check_together(line_of(b"GET http://evil/x HTTP/1.1"), read())
    assert caught.value.slug == "request-ambiguous"


def test_a_block_says_which_service_and_whose_token() -> None:
    block = read(b"Authorization: bEaReR  abc \r\nContent-Type:\tapplication/json\t\r\n")
    assert (block.service, block.token, block.media, block.length) == ("hello", "abc", b"application/json", 0)
    assert block_of(b"Host: LOCALHOST:8000\r\n", HOSTS).service is None


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        (b"Content-Length: \t 5 \t\r\n", 5),
        (b"Content-Length: 0\r\n", 0),
        (b"Content-Length: 000123456789012\r\n", 123456789012),
        (b"Transfer-Encoding: Chunked\r\n", -1),
    ],
)
def test_a_body_has_one_length(lines: bytes, length: int) -> None:
    assert read(lines).length == length


@pytest.mark.parametrize(
    ("lines", "slug"),
    [
        (b"Content-Length: 5\r\nContent-Length: 5\r\n", "request-ambiguous"),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "request-ambiguous"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "request-ambiguous"),
        (b"Transfer-Encoding: chunked, identity\r\n", "request-ambiguous"),
        (b'Transfer-Encoding: "chunked"\r\n', "request-ambiguous"),
        (b"Transfer-Encoding: xchunked\r\n", "request-ambiguous"),
        (b"Content-Length: +5\r\n", "request-ambiguous"),
        (b"Content-Length: 5, 5\r\n", "request-ambiguous"),
        (b"Content-Length:\r\n", "request-ambiguous"),
        (b"Content-Length: \xb2\r\n", "request-ambiguous"),
        (b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "request-ambiguous"),
        (b"Host: hello.localhost:8000\r\n", "request-ambiguous"),
        (b"Idempotency-Key: a\r\nidempotency-key: b\r\n", "request-ambiguous"),
        (b"A : b\r\n", "request-unreadable"),
        (b"A\r\n", "request-unreadable"),
        (b": b\r\n", "request-unreadable"),
        (b"A: b\r\n c\r\n", "request-unreadable"),
        (b"A: b\x00\r\n", "request-unreadable"),
        (b"A: b\rc\r\n", "request-unreadable"),
        (b"A: b\nc: d\r\n", "request-unreadable"),
        (b"X[a]: b\r\n", "request-unreadable"),
    ],
)
def test_fields_with_two_readings_or_none_are_refused(lines: bytes, slug: str) -> None:
    assert refused(lines) == (400, slug)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"", 400),
        (b"Host: a b\r\n", 400),
        (b"Host: x/y\r\n", 400),
        (b"Host: user@hello.localhost:8000\r\n", 400),
        (b"Host:\r\n", 400),
        (b"Host: evil.example\r\n", 421),
        (b"Host: a.b.localhost:8000\r\n", 421),
    ],
)
def test_a_host_is_one_of_ours(host: bytes, status: int) -> None:
    assert refused(b"", host=host)[0] == status


def test_other_refusals_have_their_own_status() -> None:
    assert refused(b"Content-Length: 1" + b"0" * 20 + b"\r\n")[0] == 413
    assert refused(b"Expect: bananas\r\n")[0] == 417
    assert refused(b"a: b\r\n" * FIELDS)[0] == 431
    with pytest.raises(Problem, match=r"HTTP/1\.0"):
        check_together(line_of(b"GET / HTTP/1.0"), read(b"Transfer-Encoding: chunked\r\n"))
