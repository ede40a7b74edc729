"""RFC 9111, section 4.2: how long an answer is fresh, and how old it is."""

import pytest

from gateway.proxy.freshness import FOREVER, Directives, date_of, initial_age, lifetime_of, seconds_of, values_of

Fields = list[tuple[bytes, bytes]]
DATE = (b"date", b"Sun, 06 Nov 1994 08:49:37 GMT")
AT = 784111777.0
"""That moment."""
EXPIRES = (b"expires", b"Sun, 06 Nov 1994 08:50:37 GMT")

LIFETIMES: list[tuple[str, Fields, float]] = [
    ("s-maxage first", [(b"cache-control", b"max-age=10, s-maxage=20"), EXPIRES, DATE], 20),
    ("then max-age", [(b"cache-control", b"max-age=10"), EXPIRES, DATE], 10),
    ("then Expires less Date", [EXPIRES, DATE], 60),
    ("Expires less the time it came, without a Date", [EXPIRES], 30),
    ("Expires before Date", [EXPIRES, (b"date", b"Sun, 06 Nov 1994 08:51:37 GMT")], 0),
    ("Expires that is no date is in the past", [(b"expires", b"-1"), DATE], 0),
    ("Expires twice", [EXPIRES, EXPIRES, DATE], 0),
    ("no heuristics", [(b"last-modified", b"Sun, 06 Nov 1984 08:49:37 GMT"), DATE], 0),
    ("max-age that is no number is stale, whatever Expires says", [(b"cache-control", b"max-age=x"), EXPIRES, DATE], 0),
    ("a number too large is the largest", [(b"cache-control", b"max-age=99999999999999999999999")], FOREVER),
]


@pytest.mark.parametrize(("why", "fields", "seconds"), LIFETIMES, ids=[row[0] for row in LIFETIMES])
def test_lifetime(why: str, fields: Fields, seconds: float) -> None:
    assert lifetime_of(Directives(values_of(fields, b"cache-control")), fields, AT + 30) == seconds


AGES: list[tuple[str, Fields, float, float, float]] = [
    ("new", [DATE], AT, AT, 0),
    ("as old as its Date", [DATE], AT + 9, AT + 10, 10),
    ("a Date ahead of our clock counts nothing", [DATE], AT - 10, AT - 10, 0),
    ("told by Age, and the time on the way", [DATE, (b"age", b"100")], AT + 5, AT + 10, 105),
    ("the larger of both", [DATE, (b"age", b"3")], AT + 9, AT + 10, 10),
    ("no Date: it was made when it came", [(b"age", b"3")], AT + 9, AT + 10, 4),
    ("a list: its first member", [(b"age", b"7, 100")], AT, AT, 7),
    ("two fields: the first", [(b"age", b"7"), (b"age", b"100")], AT, AT, 7),
    ("no number: ignored", [(b"age", b"-7")], AT, AT, 0),
    ("a clock that went back", [], AT + 10, AT, 0),
]


@pytest.mark.parametrize(("why", "fields", "asked", "came", "age"), AGES, ids=[row[0] for row in AGES])
def test_age(why: str, fields: Fields, asked: float, came: float, age: float) -> None:
    assert initial_age(fields, asked, came) == age


@pytest.mark.parametrize(
    "text", [b"Sun, 06 Nov 1994 08:49:37 GMT", b"Sunday, 06-Nov-94 08:49:37 GMT", b"Sun Nov  6 08:49:37 1994"]
)
def test_the_three_forms_of_a_date_in_rfc_9110_5_6_7(text: bytes) -> None:
    assert date_of(text) == AT


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"0",
        b"784111777",
        b"1994-11-06T08:49:37Z",
        b"Sun, 06 Nov 1994 08:49:37 EST",
        b"Sun, 06 Nov 1994 08:49:37 +0000",
        b"Sun, 6 Nov 1994 08:49:37 GMT",
        b"sun, 06 nov 1994 08:49:37 gmt",
        b"Sun, 31 Feb 1994 08:49:37 GMT",
        b"Sun, 06 Nov 1994 25:49:37 GMT",
    ],
)
def test_what_is_no_date(text: bytes) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(b"0", 0), (b"007", 7), (b"2147483648", FOREVER), (b"2147483649", FOREVER), (b"9" * 5000, FOREVER)],
)
def test_seconds(text: bytes, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", [None, b"", b"+1", b"-1", b"1.5", b" 1", "١".encode()])
def test_no_seconds(text: bytes | None) -> None:
    assert seconds_of(text) is None
