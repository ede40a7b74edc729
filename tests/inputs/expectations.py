"""`Expect`: RFC 9110, section 10.1.1. The hundred comes after the verdict and never before it."""

from tests.inputs.case import BYTES, HEAD, JSON, Case, body_is, get, post, sized

EXPECT = b"Expect: 100-continue\r\n"
BAD_TOKEN = b"Host: {host}\r\nAuthorization: Bearer a.b.c\r\n"
CASES = [
    Case("expectation", "bananas", sized(b"hello", b"Expect: bananas\r\n"), "answer", (417,)),
    Case(
        "expectation", "a hundred and bananas", sized(b"hello", b"Expect: 100-continue, bananas\r\n"), "answer", (417,)
    ),
    Case("expectation", "bananas on a GET", get(b"Expect: bananas\r\n"), "answer", (417,)),
    Case(
        "expectation",
        "a hundred with something behind",
        sized(b"hello", b"Expect: 100-continue;x=y\r\n"),
        "answer",
        (417,),
    ),
    Case("expectation", "200-ok", sized(b"hello", b"Expect: 200-ok\r\n"), "answer", (417,)),
    Case("expectation", "a hundred, and the body at once", sized(b"hello", EXPECT), "passes", (), body_is(b"hello")),
    Case(
        "expectation",
        "a hundred in capitals",
        sized(b"hello", b"Expect: 100-CONTINUE\r\n"),
        "passes",
        (),
        body_is(b"hello"),
    ),
    Case("expectation", "a hundred twice", sized(b"hello", EXPECT + EXPECT), "clean", (400, 417)),
    Case("expectation", "a hundred on a GET without a body", get(EXPECT), "clean", (400, 417)),
]
WAITING = (
    ("a good token", post(EXPECT + b"Content-Length: 5\r\n"), 200),
    ("a good token, and chunks", post(EXPECT + b"Transfer-Encoding: chunked\r\n"), 200),
    ("a bad token", b"POST {post} HTTP/1.1\r\n" + BAD_TOKEN + BYTES + EXPECT + b"Content-Length: 5\r\n\r\n", 401),
    ("no token", b"POST {post} HTTP/1.1\r\nHost: {host}\r\n" + BYTES + EXPECT + b"Content-Length: 5\r\n\r\n", 401),
    (
        "an undeclared operation",
        b"POST /svc/rec/undeclared HTTP/1.1\r\n" + HEAD + EXPECT + b"Content-Length: 5\r\n\r\n",
        404,
    ),
    ("a body too large", post(EXPECT + b"Content-Length: 100000000\r\n"), 413),
    ("a media type that the operation does not take", post(EXPECT + b"Content-Length: 5\r\n", kind=JSON), 415),
)
"""(what, the head alone, the final status): a 100 comes before a 200 and before nothing else."""
