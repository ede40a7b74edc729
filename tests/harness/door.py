"""The scene of the tests of the data path: a gateway, a department that keeps every byte, a resident with a token."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.bare_city import READ, BareCity, bare_city, document
from tests.harness.raw import Answer, Recorder, Request, Say, Wire, answered, answers_in, plainly, recording
from tests.harness.resident import Resident

WITHIN = 6.0
"""Seconds within which a refusal must be there and the connection closed."""
_TOKEN_SECONDS = 300
NEVER_GIVEN = "records:record:erase"
"""A scope that the service asks for and the resident does not agree to."""
UNLIMITED = {
    "ONECITY_PROXY__DEADLINES__BODY": "3",
    "ONECITY_AUTH__MINI_TOKEN_SECONDS": "600",
    "ONECITY_PROXY__LIMITS__RESIDENT": '{"calls": 1000000, "seconds": 60}',
    "ONECITY_PROXY__BREAKER__MINIMUM": "1000000",
}
"""Neither limits nor breaker have a say in these tests; bodies that stop are given up soon."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one connection got, and what the department heard meanwhile."""

    answers: list[Answer]
    rest: bytes
    closed: bool
    heard: list[Request]
    unreadable: list[str]

    @property
    def finals(self) -> list[Answer]:
        return [each for each in self.answers if each.status >= 200]

    @property
    def statuses(self) -> list[int]:
        return [each.status for each in self.finals]

    def __repr__(self) -> str:
        """For a failing test: no tokens, no pages."""
        heard = [(each.method, each.target[:60], len(each.body)) for each in self.heard]
        said = [(each.status, each.body[:120]) for each in self.finals]
        return f"{said} {'closed' if self.closed else 'open'}; rest {self.rest[:60]!r}; heard {heard} {self.unreadable}"


class Scene:
    """One service, `hello`, of one resident; its upstreams lead to one recorder."""

    def __init__(self, city: BareCity, recorder: Recorder, resident: Resident) -> None:
        self.city = city
        self.recorder = recorder
        self.resident = resident
        self._token = ("", 0.0)
        self._numbers = itertools.count()

    @property
    def token(self) -> str:
        """A good token, never one about to end."""
        if time.monotonic() - self._token[1] > _TOKEN_SECONDS:
            self._token = (self.resident.token("hello"), time.monotonic())
        return self._token[0]

    @property
    def host(self) -> str:
        return f"hello.localhost:{self.city.port}"

    def fill(self, content: bytes, *, app: bool = False) -> bytes:
        """The bytes of a case for a host; see tests/inputs/case.py for what stands for what."""
        host = f"localhost:{self.city.port}" if app else self.host
        for mark, value in (
            (b"{host}", host.encode()),
            (b"{HOST}", host.upper().encode()),
            (b"{token}", self.token.encode()),
            (b"{path}", b"/healthz" if app else b"/svc/rec/ok"),
            (b"{post}", b"/api/v1/sign-in/codes" if app else b"/svc/rec/items"),
            (b"localhost.evil", b"localhost:%d.evil" % self.city.port),
        ):
            content = content.replace(mark, value)
        return self._hide(content, app=app) if b"{hidden}" in content else content

    def _hide(self, content: bytes, *, app: bool) -> bytes:
        hidden = self.canary(app=app).replace(b"canary", b"smuggled")
        for mark, value in (
            (b"{hidden}", hidden),
            (b"{filled}", b"%d" % len(hidden)),
            (b"{filled:x}", b"%x" % len(hidden)),
        ):
            content = content.replace(mark, value)
        return content

    def canary(self, *, app: bool = False) -> bytes:
        """A request of the resident's own; it is recognised by its query."""
        return self.get("{path}?canary", app=app)

    def get(self, target: str, more: str = "", *, app: bool = False) -> bytes:
        head = f"GET {target} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n{more}\r\n"
        return self.fill(head.encode(), app=app)

    def sends(
        self,
        content: bytes,
        until: Callable[[bytes], bool] | None = None,
        *,
        seconds: float = WITHIN,
        ends: bool = False,
    ) -> Outcome:
        """Say it on a connection of its own, hear until it closes or `until` holds. `ends`: the client ends first."""
        self.recorder.forget()
        with Wire(self.city.port) as wire:
            wire.say(content, seconds)
            if ends:
                wire.end_sending()
            wire.hear(seconds, until)
            received, closed = wire.received, wire.closed
        self.settle()
        return self.outcome(received, closed=closed, methods=[content.partition(b" ")[0]])

    def outcome(self, received: bytes, *, closed: bool, methods: Sequence[bytes] = ()) -> Outcome:
        answers, rest = answers_in(received, methods, ended=closed)
        heard = [each for each in self.recorder.requests() if b"fence" not in each.target]
        return Outcome(answers, rest, closed, heard, self.recorder.unreadable())

    def settle(self) -> None:
        """A call of our own: when it has passed, whatever a case set off has passed as well."""
        fence = self.canary().replace(b"canary", b"fence%d" % next(self._numbers))
        with Wire(self.city.port) as wire:
            wire.say(fence)
            wire.hear(WITHIN, answered())
            assert wire.received.startswith(b"HTTP/1.1 200 "), wire.received[:500]


@contextmanager
def scene(  # noqa: PLR0913 - each is a part of the scene
    folder: Path,
    operations: Sequence[tuple[str, str, str, Mapping[str, Any]]],
    declared: Sequence[str],
    *,
    upstream: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    say: Say = plainly,
) -> Iterator[Scene]:
    """`rec` and `other` are upstreams at one recorder; the service may call `declared` of `rec`, for READ."""
    with recording(say) as recorder:
        entry = {"openapi": document(*operations), "address": recorder.address, **(upstream or {})}
        settings = {**UNLIMITED, **(environment or {})}
        with bare_city(folder, {"rec": entry, "other": entry}, environment=settings) as city:
            city.publish("hello", {"rec": declared}, [READ, NEVER_GIVEN])
            with Resident(city) as resident:
                resident.signs_in().agrees("hello", [READ])
                yield Scene(city, recorder, resident)
