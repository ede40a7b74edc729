"""Answers of public operations, kept in memory for everybody: a shared cache (RFC 9111).

What goes in was asked for without any Authorization, so nothing in it is anyone's own. Kept are complete answers to GET
that say themselves for how long they may be used, or how to ask whether they still hold. The memory is bounded in
bytes; what was not used for the longest time goes first. Times are seconds since 1970.
"""

import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Final

from gateway.proxy.freshness import (
    Directives,
    Fields,
    Wants,
    date_of,
    initial_age,
    lifetime_of,
    values_of,
)

Place = tuple[Hashable, str, bytes]
"""Whose answer: the system, the path, the query."""

_KEPT_STATUS: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414})
"""Statuses understood here whose answer stands for the resource (RFC 9110, section 15.1), server errors aside."""
_VARIES_BY: Final = frozenset({b"accept", b"accept-language", b"accept-encoding"})
_FAILED: Final = frozenset({500, 502, 503, 504})
_NOT_UPDATED: Final = frozenset(
    {b"content-encoding", b"content-length", b"content-range", b"content-type", b"transfer-encoding", b"connection"}
)
_OVERHEAD: Final = 1024
_VARIANTS: Final = 16
_ETAG = re.compile(rb'(?:W/)?"[!#-~\x80-\xff]*"')


class Stored:
    """One kept answer; never changed. `head` is the rendered head without Age, `wanted` the values that chose it."""

    __slots__ = (
        "_answered_at",
        "_initial_age",
        "body",
        "directives",
        "etag",
        "fields",
        "head",
        "lifetime",
        "modified",
        "place",
        "status",
        "varies",
        "wanted",
    )

    def __init__(  # noqa: PLR0913 - an answer has these parts
        self,
        place: Place,
        request: Mapping[bytes, bytes],
        *,
        status: int,
        fields: Fields,
        head: bytes,
        body: bytes,
        asked_at: float,
        answered_at: float,
    ) -> None:
        """`request` holds the header fields that it was asked for with."""
        self.place: Final = place
        self.status: Final = status
        self.fields: Final = fields
        self.head: Final = head
        self.body: Final = body
        self.directives: Final = Directives(values_of(fields, b"cache-control"))
        self.lifetime: Final = lifetime_of(self.directives, fields, answered_at)
        self.varies: Final = varies_by(fields) or ()
        self.wanted: Final = chosen_by(self.varies, request)
        self.etag: Final = _etag(fields)
        self.modified: Final = _modified(fields)
        self._initial_age: Final = initial_age(fields, asked_at, answered_at)
        self._answered_at: Final = answered_at

    @property
    def size(self) -> int:
        return len(self.body) + 2 * len(self.head) + _OVERHEAD

    def age(self, now: float) -> float:
        """Seconds since the department made or confirmed it (section 4.2.3)."""
        return self._initial_age + max(0.0, now - self._answered_at)

    def conditions(self) -> bytes:
        """Header lines that ask whether it still holds (section 4.3.1)."""
        etag = b"if-none-match: %b\r\n" % self.etag if self.etag else b""
        return etag + (b"if-modified-since: %b\r\n" % self.modified if self.modified else b"")


def may_store(wants: Wants, status: int, fields: Fields) -> bool:
    """Whether the answer to a GET may be kept (section 3), and keeping it can be of use."""
    directives = Directives(values_of(fields, b"cache-control"))
    if wants.no_store or not directives.sound or status not in _KEPT_STATUS:
        return False
    forbidden = b"no-store" in directives and b"must-understand" not in directives  # every kept status is understood
    if forbidden or b"private" in directives or values_of(fields, b"set-cookie"):
        return False
    if varies_by(fields) is None:
        return False
    if not (values_of(fields, b"cache-control") or values_of(fields, b"expires")):
        return False
    reusable = b"no-cache" not in directives and lifetime_of(directives, fields, 0.0) > 0
    return reusable or bool(_etag(fields) or _modified(fields))


def varies_by(fields: Fields) -> tuple[bytes, ...] | None:
    """The request fields that chose the answer (section 4.1); None: more than can be told apart here.

    An answer in a content coding depends on Accept-Encoding, whether it says so or not.
    """
    names = {name.strip(b" \t").lower() for line in values_of(fields, b"vary") for name in line.split(b",")} - {b""}
    if values_of(fields, b"content-encoding"):
        names.add(b"accept-encoding")
    return tuple(sorted(names)) if names <= _VARIES_BY else None


def chosen_by(varies: tuple[bytes, ...], request: Mapping[bytes, bytes]) -> tuple[bytes, ...]:
    """The values of those request fields, white space around commas aside (section 4.1)."""
    return tuple(b",".join(part.strip(b" \t") for part in request.get(name, b"").split(b",")) for name in varies)


def may_use(stored: Stored, wants: Wants, now: float) -> bool:
    """Whether the kept answer does without asking (section 4): fresh, or as stale as the request allows."""
    directives = stored.directives
    if wants.no_cache or b"no-cache" in directives:
        return False
    age = stored.age(now)
    if wants.max_age is not None and age > wants.max_age:
        return False
    left = stored.lifetime - age
    if wants.min_fresh is not None and left < wants.min_fresh:
        return False
    if left > 0:
        return True
    return wants.max_stale is not None and not _insists(directives) and -left <= wants.max_stale


def may_use_on_error(stored: Stored, wants: Wants, now: float, at_least: int = 0) -> bool:
    """Whether the kept answer does while the department fails (RFC 5861, section 4).

    `at_least`: seconds of staleness the operator allows where the answer itself says nothing. Its own
    `stale-if-error` holds "regardless of other freshness information", so beside `s-maxage` too.
    """
    directives = stored.directives
    if wants.no_cache or b"no-cache" in directives or b"must-revalidate" in directives:
        return False
    if b"proxy-revalidate" in directives:
        return False
    allowed = directives.seconds(b"stale-if-error")
    if allowed is None:
        allowed = 0 if b"s-maxage" in directives else at_least
    return stored.age(now) - stored.lifetime <= allowed


