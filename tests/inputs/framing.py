"""Where a message ends: RFC 9112, sections 6 and 7."""

from tests.inputs.case import Case, body_is, get, post

CHUNKED = b"Transfer-Encoding: chunked\r\n"
WHOLE = b"5\r\nhello\r\n0\r\n\r\n"
SMUGGLED = b"GET {path}?smuggled HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"

BOTH_LENGTHS = (
    ("Content-Length before Transfer-Encoding", b"Content-Length: 5\r\n" + CHUNKED),
    ("Transfer-Encoding before Content-Length", CHUNKED + b"Content-Length: 5\r\n"),
    ("a length of nought and chunks", b"Content-Length: 0\r\n" + CHUNKED),
    ("the right length and chunks", b"Content-Length: %d\r\n" % len(WHOLE) + CHUNKED),
    ("a length that is none and chunks", b"Content-Length: x\r\n" + CHUNKED),
    ("chunks in capitals and a length", b"TRANSFER-ENCODING: CHUNKED\r\ncontent-length: 5\r\n"),
)
CODINGS_REFUSED = (
    ("xchunked", b"xchunked"),
    ("chunked in quotes", b'"chunked"'),
    ("chunked, identity", b"chunked, identity"),
    ("identity, chunked", b"identity, chunked"),
    ("identity", b"identity"),
    ("gzip, chunked", b"gzip, chunked"),
    ("chunked, gzip", b"chunked, gzip"),
    ("gzip", b"gzip"),
    ("chunked twice", b"chunked, chunked"),
    ("chunked with a parameter", b"chunked;q=1"),
    ("chunked with a space inside", b"chun ked"),
    ("chunkedchunked", b"chunkedchunked"),
    ("nothing", b""),
    ("a comma", b","),
    ("a comma behind", b"chunked,"),
    ("a comma before", b",chunked"),
    ("a vertical tab before", b"\x0bchunked"),
    ("a vertical tab behind", b"chunked\x0b"),
    ("a form feed", b"\x0cchunked"),
    ("a NUL before", b"\x00chunked"),
    ("a NUL behind", b"chunked\x00"),
    ("a NUL inside", b"chun\x00ked"),
    ("a no-break space", b"\xa0chunked"),
    ("a next-line character", b"chunked\x85"),
    ("a long s", "chun\u212aed".encode()),
)
CODINGS_ACCEPTED = (
    ("Chunked", b"Transfer-Encoding: Chunked\r\n"),
    ("CHUNKED", b"Transfer-Encoding: CHUNKED\r\n"),
    ("no space", b"Transfer-Encoding:chunked\r\n"),
    ("spaces around", b"Transfer-Encoding: \t chunked \t\r\n"),
    ("name in lower case", b"transfer-encoding: chunked\r\n"),
)
CODING_FIELDS_REFUSED = (
    ("two fields, both chunked", CHUNKED + CHUNKED),
    ("two fields, chunked then identity", CHUNKED + b"Transfer-Encoding: identity\r\n"),
    ("two fields, identity then chunked", b"Transfer-Encoding: identity\r\n" + CHUNKED),
    ("two fields, something then chunked", b"Transfer-Encoding: cow\r\n" + CHUNKED),
    ("two fields, chunked then something", CHUNKED + b"Transfer-Encoding: cow\r\n"),
    ("a space before the colon", b"Transfer-Encoding : chunked\r\n"),
    ("a tab before the colon", b"Transfer-Encoding\t: chunked\r\n"),
    ("a space before the name", b" Transfer-Encoding: chunked\r\n"),
    ("a tab before the name", b"\tTransfer-Encoding: chunked\r\n"),
    ("folded", b"Transfer-Encoding:\r\n chunked\r\n"),
    ("folded behind another", b"X-Foo: bar\r\n Transfer-Encoding: chunked\r\n"),
    ("a NUL in the name", b"Transfer-Encoding\x00: chunked\r\n"),
    ("a vertical tab in the name", b"\x0bTransfer-Encoding: chunked\r\n"),
    ("a soft hyphen in the name", b"Trans\xadfer-Encoding: chunked\r\n"),
    ("behind a bare LF", b"X-Foo: bar\nTransfer-Encoding: chunked\r\n"),
    ("behind a bare CR", b"X-Foo: bar\rTransfer-Encoding: chunked\r\n"),
    ("behind CR CR LF", b"X-Foo: bar\r\r\nTransfer-Encoding: chunked\r\n"),
    ("behind LF CR", b"X-Foo: bar\n\rTransfer-Encoding: chunked\r\n"),
)
LENGTHS_REFUSED = (
    ("+5", b"+5"),
    ("-5", b"-5"),
    ("-0", b"-0"),
    ("0x5", b"0x5"),
    ("0b101", b"0b101"),
    ("5.0", b"5.0"),
    ("5e0", b"5e0"),
    ("nothing", b""),
    ("a space", b" "),
    ("two numbers", b"5 5"),
    ("a list", b"5, 6"),
    ("a semicolon", b"5;"),
    ("an underscore", b"0_5"),
    ("a comma behind", b"5,"),
    ("a comma before", b",5"),
    ("in quotes", b'"5"'),
    ("a letter", b"5a"),
    ("a vertical tab", b"\x0b5"),
    ("a form feed behind", b"5\x0c"),
    ("a NUL behind", b"5\x00"),
    ("a superscript digit", b"\xb2"),
    ("a full-width digit", "５".encode()),
    ("an Arabic digit", "٥".encode()),
    ("a no-break space", b"\xa05"),
)
LENGTHS_OVERFLOW = (
    ("2 to the 63rd", b"9223372036854775808"),
    ("2 to the 64th and five", b"18446744073709551621"),
    ("thirty digits", b"9" * 30),
    ("five thousand digits", b"9" * 5000),
    ("a hundred noughts and a five", b"0" * 100 + b"5"),
)
LENGTH_FIELDS_REFUSED = (
    ("two lengths that differ", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
    ("two lengths that differ, the second nought", b"Content-Length: 5\r\nContent-Length: 0\r\n"),
    ("two lengths, one of them none", b"Content-Length: 5\r\nContent-Length: \r\n"),
    ("two lengths, written in two ways", b"Content-Length: 5\r\nContent-Length: 05\r\n"),
    ("a space before the colon", b"Content-Length : 5\r\n"),
    ("a tab before the colon", b"Content-Length\t: 5\r\n"),
    ("a space before the name", b" Content-Length: 5\r\n"),
    ("folded", b"Content-Length:\r\n 5\r\n"),
    ("folded behind", b"Content-Length: 5\r\n 0\r\n"),
    ("behind a bare LF", b"X-Foo: bar\nContent-Length: 5\r\n"),
    ("behind a bare CR", b"X-Foo: bar\rContent-Length: 5\r\n"),
)


UPGRADES = (
    ("an upgrade to a web socket", b"Connection: Upgrade\r\nUpgrade: websocket\r\n"),
    ("an upgrade to h2c", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARA\r\n"),
    ("an upgrade that nobody names", b"Upgrade: x\r\n"),
    ("an upgrade of nothing", b"Connection: upgrade\r\nUpgrade:\r\n"),
    ("a connection to be upgraded to nothing", b"Connection: Upgrade\r\n"),
)


def _hidden_behind(fields: bytes) -> bytes:
    return post(fields + b"Content-Length: {filled}\r\n", b"{hidden}")


def _hidden_in_a_chunk_behind(fields: bytes) -> bytes:
    return post(fields + CHUNKED, b"{filled:x}\r\n{hidden}\r\n0\r\n\r\n")


def _hidden_behind_a_get(fields: bytes) -> bytes:
    return get(fields + b"Content-Length: {filled}\r\n") + b"{hidden}"


HIDING = (
    ("in its body", _hidden_behind),
    ("in its chunk", _hidden_in_a_chunk_behind),
    ("in the body of a GET", _hidden_behind_a_get),
)


def _refused(name: str, fields: bytes, statuses: tuple[int, ...], body: bytes = WHOLE) -> Case:
    return Case("framing", name, post(fields, body), "refuse", statuses, everywhere=True)


CASES = [
    *(_refused(name, fields, (400,)) for name, fields in BOTH_LENGTHS),
    Case(
        "framing",
        "both lengths, a request hidden behind the chunks",
        post(b"Content-Length: 4\r\n" + CHUNKED, b"0\r\n\r\n" + SMUGGLED),
        "refuse",
        everywhere=True,
    ),
    Case(
        "framing",
        "both lengths, a request hidden inside the length",
        post(b"Content-Length: 200\r\n" + CHUNKED, b"0\r\n\r\n" + SMUGGLED),
        "refuse",
        everywhere=True,
    ),
    Case(
        "framing", "both lengths on a GET", get(b"Content-Length: 5\r\n" + CHUNKED) + WHOLE, "refuse", everywhere=True
    ),
    *(
        _refused(f"Transfer-Encoding: {name}", b"Transfer-Encoding: %b\r\n" % value, (400, 501))
        for name, value in CODINGS_REFUSED
    ),
    *(_refused(f"Transfer-Encoding, {name}", fields, (400, 501)) for name, fields in CODING_FIELDS_REFUSED),
    *(
        Case(
            "framing",
            f"Transfer-Encoding: {name}",
            post(fields, WHOLE),
            "passes",
            (),
            body_is(b"hello"),
            everywhere=True,
        )
        for name, fields in CODINGS_ACCEPTED
    ),
    Case(
        "framing",
        "Transfer-Encoding on HTTP/1.0",
        post(CHUNKED, WHOLE).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
        "refuse",
        (400, 505),
        everywhere=True,
    ),
    Case(
        "framing",
        "an underscore in the name of Transfer-Encoding",
        post(b"Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", b"hello"),
        "clean",
        everywhere=True,
    ),
    *(
        _refused(f"Content-Length: {name}", b"Content-Length: %b\r\n" % value, (400,), b"hello")
        for name, value in LENGTHS_REFUSED
    ),
    *(
        _refused(f"Content-Length: {name}", b"Content-Length: %b\r\n" % value, (400, 413), b"hello")
        for name, value in LENGTHS_OVERFLOW
    ),
    *(_refused(f"Content-Length, {name}", fields, (400,), b"hello") for name, fields in LENGTH_FIELDS_REFUSED),
    Case("framing", "the same length in a list", post(b"Content-Length: 5, 5\r\n", b"hello"), "clean", everywhere=True),
    Case(
        "framing",
        "the same length twice",
        post(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello"),
        "clean",
        everywhere=True,
    ),
    Case(
        "framing",
        "tabs and spaces around the length",
        post(b"Content-Length: \t 5 \t \r\n", b"hello"),
        "passes",
        (),
        body_is(b"hello"),
        everywhere=True,
    ),
    Case("framing", "a nought before the length", post(b"Content-Length: 05\r\n", b"hello"), "clean", everywhere=True),
    Case(
        "framing",
        "no space before the length",
        post(b"Content-Length:5\r\n", b"hello"),
        "passes",
        (),
        body_is(b"hello"),
    ),
    Case(
        "framing",
        "a body that looks like a request",
        post(b"Content-Length: {filled}\r\n", b"{hidden}"),
        "passes",
        (),
        everywhere=True,
    ),
    Case("framing", "chunks that look like a request", post(CHUNKED, b"a\r\nGET / HTTP\r\n0\r\n\r\n"), "passes", ()),
    Case(
        "framing",
        "a GET with a body that looks like a request",
        get(b"Content-Length: 9\r\n") + b"GET / X\r\n",
        "clean",
    ),
    *(
        Case("framing", f"{name}, and a request hidden {where}", says(fields), "clean", (400, 501), everywhere=True)
        for name, fields in UPGRADES
        for where, says in HIDING
    ),
    Case("framing", "a POST of no length and no body", post(b""), "clean"),
    Case("framing", "an empty body of length nought", post(b"Content-Length: 0\r\n"), "clean"),
    Case("framing", "an empty line before the request", b"\r\n" + get(), "clean", everywhere=True),
    Case("framing", "a bare LF before the request", b"\n" + get(), "clean", everywhere=True),
    Case("framing", "a bare CR before the request", b"\r" + get(), "refuse", everywhere=True),
    Case("framing", "a hundred empty lines before the request", b"\r\n" * 100 + get(), "clean", everywhere=True),
    Case("framing", "lines that end in LF alone", get().replace(b"\r\n", b"\n"), "clean", everywhere=True),
    Case("framing", "a head that ends in LF LF", get()[:-4] + b"\n\n", "clean", everywhere=True),
    Case("framing", "a head that ends in CR LF LF", get()[:-2] + b"\n", "clean", everywhere=True),
    Case(
        "framing", "lines that end in CR alone", get().replace(b"\r\n", b"\r"), "refuse", alone=False, everywhere=True
    ),
    Case(
        "framing",
        "a TLS hello",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 64 + b"\r\n\r\n",
        "refuse",
        everywhere=True,
    ),
    Case("framing", "four kilobytes of noise", bytes(range(128, 256)) * 32 + b"\r\n\r\n", "refuse", everywhere=True),
]
