"""The first line: RFC 9112, section 3."""

from tests.inputs.case import HEAD, Case, get, target_is

NO_METHODS = (400, 404, 405, 501)


def line(content: bytes, more: bytes = b"") -> bytes:
    return content + b"\r\n" + HEAD + more + b"\r\n"


VERSIONS = (
    ("HTTP/2.0", b"HTTP/2.0"),
    ("HTTP/3.0", b"HTTP/3.0"),
    ("HTTP/0.9", b"HTTP/0.9"),
    ("HTTP/1.2", b"HTTP/1.2"),
    ("HTTP/1.10", b"HTTP/1.10"),
    ("HTTP/01.1", b"HTTP/01.1"),
    ("HTTP/11.1", b"HTTP/11.1"),
    ("HTTP/1", b"HTTP/1"),
    ("HTTP/1.", b"HTTP/1."),
    ("HTTP/1,1", b"HTTP/1,1"),
    ("HTTP/-1.1", b"HTTP/-1.1"),
    ("HTTP/1.1 and a letter", b"HTTP/1.1x"),
    ("HTTP/1.1 and a space", b"HTTP/1.1 "),
    ("HTTP/1.1 and a tab", b"HTTP/1.1\t"),
    ("HTTP/1.1 and a NUL", b"HTTP/1.1\x00"),
    ("HTTP /1.1", b"HTTP /1.1"),
    ("HTTP/ 1.1", b"HTTP/ 1.1"),
    ("http/1.1", b"http/1.1"),
    ("HTTPS/1.1", b"HTTPS/1.1"),
    ("ICY/1.1", b"ICY/1.1"),
    ("RTSP/1.0", b"RTSP/1.0"),
    ("two versions", b"HTTP/1.1 HTTP/1.1"),
    ("a full-width digit", "HTTP/１.1".encode()),
)
MALFORMED = (
    ("a tab between method and target", b"GET\t{path} HTTP/1.1"),
    ("two spaces before the target", b"GET  {path} HTTP/1.1"),
    ("two spaces before the version", b"GET {path}  HTTP/1.1"),
    ("a tab before the version", b"GET {path}\tHTTP/1.1"),
    ("a vertical tab before the version", b"GET {path}\x0bHTTP/1.1"),
    ("a space before the method", b" GET {path} HTTP/1.1"),
    ("no target", b"GET HTTP/1.1"),
    ("an empty target", b"GET  HTTP/1.1"),
    ("no leading slash", b"GET svc/rec/ok HTTP/1.1"),
    ("@host/path", b"GET @evil.example/svc/rec/ok HTTP/1.1"),
    ("a query alone", b"GET ?a=b HTTP/1.1"),
    ("a colon and a port", b"GET :80/svc/rec/ok HTTP/1.1"),
    ("an asterisk for GET", b"GET * HTTP/1.1"),
    ("a fragment", b"GET {path}#x HTTP/1.1"),
    ("a fragment in the query", b"GET {path}?a=b#x HTTP/1.1"),
    ("a control byte in the target", b"GET {path}\x01 HTTP/1.1"),
    ("a NUL in the target", b"GET {path}\x00 HTTP/1.1"),
    ("a delete character in the target", b"GET {path}\x7f HTTP/1.1"),
    ("a control byte in the query", b"GET {path}?a=\x01 HTTP/1.1"),
    ("a bare CR in the target", b"GET {path}\rX: y HTTP/1.1"),
    ("a bare LF in the target", b"GET {path}\nX: y HTTP/1.1"),
    ("raw UTF-8 in the path", "GET {path}/中 HTTP/1.1".encode()),
    ("raw UTF-8 in the query", "GET {path}?中 HTTP/1.1".encode()),
    ("high bytes in the target", b"GET {path}\xff HTTP/1.1"),
    ("a space in the target", b"GET {path} a HTTP/1.1"),
    ("a NUL in the method", b"G\x00ET {path} HTTP/1.1"),
    ("a colon in the method", b"GET: {path} HTTP/1.1"),
    ("a slash in the method", b"GE/T {path} HTTP/1.1"),
    ("an accent in the method", "GÉT {path} HTTP/1.1".encode()),
    ("brackets in the method", b"(GET) {path} HTTP/1.1"),
    ("no method", b"{path} HTTP/1.1"),
    ("words", b"hello there"),
    ("one word", b"hello"),
)
METHODS = (
    ("CONNECT to another host", b"CONNECT evil.example:443 HTTP/1.1"),
    ("CONNECT to the department", b"CONNECT 127.0.0.1:80 HTTP/1.1"),
    ("CONNECT with a path", b"CONNECT {path} HTTP/1.1"),
    ("TRACE", b"TRACE {path} HTTP/1.1"),
    ("TRACK", b"TRACK {path} HTTP/1.1"),
    ("get in lower case", b"get {path} HTTP/1.1"),
    ("Get", b"Get {path} HTTP/1.1"),
    ("GETGET", b"GETGET {path} HTTP/1.1"),
    ("a method nobody knows", b"FROB {path} HTTP/1.1"),
    ("PRI", b"PRI {path} HTTP/1.1"),
    ("a method of signs", b"!#$%&'*+-.^_`|~ {path} HTTP/1.1"),
    ("PROPFIND", b"PROPFIND {path} HTTP/1.1"),
    ("PURGE", b"PURGE {path} HTTP/1.1"),
    ("OPTIONS *", b"OPTIONS * HTTP/1.1"),
)
ABSOLUTE = (
    ("another host", b"http://evil.example/svc/rec/ok"),
    ("another host over TLS", b"https://evil.example/svc/rec/ok"),
    ("another host with user information", b"http://{host}@evil.example/svc/rec/ok"),
    ("another host behind a backslash", b"http://evil.example\\@{host}/svc/rec/ok"),
    ("an address", b"http://127.0.0.1:1/svc/rec/ok"),
    ("the address that clouds tell secrets at", b"http://169.254.169.254/latest/meta-data/"),
    ("a file", b"file:///etc/passwd"),
    ("a scheme nobody knows", b"gopher://{host}/svc/rec/ok"),
    ("a scheme without slashes", b"http:svc/rec/ok"),
    ("no host", b"http:///svc/rec/ok"),
    ("two slashes", b"//evil.example/svc/rec/ok"),
    ("three slashes", b"///evil.example/svc/rec/ok"),
    ("a slash and a backslash", b"/\\evil.example/svc/rec/ok"),
)