def is_failure(status: int) -> bool:
    """Whether an answer counts as an error for `stale-if-error` (RFC 5861, section 4)."""
    return status in _FAILED


def _insists(directives: Directives) -> bool:
    """Whether a stale answer may not be used unasked (section 4.2.4); `s-maxage` says so too (section 5.2.2.10)."""
    return any(name in directives for name in (b"must-revalidate", b"proxy-revalidate", b"s-maxage"))


def confirms(stored: Stored, fields: Fields) -> bool:
    """Whether a 304 speaks of this answer (section 4.3.4): same validator, or none."""
    etag, modified = _etag(fields), _modified(fields)
    if etag is not None and stored.etag is not None:
        return _opaque(etag) == _opaque(stored.etag)
    return modified is None or stored.modified is None or modified == stored.modified


def updated(stored: Stored, fields: Fields) -> Fields:
    """The kept answer's fields after a 304 (section 3.2): what it brings takes the place of what was there."""
    new = [(name, value) for name, value in fields if name not in _NOT_UPDATED]
    names = {name for name, _ in new} | {b"age", b"date"}  # confirmed now, whether the 304 has a Date or not
    return [(name, value) for name, value in stored.fields if name not in names] + new


def has_not_changed(stored: Stored, request: Mapping[bytes, bytes]) -> bool:
    """Whether the client has this answer already, so that 304 does (RFC 9110, sections 13.2.1 and 13.2.2)."""
    if stored.status != 200:  # noqa: PLR2004 - conditions are about a representation
        return False
    tags = request.get(b"if-none-match")
    if tags is not None:
        return tags == b"*" or (stored.etag is not None and _opaque(stored.etag) in map(_opaque, _ETAG.findall(tags)))
    since = request.get(b"if-modified-since")
    if since is None or stored.modified is None:
        return False
    asked, changed = date_of(since), date_of(stored.modified)
    return asked is not None and changed is not None and changed <= asked


def _opaque(etag: bytes) -> bytes:
    """For the weak comparison (RFC 9110, section 8.8.3.2)."""
    return etag.removeprefix(b"W/")


def _etag(fields: Fields) -> bytes | None:
    etags = values_of(fields, b"etag")
    return etags[0] if len(etags) == 1 and _ETAG.fullmatch(etags[0]) else None


def _modified(fields: Fields) -> bytes | None:
    dates = values_of(fields, b"last-modified")
    return dates[0] if len(dates) == 1 and date_of(dates[0]) is not None else None


class Cache:
    """Kept answers, bounded in bytes."""

    __slots__ = ("_entry_bytes", "_most_bytes", "_order", "_paths", "_places", "size")

    def __init__(self, most_bytes: int, entry_bytes: int) -> None:
        """`most_bytes` altogether; an answer larger than `entry_bytes` is not kept."""
        self._most_bytes: Final = most_bytes
        self._entry_bytes: Final = entry_bytes
        self._places: dict[Place, list[Stored]] = {}
        self._paths: dict[tuple[Hashable, str], set[Place]] = {}
        self._order: OrderedDict[Stored, None] = OrderedDict()
        self.size = 0
        """Bytes in use, about."""

    def __len__(self) -> int:
        return len(self._order)

    def find(self, place: Place, request: Mapping[bytes, bytes]) -> Stored | None:
        """The newest answer that the request's fields would have chosen (section 4.1), fresh or not."""
        for stored in self._places.get(place, ()):
            if not stored.varies or chosen_by(stored.varies, request) == stored.wanted:
                self._order.move_to_end(stored)
                return stored
        return None

    def put(self, stored: Stored) -> bool:
        """Keep an answer instead of those for the same request; False: it is too large."""
        if len(stored.body) > self._entry_bytes or stored.size > self._most_bytes:
            return False
        shelf = self._places.setdefault(stored.place, [])
        for other in [each for each in shelf if each.varies == stored.varies and each.wanted == stored.wanted]:
            self._take_out(other, shelf)
        if len(shelf) >= _VARIANTS:
            self._take_out(shelf[-1], shelf)
        shelf.insert(0, stored)
        self._paths.setdefault(stored.place[:2], set()).add(stored.place)
        self._order[stored] = None
        self.size += stored.size
        while self.size > self._most_bytes:
            self.drop(next(iter(self._order)))
        return True

    def drop(self, stored: Stored) -> None:
        """Forget one answer; nothing happens if it is gone already."""
        if stored not in self._order:
            return
        place = stored.place
        shelf = self._places[place]
        self._take_out(stored, shelf)
        if not shelf:
            del self._places[place]
            places = self._paths[place[:2]]
            places.discard(place)
            if not places:
                del self._paths[place[:2]]

    def invalidate(self, system: Hashable, path: str) -> None:
        """Forget all answers of one path, whatever the query: something was changed there (section 4.4)."""
        for place in list(self._paths.get((system, path), ())):
            for stored in list(self._places[place]):
                self.drop(stored)

    def _take_out(self, stored: Stored, shelf: list[Stored]) -> None:
        shelf.remove(stored)
        del self._order[stored]
        self.size -= stored.size


def changes(method: str, status: int) -> bool:
    """Whether an answer to this method means that kept ones hold no more (section 4.4)."""
    return method not in {"GET", "HEAD", "OPTIONS"} and 200 <= status < 400  # noqa: PLR2004 - no error
