"""The head of a department's answer has one reading, or is a 502."""

import pytest

from gateway.proxy.answer import CHUNKED, FIELDS, UNTIL_CLOSE, AnswerHead, AnswerUnreadable, answer_of


def read(lines: bytes = b"", status: bytes = b"HTTP/1.1 200 OK") -> AnswerHead:
    return answer_of(status + b"\r\n" + lines)


@pytest.mark.parametrize(
    ("lines", "length"),
    [(b"Content-Length: 12\r\n", 12), (b"Transfer-Encoding: chunked\r\n", CHUNKED), (b"", UNTIL_CLOSE)],
)
def test_the_body_has_one_length(lines: bytes, length: int) -> None:
    assert read(lines).length == length


@pytest.mark.parametrize(("method", "status", "length"), [("HEAD", 200, 0), ("GET", 204, 0), ("GET", 304, 0)])
def test_some_answers_have_no_body_whatever_they_say(method: str, status: int, length: int) -> None:
    head = read(b"Content-Length: 12\r\n", b"HTTP/1.1 %d X" % status)
    assert head.body_length(method) == length


@pytest.mark.parametrize(
    ("lines", "framing"),
    [
        (b"Content-Length: 12\r\n", b"content-length: 12\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"transfer-encoding: chunked\r\n"),
        (b"", b"transfer-encoding: chunked\r\n"),
    ],
)
def test_the_mini_service_gets_a_framing_of_ours(lines: bytes, framing: bytes) -> None:
    head = read(lines)
    assert head.framing("GET") == framing
    assert b"content-length" not in head.rendered
    assert b"transfer-encoding" not in head.rendered


def test_the_reason_phrase_is_ours() -> None:
    assert read(status=b"HTTP/1.1 404 <b>Nope</b>").rendered.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert read(status=b"HTTP/1.1 299").rendered.startswith(b"HTTP/1.1 299 \r\n")


@pytest.mark.parametrize(
    ("lines", "status", "persists"),
    [
        (b"", b"HTTP/1.1 200 OK", True),
        (b"Connection: x, Close\r\n", b"HTTP/1.1 200 OK", False),
        (b"Connection: keep-alive\r\n", b"HTTP/1.0 200 OK", False),
    ],
)
def test_a_connection_persists_only_under_http_1_1(lines: bytes, status: bytes, persists: bool) -> None:
    assert read(lines, status).persists is persists


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"HTTP/1.1 200 OK"),
        (b"Content-Length: 1\r\nContent-Length: 1\r\n", b"HTTP/1.1 200 OK"),
        (b"Content-Length: +1\r\n", b"HTTP/1.1 200 OK"),
        (b"Content-Length: 1111111111111111\r\n", b"HTTP/1.1 200 OK"),
        (b"Transfer-Encoding: gzip, chunked\r\n", b"HTTP/1.1 200 OK"),
        (b"Transfer-Encoding: chunked\r\n", b"HTTP/1.0 200 OK"),
        (b"no colon\r\n", b"HTTP/1.1 200 OK"),
        (b"a: b\x00\r\n", b"HTTP/1.1 200 OK"),
        (b"a: b\rc\r\n", b"HTTP/1.1 200 OK"),
        (b"a: b\r\n c\r\n", b"HTTP/1.1 200 OK"),
        (b"a: b\r\n" * (FIELDS + 1), b"HTTP/1.1 200 OK"),
        (b"", b"HTTP/1.1 101 Switching Protocols"),
        (b"", b"HTTP/1.1 099 X"),
        (b"", b"HTTP/1.1 600 X"),
        (b"", b"HTTP/2 200 OK"),
        (b"", b"ICY 200 OK"),
        (b"", b"HTTP/1.1  200 OK"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(lines: bytes, status: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        read(lines, status)
