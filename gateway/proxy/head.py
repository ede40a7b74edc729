"""A request's head, read strictly and in one way (RFC 9112), on both classes of host.

What another reader could read in a second way is refused here, before anything is decided or passed on: the server
underneath is lenient in places. Reading is pure; identical bytes are remembered (memo.py) by the lane.
"""

import re
from typing import TYPE_CHECKING

from core.ids import ServiceId
from core.problems import BadRequest, ContentTooLarge
from gateway.hosts import Hosts
from gateway.proxy.errors import (
    ExpectationUnknown,
    HeadTooLarge,
    RequestAmbiguous,
    RequestUnreadable,
    TargetTooLong,
)
from gateway.proxy.headers import FROM_CLIENT

if TYPE_CHECKING:
    from gateway.proxy.gate import Pass, Route

HEAD_LIMIT = 32 * 1024
"""Bytes of a head, its request line included."""
TARGET_LIMIT = 8 * 1024
FIELDS = 100
_LENGTH_DIGITS = 15
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}) ([!-~]+) HTTP/1\.([01])")
_BEGINNING = re.compile(rb"[A-Z]{1,40} [!-~]{2048}")
_ORIGIN_FORM = re.compile(rb"/[!-\"$-~]*")
_ABSOLUTE_FORM = re.compile(rb"https?://([^/?#@]+)(/[!-\"$-~]*)", re.IGNORECASE)
_BLOCK = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*")
_HOST = re.compile(rb"(?:[A-Za-z0-9_.\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_ONCE = (b"host", b"authorization", b"content-length", b"content-type", b"content-encoding", b"idempotency-key")
LONE_LINE_FEED = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")
"""A line that ends in LF alone, or a CR alone: what no head may hold."""


class Line:
    """A request line: the target in origin form, as it came; `authority` where it came in absolute form."""

    __slots__ = ("authority", "method", "minor", "path", "query", "raw", "route", "suffix")

    def __init__(self, raw: bytes, method: str, target: bytes, minor: int, authority: bytes | None) -> None:
        self.raw = raw
        self.method = method
        path, mark, query = target.partition(b"?")
        self.path = path
        self.query = query
        self.suffix = mark + query
        """The query with its question mark, which may stand alone: what is forwarded is what came."""
        self.minor = minor
        self.authority = authority
        self.route: Route | None = None
        """What the gate made of it; kept with the line, which is itself remembered."""


class Block:
    """What the header fields say. `length` in bytes: 0 for no body, -1 for a chunked one.

    `service` is the mini-service whose host was asked for (None: the app host); `forwarded` holds the lines that may
    cross to a department, rendered; `plain` the same without Accept-Encoding, for an answer that must be looked into;
    `raw` holds the lines for the server underneath.
    """

    __slots__ = (
        "authorization",
        "cache_control",
        "close",
        "coding",
        "expects",
        "forwarded",
        "host",
        "key",
        "length",
        "media",
        "passes",
        "plain",
        "raw",
        "service",
        "token",
        "traceparent",
        "values",
    )

    def __init__(self, raw: bytes, fields: list[tuple[bytes, bytes]], hosts: Hosts) -> None:
        """Raises RequestAmbiguous, RequestUnreadable, ContentTooLarge, ExpectationUnknown, MisdirectedRequest."""
        named = _named(fields)
        values = dict(fields)
        self.raw = raw if b"upgrade" not in values else _without_upgrade(fields)
        self.passes: dict[int, Pass] = {}
        """The gate's passes for this head's token, by the identity of the operation."""
        self.values: dict[bytes, bytes] = values
        self.host = _host(values)
        self.service: ServiceId | None = hosts.service_named(self.host)
        self.length = _length(values)
        self.close = b"close" in named
        self.expects = _expects(values.get(b"expect"))
        self.authorization = values.get(b"authorization")
        self.token = _bearer(self.authorization)
        self.key = None if b"idempotency-key" in named else values.get(b"idempotency-key")
        self.media = values.get(b"content-type")
        self.coding = values.get(b"content-encoding")
        self.traceparent = values.get(b"traceparent")
        self.cache_control = values.get(b"cache-control")
        kept = [(name, value) for name, value in fields if name in FROM_CLIENT and name not in named]
        self.forwarded = b"".join([b"%b: %b\r\n" % field for field in kept])
        self.plain = b"".join([b"%b: %b\r\n" % field for field in kept if field[0] != b"accept-encoding"])

    @property
    def has_body(self) -> bool:
        return self.length != 0


def line_of(raw: bytes) -> Line:
    """Read a request line (RFC 9112, section 3); raises RequestUnreadable, TargetTooLong."""
    if len(raw) > TARGET_LIMIT and _BEGINNING.match(raw) is not None:  # its end may not be there yet
        raise TargetTooLong(f"Keep the address under {TARGET_LIMIT} bytes.", hop="client")
    found = _LINE.fullmatch(raw)
    if found is None:
        raise RequestUnreadable("The request line is not of the form METHOD target HTTP/1.1.", hop="client")
    method, target = found[1].decode(), found[2]
    if method not in METHODS:
        raise RequestUnreadable(f"Use one of {', '.join(sorted(METHODS))}.", hop="client")
    authority = None
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    if absolute is not None:
        authority, target = absolute[1], absolute[2]
    elif _ORIGIN_FORM.fullmatch(target) is None:
        raise RequestUnreadable("The target is a path that starts with / and has no fragment.", hop="client")
    return Line(raw, method, target, int(found[3]), authority)


def block_of(raw: bytes, hosts: Hosts) -> Block:
    """Read the header fields, each line ended by CRLF (RFC 9112, section 5).

    Raises HeadTooLarge, RequestUnreadable, and what Block raises.
    """
    if raw.count(b"\r\n") > FIELDS:
        raise HeadTooLarge(f"Send at most {FIELDS} headers.", hop="client")
    if _BLOCK.fullmatch(raw) is None:
        raise RequestUnreadable("A header is not of the form name: value, or holds a control character.", hop="client")
    fields = []
    for line in raw.split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        fields.append((name.lower(), value.strip(b" \t")))
    names = [name for name, _ in fields]
    for once in _ONCE:
        if names.count(once) > 1:
            raise RequestAmbiguous(f"Send {once.decode()} once.", hop="client")
    if names.count(b"transfer-encoding") > 1 or (b"transfer-encoding" in names and b"content-length" in names):
        raise RequestAmbiguous("Send Content-Length or Transfer-Encoding: chunked, once.", hop="client")
    return Block(raw, fields, hosts)


def check_together(line: Line, block: Block) -> None:
    """What line and fields say together; raises RequestAmbiguous."""
    if line.minor == 0 and b"transfer-encoding" in block.values:
        raise RequestAmbiguous("HTTP/1.0 knows no Transfer-Encoding.", hop="client")
    if line.authority is not None and line.authority.lower() != block.host:
        raise RequestAmbiguous("The target names another host than the Host header.", hop="client")


def _named(fields: list[tuple[bytes, bytes]]) -> set[bytes]:
    """What Connection names (RFC 9110, section 7.6.1)."""
    named: set[bytes] = set()
    for name, value in fields:
        if name == b"connection":
            named.update(each.strip(b" \t").lower() for each in value.split(b","))
    return named


def _without_upgrade(fields: list[tuple[bytes, bytes]]) -> bytes:
    """The lines for the server underneath, which would take a body behind an Upgrade for the next request."""
    return b"".join([b"%b: %b\r\n" % field for field in fields if field[0] != b"upgrade"])


def _host(values: dict[bytes, bytes]) -> bytes:
    host = values.get(b"host")
    if host is None:
        raise BadRequest("Send exactly one Host header.", hop="client")
    if _HOST.fullmatch(host) is None:
        raise BadRequest("The Host header is a name and, where needed, a port.", hop="client")
    return host.lower()


def _length(values: dict[bytes, bytes]) -> int:
    """The body's length (RFC 9112, section 6.3)."""
    coding = values.get(b"transfer-encoding")
    if coding is not None:
        if coding.lower() != b"chunked":
            raise RequestAmbiguous("The only Transfer-Encoding taken here is chunked.", hop="client")
        return -1
    length = values.get(b"content-length")
    if length is None:
        return 0
    if not length.isdigit():
        raise RequestAmbiguous("Content-Length is one number of bytes.", hop="client")
    if len(length) > _LENGTH_DIGITS:
        raise ContentTooLarge("Send less.", hop="client")
    return int(length)


def _expects(expectation: bytes | None) -> bool:
    """Whether 100-continue is expected (RFC 9110, section 10.1.1)."""
    if expectation is None:
        return False
    if expectation.lower() != b"100-continue":
        raise ExpectationUnknown("The only expectation known here is 100-continue.", hop="client")
    return True


def _bearer(authorization: bytes | None) -> str | None:
    """The token (RFC 6750, section 2.1); None where there is none of that kind."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(b" ")
    token = token.strip(b" \t")
    return token.decode("latin-1") if scheme.lower() == b"bearer" and token else None
