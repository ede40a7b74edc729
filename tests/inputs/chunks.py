"""Bodies in chunks: RFC 9112, section 7.1."""

from tests.harness.raw import Request
from tests.inputs.case import Case, body_is, both, lacks, post
from tests.inputs.framing import CHUNKED

END = b"0\r\n\r\n"
SIZES_REFUSED = (
    ("0x5", b"0x5"),
    ("0X5", b"0X5"),
    ("+5", b"+5"),
    ("-5", b"-5"),
    ("a space before", b" 5"),
    ("a tab before", b"\t5"),
    ("a space inside", b"5 5"),
    ("nothing", b""),
    ("a letter beyond f", b"g"),
    ("a fraction", b"5.0"),
    ("an underscore", b"0_5"),
    ("an h behind", b"5h"),
    ("a comma", b"5,"),
    ("in quotes", b'"5"'),
    ("a NUL", b"5\x00"),
    ("a vertical tab", b"\x0b5"),
    ("a full-width digit", "５".encode()),
    ("2 to the 63rd", b"8000000000000000"),
    ("2 to the 64th less one", b"ffffffffffffffff"),
    ("2 to the 64th and five", b"10000000000000005"),
    ("forty digits", b"f" * 40),
    ("a thousand noughts and a five", b"0" * 1000 + b"5"),
)
BROKEN = (
    ("LF alone behind the size", b"5\nhello\r\n" + END),
    ("LF alone behind the data", b"5\r\nhello\n" + END),
    ("LF alone behind the last chunk", b"5\r\nhello\r\n0\n\n"),
    ("LF alone at the very end", b"5\r\nhello\r\n0\r\n\n"),
    ("CR alone behind the size", b"5\rhello\r\n" + END),
    ("CR alone behind the data", b"5\r\nhello\r" + END),
    ("CR CR LF behind the size", b"5\r\r\nhello\r\n" + END),
    ("CR inside an extension", b"5;a\rb\r\nhello\r\n" + END),
    ("LF inside an extension", b"5;a\nb\r\nhello\r\n" + END),
    ("a request behind LF in an extension", b"5;a\n0\r\n\r\nGET /svc/rec/ok HTTP/1.1\r\n\r\nhello\r\n" + END),
    ("NUL inside an extension", b"5;a\x00b\r\nhello\r\n" + END),
    ("an extension of 17 KB", b"5;" + b"a" * 17_000 + b"\r\nhello\r\n" + END),
    ("an extension of 1 MB", b"5;" + b"a" * 1_000_000 + b"\r\nhello\r\n" + END),
    ("data longer than its size", b"5\r\nhelloXX\r\n" + END),
    ("data shorter than its size", b"5\r\nhel\r\n" + END),
    ("data of no size", b"hello\r\n" + END),
    ("a size without its line's end", b"5hello\r\n" + END),
    ("two line ends behind the data", b"5\r\nhello\r\n\r\n" + END),
    ("a trailer without a colon", b"5\r\nhello\r\n0\r\nfoo\r\n\r\n"),
    ("a trailer with a bare CR", b"5\r\nhello\r\n0\r\nFoo: a\rb\r\n\r\n"),
    ("a trailer with a bare LF", b"5\r\nhello\r\n0\r\nFoo: a\nBar: b\r\n\r\n"),
    ("a trailer with a NUL", b"5\r\nhello\r\n0\r\nFoo: a\x00b\r\n\r\n"),
    ("a trailer with a space in its name", b"5\r\nhello\r\n0\r\nFoo bar: a\r\n\r\n"),
    ("a trailer with a space before its colon", b"5\r\nhello\r\n0\r\nFoo : a\r\n\r\n"),
    ("a folded trailer", b"5\r\nhello\r\n0\r\nFoo: a\r\n b\r\n\r\n"),
    ("a trailer of 100 KB", b"5\r\nhello\r\n0\r\nFoo: " + b"a" * 100_000 + b"\r\n\r\n"),
    ("2,000 trailers", b"5\r\nhello\r\n0\r\n" + b"Foo: bar\r\n" * 2000 + b"\r\n"),
)
"""The refusal must come, whatever stands behind: the canary's first bytes complete none of them."""
CUT = (
    ("before the first size", b""),
    ("inside a size", b"5"),
    ("behind a size", b"5\r\n"),
    ("inside the data", b"5\r\nhel"),
    ("behind the data", b"5\r\nhello"),
    ("behind a chunk", b"5\r\nhello\r\n"),
    ("inside the last chunk", b"5\r\nhello\r\n0"),
    ("behind the last chunk's size", b"5\r\nhello\r\n0\r\n"),
    ("inside the trailers", b"5\r\nhello\r\n0\r\nFoo: bar\r\n"),
    ("before the very last LF", b"5\r\nhello\r\n0\r\n\r"),
)
"""Ended by the client: the department never sees the end either."""
ACCEPTED = (
    ("an extension in quotes", b'5;a="b"\r\nhello\r\n' + END),
    ("an extension without a value", b"5;a\r\nhello\r\n" + END),
    ("two extensions", b"5;a=b;c=d\r\nhello\r\n" + END),
    ("an extension at the last chunk", b"5\r\nhello\r\n0;a=b\r\n\r\n"),
    ("noughts before the size", b"0005\r\nhello\r\n" + END),
    ("a last chunk of three noughts", b"5\r\nhello\r\n000\r\n\r\n"),
    ("five chunks", b"1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n" + END),
    ("a trailer", b"5\r\nhello\r\n0\r\nFoo: bar\r\n\r\n"),
)
TRAILERS = (
    ("Content-Length", b"Content-Length: 77777"),
    ("Transfer-Encoding", b"Transfer-Encoding: gzip77777"),
    ("Host", b"Host: 77777.example"),
    ("Authorization", b"Authorization: Bearer 77777"),
    ("X-Resident-Id", b"X-Resident-Id: 77777"),
    ("Content-Type", b"Content-Type: text/77777"),
)


