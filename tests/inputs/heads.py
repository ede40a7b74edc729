"""Field lines, hosts and credentials: RFC 9110, section 5; RFC 9112, sections 3.2 and 5."""

from tests.harness.raw import Request
from tests.inputs.case import HEAD, Case, get

DELIMITERS = b'(),/;<=>?@[\\]{}"'
CONTROLS = (*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)
MALFORMED = (
    ("a bare CR in a value", b"X-Foo: a\rb\r\n"),
    ("a bare CR at a value's end", b"X-Foo: a\r\r\n"),
    ("a field hidden behind a bare CR", b"X-Foo: a\rX-Bar: b\r\n"),
    ("a field hidden behind a bare LF", b"X-Foo: a\nX-Bar: b\r\n"),
    ("a NUL in a value", b"X-Foo: a\x00b\r\n"),
    ("a NUL in a name", b"X-F\x00oo: a\r\n"),
    ("a value that is a NUL", b"X-Foo: \x00\r\n"),
    ("a name with brackets", b"X[a]: b\r\n"),
    ("a space in a name", b"X Foo: a\r\n"),
    ("a tab in a name", b"X\tFoo: a\r\n"),
    ("no colon", b"X-Foo\r\n"),
    ("no colon, and a value", b"X-Foo a\r\n"),
    ("an empty name", b": a\r\n"),
    ("nothing but a colon", b":\r\n"),
    ("a colon and a space", b": \r\n"),
    ("a space before the colon", b"X-Foo : a\r\n"),
    ("a tab before the colon", b"X-Foo\t: a\r\n"),
    ("folded with a space", b"X-Foo: a\r\n b\r\n"),
    ("folded with a tab", b"X-Foo: a\r\n\tb\r\n"),
    ("a fold of nothing", b"X-Foo: a\r\n \r\n"),
    ("a name of high bytes", b"X-F\xf6\xf6: a\r\n"),
    ("a name in UTF-8", "X-名: a\r\n".encode()),
    ("a name behind a byte-order mark", b"\xef\xbb\xbfX-Foo: a\r\n"),
)
FIRST = (
    ("a space before the first field", b" X-Foo: a\r\n"),
    ("a tab before the first field", b"\tX-Foo: a\r\n"),
    ("a fold before the first field", b" \r\n"),
)
NO_HOST = b"GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n"
HOSTS = (
    ("a space in it", b"Host: a b\r\n"),
    ("a slash in it", b"Host: x/y\r\n"),
    ("ours and a slash", b"Host: {host}/\r\n"),
    ("ours and a path", b"Host: {host}/svc\r\n"),
    ("user information", b"Host: user@{host}\r\n"),
    ("user information and a password", b"Host: user:pass@{host}\r\n"),
    ("nothing", b"Host:\r\n"),
    ("a space", b"Host: \r\n"),
    ("twice the same", b"Host: {host}\r\nHost: {host}\r\n"),
    ("ours and another", b"Host: {host}\r\nHost: evil.example\r\n"),
    ("another and ours", b"Host: evil.example\r\nHost: {host}\r\n"),
    ("ours and an empty one", b"Host: {host}\r\nHost:\r\n"),
    ("ours, and ours folded", b"Host: {host}\r\n {host}\r\n"),
    ("a list", b"Host: {host}, evil.example\r\n"),
    ("two with a space", b"Host: {host} evil.example\r\n"),
    ("a hash", b"Host: {host}#evil.example\r\n"),
    ("a question mark", b"Host: {host}?evil\r\n"),
    ("a backslash", b"Host: {host}\\evil\r\n"),
    ("an encoded dot", b"Host: hello%2elocalhost\r\n"),
    ("a NUL", b"Host: {host}\x00\r\n"),
    ("high bytes", b"Host: {host}\xff\r\n"),
    ("full-width letters", "Host: ｈｅｌｌｏ.localhost\r\n".encode()),
    ("a space before the colon", b"Host : {host}\r\n"),
    ("a bracket", b"Host: [::1\r\n"),
    ("a scheme", b"Host: http://{host}\r\n"),
    ("two ports", b"Host: {host}:80\r\n"),
    ("a port that is none", b"Host: hello.localhost:x\r\n"),
    ("an empty port", b"Host: hello.localhost:\r\n"),
)
FOREIGN = (
    ("another city's", b"Host: evil.example\r\n"),
    ("an address", b"Host: 127.0.0.1\r\n"),
    ("an address of version 6", b"Host: [::1]\r\n"),
    ("another port", b"Host: hello.localhost:1\r\n"),
    ("no port", b"Host: hello.localhost\r\n"),
    ("a service below a service", b"Host: a.hello.localhost\r\n"),
    ("ours before another's", b"Host: hello.localhost.evil.example\r\n"),
    ("a dot behind", b"Host: hello.localhost.\r\n"),
    ("a hyphen first", b"Host: -hello.localhost\r\n"),
    ("an underscore", b"Host: hel_lo.localhost\r\n"),
    ("a label of 64 letters", b"Host: " + b"a" * 64 + b".localhost\r\n"),
    ("ten thousand letters", b"Host: " + b"a" * 10_000 + b"\r\n"),
    ("the link-local address that clouds tell secrets at", b"Host: 169.254.169.254\r\n"),
)
TOKENS_TWICE = (
    ("the same twice", b"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n"),
    ("a good one and a bad one", b"Authorization: Bearer {token}\r\nAuthorization: Bearer x.y.z\r\n"),
    ("a bad one and a good one", b"Authorization: Bearer x.y.z\r\nAuthorization: Bearer {token}\r\n"),
    ("a good one and an empty one", b"Authorization: Bearer {token}\r\nAuthorization:\r\n"),
    ("a good one and a password", b"Authorization: Bearer {token}\r\nAuthorization: Basic eDp5\r\n"),
    ("a list", b"Authorization: Bearer {token}, Bearer {token}\r\n"),
    ("two with a space", b"Authorization: Bearer {token} {token}\r\n"),
    ("folded", b"Authorization: Bearer\r\n {token}\r\n"),
)


