"""The target of a proxied call, decided on once and forwarded as decided (RFC 3986)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from core.ids import UpstreamId
from gateway.proxy.errors import TargetUnreadable, UpstreamUnknown

_TARGET = re.compile(rb"^/svc/([a-z][a-z0-9-]{1,38}[a-z0-9])(/.*)\Z", re.DOTALL)
_PATH = re.compile(rb"^(?:/(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})*)+\Z")
_QUERY = re.compile(rb"^[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]|{}^`\"<>\\%]*\Z")
_FORBIDDEN_IN_SEGMENT = re.compile(rb"[\x00-\x1f\x7f\\;]")
_DOTS = frozenset({b".", b".."})


@dataclass(frozen=True, slots=True)
class Target:
    """Which upstream, and the path and query that it gets, as they came.

    `encoded_slash`: a segment holds `%2F`, which few operations take; no reading of it makes a dot segment.
    """

    upstream: UpstreamId
    path: str
    query: bytes
    encoded_slash: bool = False


def target_of(raw_path: bytes, query: bytes) -> Target:
    """Read the raw target; raises TargetUnreadable for a path that two readers could read in two ways."""
    found = _TARGET.match(raw_path)
    if not found:
        raise UpstreamUnknown("Call /svc/<upstream>/<path>.", hop="client")
    path = found[2]
    if not _PATH.match(path) or not _QUERY.match(query):
        raise TargetUnreadable("Percent-encode everything but the characters of RFC 3986.", hop="client")
    segments = path.split(b"/")[1:]
    if any(map(_ambiguous, segments)) or b"" in segments[:-1]:
        raise TargetUnreadable(
            "Leave out dot segments, empty segments, semicolons, encoded control characters, and what is no UTF-8.",
            hop="client",
        )
    return Target(UpstreamId(found[1].decode()), path.decode(), query, b"%2f" in path.lower())


def _ambiguous(segment: bytes) -> bool:
    plain = unquote_to_bytes(segment)
    try:
        plain.decode()  # an overlong "/" or "." is one to a lenient decoder
    except UnicodeDecodeError:
        return True
    parts = [part.strip(b" ") for part in plain.split(b"/")]  # some systems read ".. " as ".."
    return bool(_FORBIDDEN_IN_SEGMENT.search(plain)) or not _DOTS.isdisjoint(parts)
