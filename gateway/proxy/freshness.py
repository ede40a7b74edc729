"""How long an answer may be used again, by its own words and the request's (RFC 9111, sections 4.2 and 5.2).

Pure: fields in, seconds out. Times are seconds since 1970 on the wall clock, as the Date field counts. What is not
written as it should be makes an answer unfit to be kept: nobody is served something old because of a typing error.
"""

import re
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

Fields = Sequence[tuple[bytes, bytes]]
"""Header fields in their order, names in lower case."""

FOREVER: Final = 2**31
"""What a larger number of seconds counts as (section 1.2.2)."""

_MEMBER = re.compile(
    rb"""[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:=([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\]|\\.)*"))?[ \t]*(?:,|$)"""
    rb"""|[ \t]*(?:,|$)"""
)
_IN_SECONDS: Final = frozenset({b"max-age", b"s-maxage", b"min-fresh", b"stale-if-error"})
_OPTIONAL_SECONDS: Final = b"max-stale"
_DAY = b"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = b"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb"[0-9]{2}:[0-9]{2}:[0-9]{2}"
_DATE = re.compile(
    rb"%b, [0-9]{2} %b [0-9]{4} %b GMT" % (_DAY, _MONTH, _TIME)
    + rb"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [0-9]{2}-%b-[0-9]{2} %b GMT" % (_MONTH, _TIME)
    + rb"|%b %b [ 0-9][0-9] %b [0-9]{4}" % (_DAY, _MONTH, _TIME)
)
_DIGITS = re.compile(rb"[0-9]+")


class Directives:
    """A Cache-Control field. `sound` is False where a member is malformed, or stands twice with two values."""

    __slots__ = ("_named", "sound")

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._named: dict[bytes, bytes | None] = {}
        self.sound = True
        for line in lines:
            self._read(line)

    def _read(self, line: bytes) -> None:
        place = 0
        while place < len(line):
            found = _MEMBER.match(line, place)
            if found is None:
                self.sound = False
                return
            place = found.end()
            if found[1]:
                self._add(found[1].lower(), found[2])

    def _add(self, name: bytes, value: bytes | None) -> None:
        if value is not None and value.startswith(b'"'):
            value = re.sub(rb"\\(.)", rb"\1", value[1:-1])
        if name in self._named and self._named[name] != value:
            self.sound = False
        bare = name == _OPTIONAL_SECONDS and value is None
        if (name in _IN_SECONDS or name == _OPTIONAL_SECONDS) and not bare and seconds_of(value) is None:
            self.sound = False
        self._named[name] = value

    def __contains__(self, name: bytes) -> bool:
        return name in self._named

    def seconds(self, name: bytes) -> int | None:
        """The argument of a directive; None where it is absent or no number."""
        return seconds_of(self._named.get(name))


def seconds_of(value: bytes | None) -> int | None:
    """delta-seconds (section 1.2.2); None where it is none."""
    if value is None or _DIGITS.fullmatch(value) is None:
        return None
    return min(int(value[:20]), FOREVER)


def date_of(value: bytes) -> float | None:
    """An HTTP-date in one of its three forms (RFC 9110, section 5.6.7); None where it is none."""
    if _DATE.fullmatch(value) is None:
        return None
    text = value.decode()
    try:
        return parsedate_to_datetime(text if text.endswith("GMT") else f"{text} GMT").timestamp()
    except ValueError:
        return None


def values_of(fields: Fields, name: bytes) -> list[bytes]:
    """The values of all fields of one name, in lower case, in their order."""
    return [value for each, value in fields if each == name]


def lifetime_of(directives: Directives, fields: Fields, answered_at: float) -> float:
    """The seconds for which an answer is fresh in a shared cache (section 4.2.1); 0 where nothing says so.

    No heuristics (section 4.2.2): an answer about which the department said nothing is not fresh.
    """
    for name in (b"s-maxage", b"max-age"):
        if name in directives:
            return float(directives.seconds(name) or 0)
    expires = values_of(fields, b"expires")
    if len(expires) != 1:
        return 0.0
    until = date_of(expires[0])
    return 0.0 if until is None else max(0.0, until - generated_at(fields, answered_at))


def generated_at(fields: Fields, answered_at: float) -> float:
    """The Date of an answer, or when it came (RFC 9110, section 6.6.1)."""
    dates = values_of(fields, b"date")
    date = date_of(dates[0]) if len(dates) == 1 else None
    return answered_at if date is None else date


def initial_age(fields: Fields, asked_at: float, answered_at: float) -> float:
    """How old an answer was when it came, at the least (section 4.2.3)."""
    apparent = max(0.0, answered_at - generated_at(fields, answered_at))
    ages = values_of(fields, b"age")
    told = seconds_of(ages[0].split(b",")[0].strip(b" \t")) if ages else None
    return max(apparent, (told or 0) + max(0.0, answered_at - asked_at))


class Wants:
    """What a request says about kept answers (section 5.2.1). One that is malformed wants a new answer."""

    __slots__ = ("max_age", "max_stale", "min_fresh", "no_cache", "no_store", "only_if_cached", "plain")

    def __init__(self, cache_control: bytes | None, pragma: bytes | None = None) -> None:
        directives = Directives([cache_control] if cache_control is not None else [])
        old = cache_control is None and pragma is not None and b"no-cache" in pragma.lower()
        self.no_cache: bool = old or not directives.sound or b"no-cache" in directives
        self.no_store: bool = not directives.sound or b"no-store" in directives
        self.only_if_cached: bool = b"only-if-cached" in directives
        self.max_age = directives.seconds(b"max-age")
        self.min_fresh = directives.seconds(b"min-fresh")
        self.max_stale = directives.seconds(b"max-stale")
        if self.max_stale is None and b"max-stale" in directives:
            self.max_stale = FOREVER
        self.plain: bool = cache_control is None and not old
        """Whether it says nothing, so that it may wait for the answer to another."""


NO_WISHES: Final = Wants(None)