def _with_host(line: bytes) -> bytes:
    return b"GET {path} HTTP/1.1\r\n" + line + b"Authorization: Bearer {token}\r\n\r\n"


def _with_tokens(lines: bytes) -> bytes:
    return b"GET {path} HTTP/1.1\r\nHost: {host}\r\n" + lines + b"\r\n"


def _first(line: bytes) -> bytes:
    return b"GET {path} HTTP/1.1\r\n" + line + HEAD + b"\r\n"


def _one_language(request: Request) -> None:
    assert len(request.all("accept-language")) <= 1 or b"," not in b"".join(request.all("accept-language"))


CASES = [
    *(Case("headers", name, get(line), "refuse", everywhere=True) for name, line in MALFORMED),
    *(Case("headers", f"{name}, as the last", get()[:-2] + line + b"\r\n", "refuse") for name, line in MALFORMED[:8]),
    *(Case("headers", name, _first(line), "refuse", everywhere=True) for name, line in FIRST),
    *(
        Case("headers", f"{chr(byte)} in a name", get(b"X%cFoo: a\r\n" % byte), "refuse", everywhere=True)
        for byte in DELIMITERS
    ),
    *(
        Case("headers", f"control character {byte:#04x} in a value", get(b"Accept-Language: a%cb\r\n" % byte), "clean")
        for byte in CONTROLS
    ),
    *(
        Case("headers", f"control character {byte:#04x} in a name", get(b"X%cFoo: a\r\n" % byte), "refuse")
        for byte in CONTROLS
    ),
    Case("headers", "high bytes in a value that passes", get(b"Accept-Language: \xff\xfe\r\n"), "clean"),
    Case("headers", "UTF-8 in a value that passes", get("Accept-Language: 中文\r\n".encode()), "clean"),
    Case(
        "headers", "a line break of Unicode in a value", get("Accept-Language: a\u2028b\u0085c\r\n".encode()), "clean"
    ),
    Case("headers", "an empty value", get(b"Accept-Language:\r\n"), "clean"),
    Case("headers", "one of 64 KB", get(b"X-Foo: " + b"a" * 65_536 + b"\r\n"), "refuse", (431,), everywhere=True),
    Case("headers", "one of 64 KB that passes", get(b"Accept: " + b"a" * 65_536 + b"\r\n"), "refuse", (431,)),
    Case("headers", "a name of 64 KB", get(b"a" * 65_536 + b": x\r\n"), "refuse", (431,), everywhere=True),
    Case(
        "headers",
        "10 MB without an end",
        get()[:-2] + b"X-Foo: " + b"a" * 10_000_000,
        "refuse",
        (431,),
        everywhere=True,
    ),
    Case("headers", "2,000 of them", get(b"X-Foo: a\r\n" * 2000), "refuse", (431,), everywhere=True),
    Case("headers", "20,000 empty ones", get(b"a:\r\n" * 20_000), "refuse", (431,), everywhere=True),
    Case(
        "headers",
        "2,000 names",
        get(b"".join(b"x-%d: a\r\n" % n for n in range(2000))),
        "refuse",
        (431,),
        everywhere=True,
    ),
    Case("headers", "a token of 64 KB", get().replace(b"{token}", b"a" * 65_536), "refuse", (431,), everywhere=True),
    Case("headers", "a target of 20 KB", get(path=b"{path}?" + b"a" * 20_480), "refuse", (414,), everywhere=True),
    Case("headers", "a target of 1 MB", get(path=b"{path}?" + b"a" * 1_000_000), "refuse", (414,), everywhere=True),
    Case("headers", "a path of 20 KB", get(path=b"{path}" + b"/a" * 10_240), "refuse", (414,), everywhere=True),
    Case("host", "none", NO_HOST, "refuse", everywhere=True),
    Case("host", "none on HTTP/1.0", NO_HOST.replace(b"1.1", b"1.0"), "refuse", (400, 421, 505), everywhere=True),
    *(Case("host", name, _with_host(line), "refuse", (400, 421), everywhere=True) for name, line in HOSTS),
    *(Case("host", name, _with_host(line), "answer", (400, 421, 431), everywhere=True) for name, line in FOREIGN),
    Case("host", "ours in capitals", get().replace(b"Host: {host}", b"Host: {HOST}"), "clean", everywhere=True),
    *(Case("credentials", name, _with_tokens(lines), "answer", (400, 401)) for name, lines in TOKENS_TWICE),
    Case("headers", "the language twice", get(b"Accept-Language: de\r\nAccept-Language: fr\r\n"), "clean"),
    Case("headers", "a cookie of 7 KB", get(b"Cookie: " + b"a" * 7168 + b"\r\n"), "clean", (400, 431)),
]