def chunked(body: bytes, more: bytes = b"") -> bytes:
    return post(more + CHUNKED, body)


def _never_merged(request: Request) -> None:
    both(body_is(b"hello"), lacks(b"77777", b"foo: bar"))(request)
    assert request.trailers == ()


def _without_extensions(request: Request) -> None:
    _never_merged(request)


CASES = [
    *(
        Case("chunks", f"size {name}", chunked(size + b"\r\nhello\r\n" + END), "never", (400, 413), everywhere=True)
        for name, size in SIZES_REFUSED
    ),
    *(
        Case("chunks", name, chunked(body), "never", (400, 413, 431), alone=False, everywhere=True)
        for name, body in BROKEN
    ),
    *(
        Case("chunks", name, chunked(body), "passes", (), _without_extensions, everywhere=True)
        for name, body in ACCEPTED
    ),
    *(
        Case(
            "chunks",
            f"trailer {name}",
            chunked(b"5\r\nhello\r\n0\r\n" + line + b"\r\n\r\n"),
            "passes",
            (),
            _never_merged,
        )
        for name, line in TRAILERS
    ),
    Case("chunks", "a size in capitals", chunked(b"A\r\n0123456789\r\n" + END), "passes", (), body_is(b"0123456789")),
    Case(
        "chunks", "a size in small letters", chunked(b"a\r\n0123456789\r\n" + END), "passes", (), body_is(b"0123456789")
    ),
    Case("chunks", "a space before the extension", chunked(b"5 ;a=b\r\nhello\r\n" + END), "clean", everywhere=True),
    Case("chunks", "a space behind the size", chunked(b"5 \r\nhello\r\n" + END), "clean", everywhere=True),
    Case("chunks", "an empty extension", chunked(b"5;\r\nhello\r\n" + END), "clean", everywhere=True),
    Case("chunks", "an extension of high bytes", chunked(b"5;\xff\xfe\r\nhello\r\n" + END), "clean", everywhere=True),
    Case(
        "chunks",
        "10,000 chunks of one byte",
        chunked(b"1\r\nx\r\n" * 10_000 + END),
        "passes",
        (),
        body_is(b"x" * 10_000),
    ),
    Case(
        "chunks",
        "3,000 chunks with an extension of 300 bytes each",
        chunked((b"1;" + b"e" * 300 + b"\r\nx\r\n") * 3000 + END),
        "clean",
        (400, 413),
    ),
]
CUT_CASES = [Case("chunks", f"ended {name}", chunked(body), "never", (400, 408)) for name, body in CUT]
