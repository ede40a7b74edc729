"""Bodies that the department's contract does not have."""

import gzip

from tests.harness.bare_city import READ
from tests.harness.raw import Request
from tests.inputs.case import BYTES, HEAD, JSON, Case, body_is, post, sized

TYPED = b"/svc/rec/typed"
MEBIBYTE = 2**20
HIDDEN = b"GET /svc/rec/ok?smuggled HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
"""What `{hidden}` stands for; `{filled}` is its length, and `{filled:x}` the same as a chunk's size."""


def typed(body: bytes, kind: bytes = JSON, more: bytes = b"") -> bytes:
    return sized(body, more, TYPED, kind)


def _chunks(body: bytes, size: int = 60_000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


SCHEMA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 20},
        "count": {"type": "integer", "minimum": 0, "maximum": 10},
        "kind": {"enum": ["a", "b"]},
        "tags": {"type": "array", "maxItems": 3, "items": {"type": "string"}},
        "deep": {},
    },
}
"""The schema of `POST /typed`."""
SCOPED = {"x-onecity-scope": READ}
ANY = {**SCOPED, "requestBody": {"content": {"application/octet-stream": {}}}, "x-onecity-max-body": MEBIBYTE}
TYPED_BODY = {
    **SCOPED,
    "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}},
    "x-onecity-max-body": MEBIBYTE,
}
OPERATIONS = (
    ("GET", "/ok", "ok", SCOPED),
    ("GET", "/echo/{what}", "echo", SCOPED),
    ("POST", "/items", "items", ANY),
    ("POST", "/typed", "typed", TYPED_BODY),
    ("POST", "/forbidden", "forbidden", {**ANY, "x-onecity-scope": "records:record:erase"}),
    ("POST", "/hidden", "hidden", ANY),
    ("GET", "/undeclared", "undeclared", SCOPED),
)
"""The contract of the department of these tests."""
DECLARED = ("ok", "echo", "items", "typed", "forbidden")
AGAINST_THE_SCHEMA = (
    ("no object", b"[]"),
    ("a text", b'"name"'),
    ("null", b"null"),
    ("a number", b"1"),
    ("a member that is missing", b"{}"),
    ("a member too many", b'{"name":"x","other":1}'),
    ("a member of another type", b'{"name":1}'),
    ("a text too long", b'{"name":"' + b"x" * 21 + b'"}'),
    ("a text too short", b'{"name":""}'),
    ("a number too large", b'{"name":"x","count":11}'),
    ("a number too small", b'{"name":"x","count":-1}'),
    ("a fraction where none may be", b'{"name":"x","count":1.5}'),
    ("a number as a text", b'{"name":"x","count":"1"}'),
    ("a boolean as a number", b'{"name":"x","count":true}'),
    ("a word that is not on the list", b'{"name":"x","kind":"c"}'),
    ("a list too long", b'{"name":"x","tags":["a","b","c","d"]}'),
    ("a list of other things", b'{"name":"x","tags":[1]}'),
    ("a member called __proto__", b'{"name":"x","__proto__":{"admin":true}}'),
    ("a number beyond all", b'{"name":"x","count":1e400}'),
    ("a number of 2,000 digits", b'{"name":"x","count":' + b"9" * 2000 + b"}"),
)
NO_JSON = (
    ("nothing", b""),
    ("a space", b" "),
    ("words", b"hello"),
    ("half an object", b'{"name":'),
    ("something behind", b'{"name":"x"} x'),
    ("two objects", b'{"name":"x"}{"name":"y"}'),
    ("a comma behind", b'{"name":"x",}'),
    ("single quotes", b"{'name':'x'}"),
    ("a comment", b'{"name":"x"/* */}'),
    ("NaN", b'{"name":"x","count":NaN}'),
    ("Infinity", b'{"name":"x","count":Infinity}'),
    ("a hexadecimal number", b'{"name":"x","count":0x5}'),
    ("a nought before a number", b'{"name":"x","count":05}'),
    ("a member twice", b'{"name":"x","name":"y"}'),
    ("a member twice, once escaped", b'{"name":"x","n\\u0061me":"y"}'),
    ("a member twice, deep inside", b'{"name":"x","deep":{"a":[{"b":1,"b":2}]}}'),
    ("bytes that are no UTF-8", b'{"name":"\xff\xfe"}'),
    ("an overlong slash", b'{"name":"\xc0\xaf"}'),
    ("a surrogate in UTF-8", b'{"name":"\xed\xa0\x80"}'),
    ("UTF-16", '{"name":"x"}'.encode("utf-16")),
    ("UTF-16 without a mark", '{"name":"x"}'.encode("utf-16-le")),
    ("UTF-32", '{"name":"x"}'.encode("utf-32")),
    ("a NUL behind", b'{"name":"x"}\x00'),
    ("a control character in a text", b'{"name":"a\x01b"}'),
    ("a line break in a text", b'{"name":"a\nb"}'),
    ("a byte-order mark", b'\xef\xbb\xbf{"name":"x"}'),
    ("an escape that is none", b'{"name":"\\x41"}'),
    ("half a surrogate, escaped", b'{"name":"\\ud800"}'),
    ("a hundred thousand brackets", b'{"name":"x","deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ("a hundred thousand brackets that stay open", b"[" * 100_000),
    ("a hundred thousand braces", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    ("a thousand levels", b'{"name":"x","deep":' + b"[" * 1000 + b"]" * 1000 + b"}"),
)
MEDIA_TYPES = (
    ("none", b""),
    ("text/plain", b"Content-Type: text/plain\r\n"),
    ("a form", b"Content-Type: application/x-www-form-urlencoded\r\n"),
    ("several parts", b"Content-Type: multipart/form-data; boundary=x\r\n"),
    ("XML", b"Content-Type: application/xml\r\n"),
    ("something that ends like JSON", b"Content-Type: application/notjson\r\n"),
    ("a list", b"Content-Type: application/json, text/plain\r\n"),
    ("no subtype", b"Content-Type: application\r\n"),
    ("a type with a NUL behind a space", b"Content-Type: application/json x\r\n"),
    ("empty", b"Content-Type:\r\n"),
)
CODINGS = (
    ("gzip", b"Content-Encoding: gzip\r\n"),
    ("deflate", b"Content-Encoding: deflate\r\n"),
    ("br", b"Content-Encoding: br\r\n"),
    ("zstd", b"Content-Encoding: zstd\r\n"),
    ("gzip in capitals", b"CONTENT-ENCODING: GZIP\r\n"),
    ("gzip twice", b"Content-Encoding: gzip, gzip\r\n"),
    ("one that nobody knows", b"Content-Encoding: rot13\r\n"),
)
GOOD = b'{"name":"x"}'
BOMB = gzip.compress(b'{"name":"' + b"x" * 10_000_000 + b'"}')
REFUSED_WITH_A_BODY = (
    ("no token", b"POST {post} HTTP/1.1\r\nHost: {host}\r\n" + BYTES, (401,)),
    ("a bad token", b"POST {post} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer a.b.c\r\n" + BYTES, (401,)),
    ("an operation unknown", b"POST /svc/rec/nothing HTTP/1.1\r\n" + HEAD + BYTES, (404,)),
    ("an operation undeclared", b"POST /svc/rec/hidden HTTP/1.1\r\n" + HEAD + BYTES, (403,)),
    ("an upstream unknown", b"POST /svc/nobody/x HTTP/1.1\r\n" + HEAD + BYTES, (404,)),
    ("a path that climbs", b"POST /svc/rec/../items HTTP/1.1\r\n" + HEAD + BYTES, (400, 404)),
    ("a wrong media type", b"POST /svc/rec/typed HTTP/1.1\r\n" + HEAD + BYTES, (415,)),
    ("an expectation", b"POST {post} HTTP/1.1\r\n" + HEAD + BYTES + b"Expect: bananas\r\n", (417,)),
    ("a method that is not there", b"PUT {post} HTTP/1.1\r\n" + HEAD + BYTES, (404, 405)),
    ("a scope that the resident did not give", b"POST /svc/rec/forbidden HTTP/1.1\r\n" + HEAD + BYTES, (403,)),
    ("a body where none is taken", b"GET /svc/rec/ok HTTP/1.1\r\n" + HEAD + BYTES, (400, 413, 415, 422)),
)
"""Refused for another reason, with a body that looks like a request: it is never read as one."""


def _with_body(head: bytes) -> bytes:
    return head + b"Content-Length: {filled}\r\n\r\n{hidden}"


def _with_chunk(head: bytes) -> bytes:
    return head + b"Transfer-Encoding: chunked\r\n\r\n{filled:x}\r\n{hidden}\r\n0\r\n\r\n"


def _typed_as_sent(request: Request) -> None:
    assert request.target == b"/typed"


CASES = [
    *(Case("body", f"against the schema: {name}", typed(body), "answer", (422,)) for name, body in AGAINST_THE_SCHEMA),
    *(Case("body", f"no JSON: {name}", typed(body), "answer", (400, 422)) for name, body in NO_JSON),
    *(Case("body", f"media type: {name}", typed(GOOD, kind), "answer", (415,)) for name, kind in MEDIA_TYPES),
    *(
        Case("body", f"coding: {name}", typed(gzip.compress(GOOD), JSON, coding), "answer", (415,))
        for name, coding in CODINGS
    ),
    Case("body", "a bomb of 10 MB in 10 KB", typed(BOMB, JSON, b"Content-Encoding: gzip\r\n"), "answer", (415,)),
    Case(
        "body",
        "a length of 100 MB where 1 MB is allowed",
        post(b"Content-Length: 100000000\r\n", b"x"),
        "refuse",
        (413,),
    ),
    Case("body", "a byte more than 1 MB", sized(b"x" * (MEBIBYTE + 1)), "answer", (413,)),
    Case(
        "body",
        "2 MB in chunks where 1 MB is allowed",
        post(b"Transfer-Encoding: chunked\r\n", _chunks(b"x" * 2 * MEBIBYTE)),
        "answer",
        (413,),
    ),
    Case(
        "body",
        "a chunk of 100 MB where 1 MB is allowed",
        post(b"Transfer-Encoding: chunked\r\n", b"5F5E100\r\nx"),
        "never",
        (408, 413),
    ),
    Case(
        "body",
        "2 MB of JSON where 1 MB is allowed",
        typed(b'{"name":"' + b"x" * 2 * MEBIBYTE + b'"}'),
        "answer",
        (413,),
    ),
    Case(
        "body",
        "JSON in chunks",
        post(b"Transfer-Encoding: chunked\r\n", _chunks(GOOD, 3), TYPED, JSON),
        "passes",
        (),
        body_is(GOOD),
    ),
    Case(
        "body",
        "JSON as it should be",
        typed(b'{"name":"\\u4e2d","count":3}'),
        "passes",
        (),
        body_is(b'{"name":"\\u4e2d","count":3}'),
    ),
    Case(
        "body",
        "JSON with a charset",
        typed(GOOD, b"Content-Type: application/json; charset=utf-8\r\n"),
        "passes",
        (),
        body_is(GOOD),
    ),
    Case(
        "body",
        "JSON in another charset",
        typed(GOOD, b"Content-Type: application/json; charset=utf-7\r\n"),
        "clean",
        (400, 415),
    ),
    Case(
        "body",
        "the type of JSON in capitals",
        typed(GOOD, b"Content-Type: Application/JSON\r\n"),
        "passes",
        (),
        _typed_as_sent,
    ),
    Case("body", "the type twice", typed(GOOD, JSON + b"Content-Type: text/html\r\n"), "clean", (400, 415)),
    Case("body", "the other type first", typed(GOOD, b"Content-Type: text/html\r\n" + JSON), "clean", (400, 415)),
    Case("body", "the coding identity", typed(GOOD, JSON, b"Content-Encoding: identity\r\n"), "clean", (415,)),
    Case("body", "1 MB exactly", sized(b"x" * MEBIBYTE), "passes", (), body_is(b"x" * MEBIBYTE)),
    *(
        Case("body", f"a request inside the body of {name}", _with_body(head), "answer", statuses)
        for name, head, statuses in REFUSED_WITH_A_BODY
    ),
    *(
        Case(
            "body",
            f"a request inside a chunk of {name}",
            _with_chunk(head),
            "answer",
            statuses,
        )
        for name, head, statuses in REFUSED_WITH_A_BODY
    ),
]
