"""The head of a department's answer, read strictly (RFC 9112), and rendered as the mini-service gets it."""

import re
from http import HTTPStatus

from gateway.proxy.headers import VIA, Pairs, to_client

HEAD_LIMIT = 64 * 1024
FIELDS = 200
CHUNKED = -1
UNTIL_CLOSE = -2
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: [\t -~\x80-\xff]*)?")
_BLOCK = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*")
_LENGTH_DIGITS = 15
_HIGHEST_STATUS = 599
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_OF_CONTENT = frozenset({b"etag", b"last-modified", b"accept-ranges", b"digest", b"content-digest", b"repr-digest"})
_NO_BODY = frozenset({*range(100, 200), 204, 304})
_FIRST_FINAL = 200
_SWITCHING = 101


class AnswerUnreadable(Exception):
    """What the department's system said is no HTTP answer, or one that can be read in two ways; the text says why."""


class AnswerHead:
    """`length` in bytes, or CHUNKED, or UNTIL_CLOSE. `rendered`: the head for the mini-service without its framing."""

    __slots__ = ("coding", "length", "media", "persists", "received", "rendered", "status")

    def __init__(self, status: int, minor: int, received: Pairs) -> None:
        self.status = status
        self.received = received
        self.length = _length(received, minor)
        self.persists = _persists(received, minor)
        self.media = _value(received, b"content-type")
        self.coding = _value(received, b"content-encoding")
        self.rendered = rendered(status, received)

    @property
    def interim(self) -> bool:
        return self.status < _FIRST_FINAL

    def body_length(self, method: str) -> int:
        """The length of the body that follows (RFC 9112, section 6.3): none after HEAD, 1xx, 204 and 304."""
        return 0 if method == "HEAD" or self.status in _NO_BODY else self.length

    def framing(self, method: str) -> bytes:
        """The framing line for the mini-service (RFC 9110, section 8.6): none where there can be no body."""
        if self.status in _NO_BODY:
            return b""
        if self.length >= 0:
            return b"content-length: %d\r\n" % self.length
        return b"" if method == "HEAD" else b"transfer-encoding: chunked\r\n"


def answer_of(head: bytes) -> AnswerHead:
    """Read a head up to and without its empty line, ending in CRLF; raises AnswerUnreadable."""
    line, _, block = head.partition(b"\r\n")
    found = _STATUS.fullmatch(line)
    if found is None or int(found[2]) > _HIGHEST_STATUS:
        raise AnswerUnreadable("the status line is none of HTTP/1")
    if block.count(b"\r\n") > FIELDS:
        raise AnswerUnreadable("it has too many headers")
    if _BLOCK.fullmatch(block) is None:
        raise AnswerUnreadable("a header is not of the form name: value")
    fields = []
    for each in block.split(b"\r\n")[:-1]:
        name, _, value = each.partition(b":")
        fields.append((name.lower(), value.strip(b" \t")))
    status = int(found[2])
    if status == _SWITCHING:
        raise AnswerUnreadable("it switches protocols unasked")
    return AnswerHead(status, int(found[1]), fields)


def rendered(status: int, received: Pairs, changed: bool = False) -> bytes:
    """Status line and cleaned headers, framing aside; `changed`: what describes the body as it came is left out."""
    dropped = _FRAMING | _OF_CONTENT if changed else _FRAMING
    kept = [field for field in to_client(received) if field[0] not in dropped]
    return STATUS_LINES[status] + b"".join([b"%b: %b\r\n" % field for field in kept]) + VIA


def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


STATUS_LINES = {status: _status_line(status) for status in range(100, _HIGHEST_STATUS + 1)}


def _values(received: Pairs, wanted: bytes) -> list[bytes]:
    return [value for name, value in received if name == wanted]


def _value(received: Pairs, wanted: bytes) -> bytes | None:
    found = _values(received, wanted)
    return found[0] if found else None


def _length(received: Pairs, minor: int) -> int:
    lengths, codings = _values(received, b"content-length"), _values(received, b"transfer-encoding")
    if codings:
        if lengths or minor == 0 or len(codings) > 1 or codings[0].lower() != b"chunked":
            raise AnswerUnreadable("its length can be read in two ways")
        return CHUNKED
    if not lengths:
        return UNTIL_CLOSE
    if len(lengths) > 1 or not lengths[0].isdigit() or len(lengths[0]) > _LENGTH_DIGITS:
        raise AnswerUnreadable("its Content-Length is not one number")
    return int(lengths[0])


def _persists(received: Pairs, minor: int) -> bool:
    """Whether the connection serves another call (RFC 9112, section 9.3); HTTP/1.0 is not asked to."""
    named = [each.strip(b" \t").lower() for value in _values(received, b"connection") for each in value.split(b",")]
    return minor == 1 and b"close" not in named