CASES = [
    *(
        Case("request line", name, get(version=version), "refuse", (400, 501, 505), everywhere=True)
        for name, version in VERSIONS
    ),
    Case("request line", "no version", b"GET {path}\r\n", "refuse", (400, 505), alone=False, everywhere=True),
    Case(
        "request line",
        "no version, with fields",
        b"GET {path}\r\n" + HEAD + b"\r\n",
        "refuse",
        (400, 505),
        everywhere=True,
    ),
    Case(
        "request line",
        "the preface of HTTP/2",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        "refuse",
        (400, 501, 505),
        everywhere=True,
    ),
    *(
        Case("request line", name, line(content), "refuse", (400, 404, 501, 505), everywhere=True)
        for name, content in MALFORMED
    ),
    *(
        Case("request line", name, line(content), "answer", (*NO_METHODS, 421), everywhere=True)
        for name, content in METHODS
    ),
    Case(
        "request line",
        "a method of 5,000 letters",
        line(b"G" * 5000 + b" {path} HTTP/1.1"),
        "refuse",
        (400, 405, 414, 431, 501),
        everywhere=True,
    ),
    Case("request line", "a first line of 1 MB", b"G" * 1_000_000, "refuse", (400, 414, 431, 501), everywhere=True),
    *(
        Case("absolute form", name, line(b"GET %b HTTP/1.1" % target), "answer", (400, 404, 421), everywhere=True)
        for name, target in ABSOLUTE
    ),
    Case(
        "absolute form",
        "our own host",
        line(b"GET http://{host}{path} HTTP/1.1"),
        "clean",
        (400, 404, 421),
        everywhere=True,
    ),
    Case(
        "absolute form",
        "our own host, and another in Host",
        b"GET http://{host}{path} HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer {token}\r\n\r\n",
        "answer",
        (400, 404, 421),
        everywhere=True,
    ),
    Case("request line", "HEAD", line(b"HEAD {path} HTTP/1.1"), "clean", (404, 405)),
    Case(
        "request line",
        "DELETE, which the contract does not have",
        line(b"DELETE {path} HTTP/1.1"),
        "answer",
        (404, 405),
    ),
    Case("request line", "HTTP/1.0", get(version=b"HTTP/1.0"), "clean", (400, 505), closes=True, everywhere=True),
    Case(
        "request line",
        "a target of 4 KB",
        get(path=b"{path}?" + b"a" * 4096),
        "passes",
        (),
        target_is(b"/ok?" + b"a" * 4096),
    ),
]
