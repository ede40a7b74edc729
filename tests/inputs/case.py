"""One bad input: its bytes, and what is right.

In the bytes `{host}`, `{token}`, `{path}` and `{post}` stand for the host that is asked, the resident's token, and
where a GET and a POST go; `{hidden}` is a whole request to be hidden in a body, `{filled}` its length, `{filled:x}` the
same in hexadecimal. What is right is one of:

- refuse: the answer is one of the statuses, nothing reaches the department, the connection closes, and what stands
  behind on the same connection is never read as a request;
- never: the same, but the head may have gone out already: the department never sees a complete message;
- clean: refused, or the department sees exactly one request that has one reading;
- answer: the answer is one of the statuses, nothing reaches the department; the connection closes or goes on cleanly;
- passes: 200, the department sees exactly one request, and `check` holds of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.harness.raw import Request

Right = Literal["refuse", "never", "clean", "answer", "passes"]
Check = Callable[[Request], None]
HEAD = b"Host: {host}\r\nAuthorization: Bearer {token}\r\n"
BYTES = b"Content-Type: application/octet-stream\r\n"
JSON = b"Content-Type: application/json\r\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`alone`: the bytes are a whole message, so that the refusal must come without more of them."""

    family: str
    name: str
    says: bytes
    right: Right
    statuses: tuple[int, ...] = (400,)
    check: Check | None = None
    alone: bool = True
    closes: bool = False
    everywhere: bool = False
    """Whether the app host must do the same: what the parser of heads decides."""

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}"


def get(more: bytes = b"", path: bytes = b"{path}", version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET " + path + b" " + version + b"\r\n" + HEAD + more + b"\r\n"


def post(more: bytes, body: bytes = b"", path: bytes = b"{post}", kind: bytes = BYTES) -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\n" + HEAD + kind + more + b"\r\n" + body


def sized(body: bytes, more: bytes = b"", path: bytes = b"{post}", kind: bytes = BYTES) -> bytes:
    """A POST with the length of its body."""
    return post(more + b"Content-Length: %d\r\n" % len(body), body, path, kind)


def body_is(body: bytes) -> Check:
    def check(request: Request) -> None:
        assert request.body == body

    return check


def target_is(target: bytes) -> Check:
    def check(request: Request) -> None:
        assert request.target == target

    return check


def lacks(*words: bytes) -> Check:
    """None of these words stands anywhere in the request's head, whatever the letters' case."""

    def check(request: Request) -> None:
        head = b"\n".join(name + b": " + value for name, value in request.fields).lower()
        assert [word for word in words if word.lower() in head] == [], head

    return check


def without(name: bytes) -> Check:
    def check(request: Request) -> None:
        assert request.all(name.decode()) == []

    return check


def both(*checks: Check) -> Check:
    def check(request: Request) -> None:
        for each in checks:
            each(request)

    return check


def names(cases: Sequence[Case]) -> list[str]:
    return [each.id for each in cases]
