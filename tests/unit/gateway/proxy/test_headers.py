"""What crosses the gateway, both ways."""

import pytest

from gateway.hosts import Hosts
from gateway.proxy.head import block_of
from gateway.proxy.headers import to_client

HOSTS = Hosts("localhost:8000", "localhost:8000")


def sent(*received: tuple[bytes, bytes]) -> bytes:
    """The lines of a client's that cross to a department."""
    lines = b"".join(b"%b: %b\r\n" % field for field in received if field[0] != b"host")
    return block_of(b"host: hello.localhost:8000\r\n" + lines, HOSTS).forwarded


@pytest.mark.parametrize(
    "name",
    [
        b"authorization",
        b"cookie",
        b"host",
        b"connection",
        b"te",
        b"upgrade",
        b"keep-alive",
        b"proxy-authorization",
        b"proxy-connection",
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x_resident_id",
        b"x-resident-id",
        b"x-original-url",
        b"x-rewrite-url",
        b"proxy",
        b"x-request-id",
        b"traceparent",
        b"via",
    ],
)
def test_no_look_alike_of_ours_passes(name: bytes) -> None:
    assert b"forged" not in sent((name, b"forged"))


def test_what_a_call_needs_passes() -> None:
    given = ((b"content-type", b"application/json"), (b"idempotency-key", b"k"), (b"accept", b"*/*"))
    assert sent(*given) == b"content-type: application/json\r\nidempotency-key: k\r\naccept: */*\r\n"


def test_what_connection_names_is_taken_out() -> None:
    assert sent((b"accept", b"*/*"), (b"prefer", b"wait=1"), (b"connection", b"Prefer, close")) == b"accept: */*\r\n"


@pytest.mark.parametrize(
    "name",
    [
        "Set-Cookie",
        "Connection",
        "Keep-Alive",
        "Upgrade",
        "Server",
        "Content-Security-Policy",
        "Clear-Site-Data",
        "Alt-Svc",
        "Date",
        "WWW-Authenticate",
        "Cross-Origin-Resource-Policy",
    ],
)
def test_an_upstream_sets_nothing_at_the_mini_services_origin(name: str) -> None:
    answered = to_client([(name.encode(), b"theirs")])
    assert (name.lower().encode(), b"theirs") not in answered


def test_what_connection_names_stays_behind() -> None:
    answered = dict(to_client([(b"Connection", b"close, X-Inner"), (b"X-Inner", b"1"), (b"ETag", b'"a"')]))
    assert b"x-inner" not in answered
    assert answered[b"etag"] == b'"a"'


def test_an_answer_is_stored_nowhere_unless_the_department_says_so() -> None:
    assert dict(to_client([]))[b"cache-control"] == b"no-store"
    assert dict(to_client([(b"Cache-Control", b"max-age=60")]))[b"cache-control"] == b"max-age=60"


def test_an_answer_that_is_kept_is_kept_for_one_token_only() -> None:
    answered = to_client([(b"Vary", b"Accept"), (b"Cache-Control", b"max-age=60")])
    assert {value for name, value in answered if name == b"vary"} == {b"Accept", b"authorization"}
