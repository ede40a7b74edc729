"""RFC 9111, section 3: which answers a shared cache may keep. Each row names the words that decide it."""

import pytest

from gateway.proxy.cache import may_store
from gateway.proxy.freshness import Wants

Fields = list[tuple[bytes, bytes]]
FRESH = (b"cache-control", b"max-age=60")
ETAG = (b"etag", b'"v1"')

KEPT: list[tuple[str, int, Fields]] = [
    ("5.2.2.1 max-age", 200, [FRESH]),
    ("5.2.2.10 s-maxage", 200, [(b"cache-control", b"s-maxage=60")]),
    ("5.3 Expires", 200, [(b"expires", b"Sun, 06 Nov 2094 08:49:37 GMT")]),
    ("5.2 directives are case-insensitive", 200, [(b"cache-control", b"MAX-Age=60")]),
    ("5.2 an argument may be quoted", 200, [(b"cache-control", b'max-age="60"')]),
    ("5.2 several fields are one list", 200, [(b"cache-control", b"public"), FRESH]),
    ("5.2.3 unknown directives are ignored", 200, [(b"cache-control", b'community="UCI", max-age=60')]),
    ("RFC 9110 5.6.1 empty members are ignored", 200, [(b"cache-control", b" , max-age=60 ,, ")]),
    ("5.2.2.4 no-cache may be kept, to be asked about", 200, [(b"cache-control", b"no-cache"), ETAG]),
    ("4.3 a stale one with a validator is of use", 200, [(b"cache-control", b"max-age=0"), ETAG]),
    (
        "4.3 or with a date",
        200,
        [(b"cache-control", b"no-cache"), (b"last-modified", b"Sun, 06 Nov 1994 08:49:37 GMT")],
    ),
    (
        "5.2.2.3 must-understand sets no-store aside",
        200,
        [(b"cache-control", b"must-understand, no-store, max-age=60")],
    ),
    ("3 not found is an answer", 404, [FRESH]),
    ("3 gone is an answer", 410, [FRESH]),
    ("3 moved for good is an answer", 301, [FRESH]),
    ("4.1 by language", 200, [FRESH, (b"vary", b"Accept-Language")]),
    ("4.1 by several", 200, [FRESH, (b"vary", b"accept, Accept-Encoding"), (b"vary", b"accept-language")]),
]
NOT_KEPT: list[tuple[str, int, Fields]] = [
    ("5.2.2.5 no-store", 200, [(b"cache-control", b"no-store, max-age=60")]),
    ("5.2.2.5 no-store in a field of its own", 200, [FRESH, (b"cache-control", b"No-Store")]),
    ("5.2.2.7 private", 200, [(b"cache-control", b"private, max-age=60")]),
    ("5.2.2.7 private with fields, as a whole", 200, [(b"cache-control", b'private="x-a", max-age=60')]),
    ("4.1 by everything", 200, [FRESH, (b"vary", b"*")]),
    ("4.1 by what is not told apart here", 200, [FRESH, (b"vary", b"accept, cookie")]),
    ("4.1 by the token", 200, [FRESH, (b"vary", b"authorization")]),
    ("3 nothing said", 200, []),
    ("3 a validator alone is no word about keeping", 200, [ETAG]),
    ("3 stale at once and nothing to ask with", 200, [(b"cache-control", b"max-age=0")]),
    ("5.2.2.4 no-cache and nothing to ask with", 200, [(b"cache-control", b"no-cache, max-age=60")]),
    ("3.3 a part", 206, [FRESH]),
    ("4.3.4 not modified is no answer of its own", 304, [FRESH]),
    ("3 a status that is not understood here", 299, [FRESH]),
    ("3 a server's failure", 503, [FRESH]),
    ("3 a redirection for once", 302, [FRESH]),
    ("somebody's cookie", 200, [FRESH, (b"set-cookie", b"a=b")]),
    ("4.2.1 twice with two values", 200, [(b"cache-control", b"max-age=60, max-age=120")]),
    ("4.2.1 no number", 200, [(b"cache-control", b"max-age=6e1")]),
    ("4.2.1 a negative number", 200, [(b"cache-control", b"max-age=-1")]),
    ("4.2.1 no argument", 200, [(b"cache-control", b"max-age")]),
    ("5.2 white space around the equals sign", 200, [(b"cache-control", b"max-age = 60")]),
    ("5.2 an open quote", 200, [(b"cache-control", b'max-age=60, x="')]),
    ("5.2 two words", 200, [(b"cache-control", b"max-age=60 no-store")]),
    ("5.3 Expires that is no date", 200, [(b"expires", b"0")]),
]


@pytest.mark.parametrize(("why", "status", "fields"), KEPT, ids=[row[0] for row in KEPT])
def test_may_be_kept(why: str, status: int, fields: Fields) -> None:
    assert may_store(Wants(None), status, fields)


@pytest.mark.parametrize(("why", "status", "fields"), NOT_KEPT, ids=[row[0] for row in NOT_KEPT])
def test_may_not_be_kept(why: str, status: int, fields: Fields) -> None:
    assert not may_store(Wants(None), status, fields)


@pytest.mark.parametrize("asked", [b"no-store", b"max-age=0, no-store", b"max-age=x", b'a="'])
def test_nor_where_the_request_forbids_it_or_cannot_be_read(asked: bytes) -> None:
    assert not may_store(Wants(asked), 200, [FRESH])
