"""RFC 9111, sections 4 and 5.2.1, and RFC 5861: when a kept answer does, and what confirms it."""

import pytest

from gateway.proxy.cache import (
    Stored,
    changes,
    confirms,
    has_not_changed,
    is_failure,
    may_use,
    may_use_on_error,
    updated,
)
from gateway.proxy.freshness import Wants

AT = 784111777.0
DATE = b"Sun, 06 Nov 1994 08:49:37 GMT"
EARLIER, LATER = b"Sun, 06 Nov 1994 08:49:36 GMT", b"Sun, 06 Nov 1994 08:49:38 GMT"
Fields = list[tuple[bytes, bytes]]


def kept(*fields: tuple[bytes, bytes], cache_control: bytes = b"max-age=60", status: int = 200) -> Stored:
    return Stored(
        ("system", "/notices", b""),
        {},
        status=status,
        fields=[(b"cache-control", cache_control), *fields],
        head=b"",
        body=b"{}",
        asked_at=AT,
        answered_at=AT,
    )


USES: list[tuple[str, bytes, bytes | None, float, bool]] = [
    ("4.2 fresh", b"max-age=60", None, 59, True),
    ("4.2 stale when its age has reached its lifetime", b"max-age=60", None, 60, False),
    ("5.2.2.4 no-cache: never unasked", b"no-cache, max-age=60", None, 0, False),
    ("5.2.2.4 no-cache for some fields, as a whole", b'no-cache="x-a", max-age=60', None, 0, False),
    ("5.2.1.4 the request says no-cache", b"max-age=60", b"no-cache", 0, False),
    ("5.2.1.1 max-age: young enough", b"max-age=60", b"max-age=30", 30, True),
    ("5.2.1.1 max-age: too old", b"max-age=60", b"max-age=30", 31, False),
    ("5.2.1.1 max-age=0 wants a new one", b"max-age=60", b"max-age=0", 1, False),
    ("5.2.1.3 min-fresh: enough left", b"max-age=60", b"min-fresh=20", 40, True),
    ("5.2.1.3 min-fresh: too little left", b"max-age=60", b"min-fresh=20", 41, False),
    ("5.2.1.2 max-stale: stale, and allowed", b"max-age=60", b"max-stale=10", 70, True),
    ("5.2.1.2 max-stale: too stale", b"max-age=60", b"max-stale=10", 71, False),
    ("5.2.1.2 max-stale without a number: any", b"max-age=60", b"max-stale", 86_400, True),
    ("5.2.1.2 max-stale and max-age together", b"max-age=60", b"max-stale, max-age=65", 66, False),
    ("5.2.2.2 must-revalidate: not stale, whatever is asked", b"max-age=60, must-revalidate", b"max-stale", 61, False),
    ("5.2.2.2 must-revalidate: fresh", b"max-age=60, must-revalidate", b"max-stale", 59, True),
    ("5.2.2.8 proxy-revalidate", b"max-age=60, proxy-revalidate", b"max-stale", 61, False),
    ("5.2.2.10 s-maxage is proxy-revalidate", b"s-maxage=60", b"max-stale", 61, False),
    ("a request that cannot be read wants a new one", b"max-age=60", b"max-age=6 0", 0, False),
]


@pytest.mark.parametrize(("why", "said", "asked", "later", "does"), USES, ids=[row[0] for row in USES])
def test_use(why: str, said: bytes, asked: bytes | None, later: float, does: bool) -> None:
    assert may_use(kept(cache_control=said), Wants(asked), AT + later) == does


@pytest.mark.parametrize(
    ("cache_control", "pragma", "does"),
    [(None, b"no-cache", False), (b"max-age=60", b"no-cache", True), (None, b"other", True)],
)
def test_pragma_counts_where_there_is_no_cache_control(cache_control: bytes | None, pragma: bytes, does: bool) -> None:
    """RFC 9111, section 5.4."""
    assert may_use(kept(), Wants(cache_control, pragma), AT) == does


ON_ERROR: list[tuple[str, bytes, bytes | None, float, bool]] = [
    ("within", b"max-age=600, stale-if-error=1200", None, 1800, True),
    ("after", b"max-age=600, stale-if-error=1200", None, 1801, False),
    ("it says nothing, the operator allows 30", b"max-age=600", None, 630, True),
    ("it says nothing, and the 30 are over", b"max-age=600", None, 631, False),
    ("its own word counts before the operator's", b"max-age=600, stale-if-error=0", None, 601, False),
    ("must-revalidate", b"max-age=600, must-revalidate, stale-if-error=1200", None, 601, False),
    ("proxy-revalidate", b"max-age=600, proxy-revalidate, stale-if-error=1200", None, 601, False),
    ("no-cache", b"no-cache, max-age=600, stale-if-error=1200", None, 0, False),
    ("s-maxage alone", b"s-maxage=600", None, 601, False),
    ("s-maxage and its own word", b"s-maxage=600, stale-if-error=1200", None, 1800, True),
    ("the request wants a new one", b"max-age=600, stale-if-error=1200", b"no-cache", 601, False),
]


