"""What each stage of a call costs: the lane's own functions called in process, in microseconds of the processor.

Needs a city in a folder, made and filled by the bench; nothing serves meanwhile. The small pieces (limits, breaker, …),
the contract's checks and the ledger's appends are timed by the scripts beside this one, and their lines taken over.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from bench.city import City, running_city
from bench.processes import ROOT, WORK, upstream
from bench.residents import move_in, tokens_of
from core.clock import SystemClock
from core.ids import UpstreamId
from core.telemetry import Metrics, configure_logs
from gateway.composition import City as Services
from gateway.hosts import Hosts
from gateway.lifespan import Parts, lifespan_of
from gateway.proxy.access_log import AccessLog
from gateway.proxy.answer import answer_of
from gateway.proxy.door import Door
from gateway.proxy.head import block_of, line_of
from gateway.proxy.limits import take_all
from gateway.settings import Settings

ROUNDS, CALLS, FIRST_CALLS = 5, 5_000, 200
_SCRIPT_SECONDS = 120
_FEED_SECONDS = 1.5
"""Until the change feed was read, without which nothing is believed from memory."""
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1024\r\nCache-Control: no-store\r\n"
_LINE = b"GET /svc/bench/records?zone=7 HTTP/1.1"
HEADER = ["stage", "µs"]
Stage = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the stages work on."""

    city: City
    services: Services
    door: Door
    token: str
    tokens: list[str]
    """Tokens that nobody has verified so far."""

    @property
    def block(self) -> bytes:
        """The header fields of one call, as wrk.lua sends them."""
        fields = {
            "Host": self.city.host,
            "Accept": "application/json",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "User-Agent": "Mozilla/5.0 (Linux; Android 14) OneCity/1.0",
            "Authorization": f"Bearer {self.token}",
        }
        return b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())


def measured(*, quick: bool) -> list[list[str]]:
    """The table's lines."""
    found = asyncio.run(_measured())
    if not quick:
        found += [*_ledger(), *_told("bench/pieces.py", "--rounds", "3"), *_told("bench/contract.py")]
    return [[name, f"{cost:,.2f}"] for name, cost in found]


async def _measured() -> list[Stage]:
    with upstream() as port, running_city(WORK / "stages", {"bench": port}) as city:
        cookies = move_in(city, FIRST_CALLS)
        token = tokens_of(city, cookies[:1])[0]
        fresh = tokens_of(city, cookies[1:])
    with _environment(city):
        settings = Settings()
    parts = Parts()
    async with lifespan_of(settings, SystemClock(), Metrics(), dict, parts)(Starlette()):
        assert parts.city
        assert parts.door
        prepared = Prepared(city, parts.city, parts.door, token, fresh)
        return [*_heads(prepared), *await _gate(prepared), *_answers(prepared)]


@contextmanager
def _environment(city: City) -> Iterator[None]:
    """The city's settings in this process's environment, for as long as they are read."""
    kept = dict(os.environ)
    os.environ.update(city.environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _heads(prepared: Prepared) -> Iterator[Stage]:
    door, block = prepared.door, prepared.block
    hosts = Hosts.of(prepared.city.origin, f"localhost:{prepared.city.port}")
    yield "head, read before: line and fields found", timed(lambda: door.block(block, door.line(_LINE)))
    yield "request line, read for the first time", timed(lambda: line_of(_LINE))
    yield "header fields, read for the first time", timed(lambda: block_of(block, hosts))
    yield "request id and traceparent", timed(lambda: (door.new_request_id(), door.traceparent(None)))


async def _gate(prepared: Prepared) -> list[Stage]:
    door, services = prepared.door, prepared.services
    identity = services.identity
    await asyncio.sleep(_FEED_SECONDS)
    line, block = door.line(_LINE), door.block(prepared.block, door.line(_LINE))
    seen = await door.gate.find(line, block)
    audience = f"http://{prepared.city.host}"
    claims = identity.verified_tokens.known(prepared.token, audience, time.time())
    assert claims
    assert door.gate.known(line, block, door.now())
    found = [
        ("the pass, known", timed(lambda: door.gate.known(line, block, door.now()))),
        (
            "token, verified before",
            timed(lambda: identity.verified_tokens.known(prepared.token, audience, time.time())),
        ),
        ("standing, known", timed(lambda: identity.standings.known(claims.handle, door.now()))),
        ("three limits", timed(lambda: take_all(seen[0].buckets, door.now()))),
    ]
    return found + await _first_calls(prepared)


async def _first_calls(prepared: Prepared) -> list[Stage]:
    """What a resident's first call costs, half of the tokens for each."""
    door, known = prepared.door, prepared.token.encode()
    line = door.line(_LINE)
    half = len(prepared.tokens) // 2
    audience = f"http://{prepared.city.host}"
    blocks = [door.block(prepared.block.replace(known, token.encode()), line) for token in prepared.tokens[half:]]
    verify = prepared.services.identity.verified_tokens.verify
    return [
        (
            "token, verified for the first time",
            await first([verify(token, audience) for token in prepared.tokens[:half]]),
        ),
        (
            "all of a resident's first call: asked for and signed",
            await first([door.gate.find(line, each) for each in blocks]),
        ),
    ]


def _answers(prepared: Prepared) -> Iterator[Stage]:
    figures = prepared.door.figures.of(UpstreamId("bench"))
    configure_logs("json")
    log = AccessLog("json", "/svc/{upstream}/{path}")
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        yield "a line of the access log", timed(lambda: log.write(b"0" * 26, "GET", 200, 0.001))
        log.flush()
    yield "answer's head, read for the first time", timed(lambda: answer_of(_ANSWER))
    yield "figures", timed(lambda: figures.answered(200, 0.001))


def timed(call: Callable[[], object]) -> float:
    """Microseconds of the processor for one call: the least of some rounds, the empty loop taken off."""
    least, empty = (min(_round(each) for _ in range(ROUNDS)) for each in (call, _nothing))
    return max(0.0, (least - empty) / CALLS * 1e6)


def _round(call: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - began


def _nothing() -> None:
    """What the loop itself costs."""


async def first(calls: Sequence[Awaitable[object]]) -> float:
    """The same for what can be done only once: the mean over some."""
    began = time.process_time()
    for call in calls:
        await call
    return (time.process_time() - began) / len(calls) * 1e6


def _told(script: str, *options: str) -> list[Stage]:
    """The lines `1.23 µs  name` that a script of the bench prints."""
    lines = re.findall(r"([\d.]+) µs  (.+)", _printed(ROOT / script, *options))
    return [(f"{Path(script).stem}: {name}", float(cost)) for cost, name in lines]


def _ledger() -> list[Stage]:
    """Of the table that ledger_append prints: so many calls at once, and what an entry costs then."""
    rows = re.findall(r"\| (\d+) \| ([\d.]+) \|", _printed("-m", "bench.ledger_append", "--entries", "10000"))
    return [(f"ledger: an entry, {width} calls at once", float(cost)) for width, cost in rows]


def _printed(*arguments: str | Path) -> str:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=_SCRIPT_SECONDS).stdout
