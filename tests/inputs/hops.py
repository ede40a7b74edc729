"""What goes one hop only, and what a client may not say about itself: RFC 9110, sections 7.6 and 10.1.1."""

from tests.harness.raw import Request
from tests.inputs.case import Case, both, get, lacks, post, sized, without
from tests.inputs.framing import CHUNKED, WHOLE

OURS = (b"authorization", b"x-request-id", b"traceparent", b"via")
FORGED = b"f0rged"


def ours_are_there(request: Request) -> None:
    """Our own fields, each once, and none with what the client forged."""
    for name in OURS:
        request.one(name.decode())
    assert FORGED not in b"\n".join(value for _, value in request.fields).lower()
    assert request.one("authorization").startswith(b"Bearer ey")


HOP_BY_HOP = (
    ("Connection names a field", b"Connection: X-Foo\r\nX-Foo: f0rged\r\n", b"x-foo"),
    (
        "Connection names a field that passes",
        b"Connection: Accept-Language\r\nAccept-Language: f0rged\r\n",
        b"accept-language",
    ),
    ("Connection names two", b"Connection: X-Foo, X-Bar\r\nX-Foo: f0rged\r\nX-Bar: f0rged\r\n", b"x-bar"),
    (
        "two Connection fields",
        b"Connection: X-Foo\r\nConnection: X-Bar\r\nX-Foo: f0rged\r\nX-Bar: f0rged\r\n",
        b"x-bar",
    ),
    (
        "Connection names one in capitals",
        b"CONNECTION: ACCEPT-LANGUAGE\r\naccept-language: f0rged\r\n",
        b"accept-language",
    ),
    ("TE", b"TE: trailers\r\n", b"te"),
    ("TE, named", b"TE: trailers, deflate\r\nConnection: TE\r\n", b"te"),
    ("Keep-Alive", b"Keep-Alive: timeout=f0rged\r\nConnection: keep-alive\r\n", b"keep-alive"),
    ("Proxy-Connection", b"Proxy-Connection: keep-alive\r\n", b"proxy-connection"),
    ("Proxy-Authorization", b"Proxy-Authorization: Basic f0rged\r\n", b"proxy-authorization"),
    ("Proxy-Authenticate", b"Proxy-Authenticate: Basic f0rged\r\n", b"proxy-authenticate"),
    ("Trailer", b"Trailer: X-Foo\r\n", b"trailer"),
    (
        "Upgrade to h2c",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARA\r\n",
        b"upgrade",
    ),
    ("Upgrade to h2c, unnamed", b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARA\r\n", b"http2-settings"),
    (
        "Upgrade to a web socket",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2FtcGxl\r\n",
        b"upgrade",
    ),
    ("Connection: keep-alive", b"Connection: keep-alive\r\n", b"keep-alive"),
    ("an empty Connection", b"Connection:\r\n", b"x-foo"),
    ("a Connection of commas", b"Connection: ,,,\r\n", b"x-foo"),
    ("a Connection with a name that is none", b"Connection: a b, X-Foo\r\nX-Foo: f0rged\r\n", b"x-foo"),
    ("a Connection with 300 names", b"Connection: " + b", ".join(b"x-%d" % n for n in range(300)) + b"\r\n", b"x-299"),
)
NAMED_AWAY = (
    "X-Resident-Id",
    "Authorization",
    "X-Request-Id",
    "Traceparent",
    "Via",
    "Host",
    "X-Onecity-Deadline",
    "Connection",
    "Cookie",
)
IDENTITY = (
    "X-Resident-Id",
    "X_Resident_Id",
    "x-resident_id",
    "X-Resident",
    "X-User",
    "X-User-Id",
    "X-Account-Id",
    "X-Remote-User",
    "Remote-User",
    "Remote_User",
    "X-Authenticated-User",
    "X-Auth-Request-User",
    "X-Forwarded-User",
    "X-Forwarded-For",
    "X_Forwarded_For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
    "X-Forwarded",
    "Forwarded",
    "Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Client-IP",
    "X-Original-URL",
    "X-Original-Host",
    "X-Rewrite-URL",
    "X-Host",
    "Proxy",
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Request-Id",
    "X_Request_Id",
    "X-Correlation-Id",
    "Request-Id",
    "X-Onecity-Resident",
    "X-Onecity-Scope",
    "X-Onecity-Deadline",
    "X-Onecity-Anything",
    "X-Scopes",
    "X-Client-Cert",
    "X-SSL-Client-Verify",
    "SSL-Client-Cert",
    "X-Forwarded-Client-Cert",
    "Client-Cert",
    "Via",
    "Cookie",
    "Cookie2",
    "Referer",
    "Origin",
    "Authorization2",
    "X-Authorization",
    "Tracestate",
    "Baggage",
    "Traceparent",
    "X-B3-TraceId",
    "Deadline",
    "Request-Deadline",
    "Priority",
    "Early-Data",
    "Max-Forwards",
    "From",
    "User-Agent",
)
_MAY_PASS = frozenset({"Tracestate", "Priority", "User-Agent", "Max-Forwards"})
"""They say nothing about who is calling: passing them or not is a matter of taste."""

CASES = [
    *(
        Case("hop by hop", name, get(lines), "clean", (400,), both(ours_are_there, without(removed)))
        for name, lines, removed in HOP_BY_HOP
    ),
    *(
        Case(
            "hop by hop",
            f"Connection names {name}",
            get(b"Connection: %b\r\n" % name.encode()),
            "clean",
            (400,),
            ours_are_there,
        )
        for name in NAMED_AWAY
    ),
    Case("hop by hop", "Connection names Content-Length", sized(b"hello", b"Connection: Content-Length\r\n"), "clean"),
    Case(
        "hop by hop",
        "Connection names Content-Type",
        sized(b"hello", b"Connection: Content-Type\r\n"),
        "clean",
        (400, 415),
    ),
    Case(
        "hop by hop",
        "Connection names Transfer-Encoding",
        post(CHUNKED + b"Connection: Transfer-Encoding\r\n", WHOLE),
        "clean",
    ),
    Case("hop by hop", "Connection: close", get(b"Connection: close\r\n"), "passes", (), lacks(b"close"), closes=True),
    Case(
        "hop by hop",
        "Connection: close among others",
        get(b"Connection: X-Foo, close\r\n"),
        "passes",
        (),
        lacks(b"close"),
        closes=True,
    ),
    Case("hop by hop", "Connection: Close in capitals", get(b"Connection: CLOSE\r\n"), "passes", (), closes=True),
    *(
        Case(
            "identity",
            name,
            get(b"%b: f0rged\r\n" % name.encode()),
            "clean",
            (400,),
            None if name in _MAY_PASS else both(ours_are_there, lacks(FORGED)),
        )
        for name in IDENTITY
    ),
    Case("identity", "a trace that is none", get(b"Traceparent: 00-f0rged\r\n"), "passes", (), ours_are_there),
    Case(
        "identity",
        "two traces",
        get(b"Traceparent: 00-f0rged\r\nTraceparent: 00-f0rged2\r\n"),
        "clean",
        (400,),
        ours_are_there,
    ),
    Case(
        "identity",
        "a trace with a line break of its own",
        get(b"Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 X-Foo: f0rged\r\n"),
        "passes",
        (),
        ours_are_there,
    ),
]