@pytest.mark.parametrize(("why", "said", "asked", "later", "does"), ON_ERROR, ids=[row[0] for row in ON_ERROR])
def test_use_while_the_department_fails(why: str, said: bytes, asked: bytes | None, later: float, does: bool) -> None:
    """RFC 5861, section 4, with its own example first."""
    assert may_use_on_error(kept(cache_control=said), Wants(asked), AT + later, at_least=30) == does


@pytest.mark.parametrize(
    ("status", "failed"), [(500, True), (502, True), (503, True), (504, True), (501, False), (404, False)]
)
def test_what_counts_as_a_failure(status: int, failed: bool) -> None:
    assert is_failure(status) == failed


def test_conditions_ask_by_every_validator() -> None:
    both = kept((b"etag", b'W/"v1"'), (b"last-modified", DATE))
    assert both.conditions() == b'if-none-match: W/"v1"\r\nif-modified-since: ' + DATE + b"\r\n"
    assert kept((b"etag", b'"a", "b"')).conditions() == b"", "two in one are none"
    assert kept((b"last-modified", b"yesterday")).conditions() == b""


CONFIRMS: list[tuple[str, Fields, Fields, bool]] = [
    ("same tag", [(b"etag", b'"v1"')], [(b"etag", b'"v1"')], True),
    ("weakly the same", [(b"etag", b'"v1"')], [(b"etag", b'W/"v1"')], True),
    ("another tag", [(b"etag", b'"v1"')], [(b"etag", b'"v2"')], False),
    ("none at all", [(b"etag", b'"v1"')], [], True),
    ("same date", [(b"last-modified", DATE)], [(b"last-modified", DATE)], True),
    ("another date", [(b"last-modified", DATE)], [(b"last-modified", LATER)], False),
]


@pytest.mark.parametrize(("why", "before", "came", "same"), CONFIRMS, ids=[row[0] for row in CONFIRMS])
def test_what_a_304_speaks_of(why: str, before: Fields, came: Fields, same: bool) -> None:
    """RFC 9111, section 4.3.4."""
    assert confirms(kept(*before), came) == same


def test_a_304_brings_new_fields_and_leaves_those_of_the_body() -> None:
    """RFC 9111, section 3.2."""
    before = kept((b"content-type", b"text/plain"), (b"x-a", b"1"), (b"x-b", b"1"), (b"age", b"9"), (b"date", EARLIER))
    came = [(b"x-a", b"2"), (b"x-a", b"3"), (b"content-type", b"text/html"), (b"content-length", b"7")]
    assert sorted(updated(before, came)) == sorted(
        [
            (b"cache-control", b"max-age=60"),
            (b"content-type", b"text/plain"),
            (b"x-a", b"2"),
            (b"x-a", b"3"),
            (b"x-b", b"1"),
        ]
    )


CONDITIONAL: list[tuple[str, dict[bytes, bytes], bool]] = [
    ("no condition", {}, False),
    ("its tag", {b"if-none-match": b'"v1"'}, True),
    ("weakly", {b"if-none-match": b'W/"v1"'}, True),
    ("among others", {b"if-none-match": b'"v0", W/"v,1", "v1"'}, True),
    ("others", {b"if-none-match": b'"v0", "v1x"'}, False),
    ("any", {b"if-none-match": b"*"}, True),
    ("unchanged since", {b"if-modified-since": DATE}, True),
    ("nor since later", {b"if-modified-since": LATER}, True),
    ("changed since", {b"if-modified-since": EARLIER}, False),
    ("since no date", {b"if-modified-since": b"yesterday"}, False),
    ("the tag counts, not the date", {b"if-none-match": b'"v0"', b"if-modified-since": LATER}, False),
]


@pytest.mark.parametrize(("why", "request_fields", "has"), CONDITIONAL, ids=[row[0] for row in CONDITIONAL])
def test_a_client_that_has_it_already_is_told_so(why: str, request_fields: dict[bytes, bytes], has: bool) -> None:
    """RFC 9110, section 13.2.2."""
    fields = ((b"etag", b'"v1"'), (b"last-modified", DATE))
    assert has_not_changed(kept(*fields), request_fields) == has
    assert not has_not_changed(kept(*fields, status=404), request_fields), "conditions are about a representation"


@pytest.mark.parametrize(
    ("method", "status", "invalidates"),
    [
        ("POST", 200, True),
        ("PUT", 204, True),
        ("DELETE", 303, True),
        ("PATCH", 404, False),
        ("POST", 500, False),
        ("GET", 200, False),
        ("HEAD", 200, False),
        ("OPTIONS", 200, False),
    ],
)
def test_what_makes_kept_answers_hold_no_more(method: str, status: int, invalidates: bool) -> None:
    """RFC 9111, section 4.4."""
    assert changes(method, status) == invalidates
