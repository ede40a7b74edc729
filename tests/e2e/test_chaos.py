"""Departments that answer slowly, wrongly, not at all, die mid-body and are killed, under load; and one that is well.

ONECITY_CHAOS_SECONDS is how long (10 by default). The figures are printed at the end of the run.
"""

import asyncio
import json
import os
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.harness.bare_city import READ, BareCity, bare_city, document
from tests.harness.city import ROOT
from tests.harness.door import UNLIMITED
from tests.harness.ports import free_port, wait_for_port
from tests.harness.raw import Unreadable, answer_in
from tests.harness.resident import Resident

SECONDS = float(os.environ.get("ONECITY_CHAOS_SECONDS", "10"))
QUIET_SECONDS = 3.0
CLIENTS = 14
KEYED_TRIES = 6
FIRST_BYTE, TOTAL = 1.0, 3.0
HUNG = TOTAL + 4.0
"""Seconds after which a call without an end is hung: queue, connection, and a busy machine included."""
BUSY_MACHINE = 0.3
"""Seconds that a call may take where the clients share two cores with the rest of the tests; others wait a second."""
MODES = ("slow", "wrong", "silent", "dying", "mixed", "killed")
SEED = 20_261_126
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(int(SECONDS) + 120)]
OPERATIONS = (
    ("GET", "/x/{what}", "ask", {"x-onecity-scope": READ}),
    (
        "POST",
        "/x/{what}",
        "send",
        {"x-onecity-scope": READ, "requestBody": {"content": {"application/octet-stream": {}}}},
    ),
)
LIMITS = {
    **{name: value for name, value in UNLIMITED.items() if "BREAKER" not in name},
    "ONECITY_PROXY__BREAKER__OPEN_LIMIT": "4",
    "ONECITY_PROXY__DEADLINES__IDLE_UPSTREAM": "2",
}


class Process:
    """A chaotic department that can be killed and comes back on the same port."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self._log = log
        self._lives = 0
        self.start()

    def start(self) -> None:
        self._lives += 1
        command = [sys.executable, "-m", "tests.harness.chaotic_department", str(self.port), str(self._log)]
        self._process = subprocess.Popen([*command, str(self._lives)], cwd=ROOT)  # noqa: S603 - our own
        wait_for_port(self.port)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def lines(self, kind: str) -> Counter[str]:
        return Counter(line.split()[1] for line in self._log.read_text().splitlines() if line.startswith(kind))


@dataclass
class Seen:
    """What the clients saw."""

    statuses: Counter[str] = field(default_factory=Counter)
    hung: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    healthy: list[float] = field(default_factory=list)
    healthy_failed: list[str] = field(default_factory=list)
    answered_keys: dict[str, set[bytes]] = field(default_factory=dict)


@dataclass
class Stage:
    city: BareCity
    token: str
    chaotic: Process
    healthy: Process

    def request(self, method: str, upstream: str, what: str, key: str = "") -> bytes:
        body = b"x" * 300 if method == "POST" else b""
        keyed = f"Idempotency-Key: {key}\r\n" if key else ""
        length = f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n" if body else ""
        head = (
            f"{method} /svc/{upstream}/x/{what} HTTP/1.1\r\nHost: hello.localhost:{self.city.port}\r\n"
            f"Authorization: Bearer {self.token}\r\n{keyed}{length}\r\n"
        )
        return head.encode() + body


@contextmanager
def _departments(folder: Path) -> Iterator[tuple[Process, Process, Process]]:
    processes = [Process(folder / f"{name}.log") for name in ("chaotic", "killed", "healthy")]
    try:
        yield processes[0], processes[1], processes[2]
    finally:
        for each in processes:
            each.kill()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Stage, Process]]:
    with _departments(tmp_path) as (chaotic, killed, healthy):
        timeouts = {"connect_seconds": 1, "first_byte_seconds": FIRST_BYTE, "total_seconds": TOTAL}
        addresses = {
            **{mode: f"http://127.0.0.1:{chaotic.port}/{mode}" for mode in MODES[:-1]},
            "killed": f"http://127.0.0.1:{killed.port}/mixed",
            "healthy": f"http://127.0.0.1:{healthy.port}/well",
        }
        openapi = document(*OPERATIONS)
        upstreams = {name: {"openapi": openapi, "address": at, **timeouts} for name, at in addresses.items()}
        with bare_city(tmp_path, upstreams, environment=LIMITS) as city:
            city.publish("hello", {name: ["ask", "send"] for name in addresses})
            with Resident(city) as resident:
                resident.signs_in().agrees("hello")
                token = resident.token("hello")
            yield Stage(city, token, chaotic, healthy), killed


class Client:
    """One connection at a time, kept where the gateway keeps it."""

    def __init__(self, stage: Stage, seen: Seen) -> None:
        self._stage = stage
        self._seen = seen
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, content: bytes, name: str) -> tuple[str, bytes]:
        """Its outcome (a status, or `cut`) and its body; a call without an end is noted as hung."""
        try:
            async with asyncio.timeout(HUNG):
                outcome, body = await self._exchange(content)
        except TimeoutError:
            self._seen.hung.append(name)
            outcome, body = "hung", b""
        if outcome in {"cut", "hung", "gone"}:
            self.close()
        self._seen.statuses[f"{name} {outcome}"] += 1
        return outcome, body

    async def _exchange(self, content: bytes) -> tuple[str, bytes]:
        reader, writer = self._streams or await self._connect()
        received = b""
        try:
            writer.write(content)
            while True:
                more = await reader.read(65536)
                received += more
                found = answer_in(received, ended=False)
                if found:
                    if found[0].all("connection") == [b"close"]:
                        self.close()
                    return str(found[0].status), found[0].body
                if not more:
                    return ("cut" if received else "gone"), b""
        except Unreadable as wrong:
            self._seen.strange.append(str(wrong))
            return "cut", b""
        except ConnectionError:
            return "cut", b""

    async def leaves(self, content: bytes) -> None:
        """Ask and go away."""
        self.close()
        _, writer = await self._connect()
        writer.write(content)
        await asyncio.sleep(0.05)
        self.close()
        self._seen.statuses["left"] += 1

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection("127.0.0.1", self._stage.city.port)
        return self._streams

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
            self._streams = None


async def _quarrel(stage: Stage, seen: Seen, number: int, until: float) -> None:
    """One client of the bad departments."""
    chance, client, count = random.Random(SEED + number), Client(stage, seen), 0  # noqa: S311 - a plan, no secret
    while time.monotonic() < until:
        count += 1
        mode, what = chance.choice(MODES), f"{number}-{count}"
        kind = chance.random()
        if kind < 0.1:
            await client.leaves(stage.request("GET", mode, what))
        elif kind < 0.35:
            await _keyed(stage, seen, client, mode, f"key-{what}")
        else:
            _, body = await client.call(stage.request("GET", mode, what), f"{mode} GET")
            if body.startswith(b'{"target"') and f"/x/{what}".encode() not in body:
                seen.strange.append(f"{what} got {body!r}")
        await asyncio.sleep(0.002)
    client.close()


async def _keyed(stage: Stage, seen: Seen, client: Client, mode: str, key: str) -> None:
    """A write, repeated under its key until it is answered; and once more, which must change nothing."""
    for _ in range(KEYED_TRIES):
        outcome, body = await client.call(stage.request("POST", mode, "w", key), f"{mode} POST")
        if outcome == "200":
            seen.answered_keys.setdefault(key, set()).add(body)
            again, repeated = await client.call(stage.request("POST", mode, "w", key), f"{mode} POST")
            if again == "200":
                seen.answered_keys[key].add(repeated)
            return
        await asyncio.sleep(0.05)


async def _is_well(stage: Stage, into: list[float], seen: Seen, until: float) -> None:
    client, count = Client(stage, seen), 0
    while time.monotonic() < until:
        count += 1
        started = time.monotonic()
        outcome, body = await client.call(stage.request("GET", "healthy", f"h{count}"), "healthy GET")
        into.append(time.monotonic() - started)
        if outcome != "200" or f"/x/h{count}".encode() not in body:
            seen.healthy_failed.append(f"{outcome} {body[:100]!r}")
        await asyncio.sleep(0.01)
    client.close()


async def _kills(killed: Process, until: float) -> int:
    kills = 0
    while time.monotonic() + 1 < until:
        await asyncio.sleep(1.5)
        await asyncio.to_thread(killed.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(killed.start)
        kills += 1
    return kills


async def _everything(stage: Stage, killed: Process, seen: Seen) -> int:
    quiet = time.monotonic() + QUIET_SECONDS
    await asyncio.gather(*(_is_well(stage, seen.quiet, seen, quiet) for _ in range(2)))
    until = time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as group:
        kills = group.create_task(_kills(killed, until))
        for number in range(CLIENTS):
            group.create_task(_quarrel(stage, seen, number, until))
        for _ in range(2):
            group.create_task(_is_well(stage, seen.healthy, seen, until))
    return kills.result()


def test_departments_in_chaos_hurt_nobody_but_themselves(
    stage: tuple[Stage, Process], capsys: pytest.CaptureFixture[str]
) -> None:
    scene, killed = stage
    city, seen = scene.city, Seen()
    descriptors = _descriptors(city.pid)
    kills = asyncio.run(_everything(scene, killed, seen))
    held = _held_after(city, 10)
    with capsys.disabled():
        print(_report(seen, kills, held))  # noqa: T201 - the figures of the run

    assert seen.hung == [], "no hung client"
    assert seen.strange == [], "nobody got what was another's, or what is no HTTP"
    assert held == {}, "no leaked connection, place or task"
    assert _descriptors(city.pid) <= descriptors + 10
    for process in (scene.chaotic, killed):
        assert {key: count for key, count in process.lines("E").items() if count > 1} == {}, "each effect once"
    assert {key: bodies for key, bodies in seen.answered_keys.items() if len(bodies) > 1} == {}
    assert _sent_after_their_answer(seen, scene.chaotic.lines("A") + killed.lines("A")) == []
    assert seen.healthy_failed == []
    assert _p99(seen.healthy) <= max(3 * _p99(seen.quiet), BUSY_MACHINE)
    assert _written(city) >= sum(count for name, count in seen.statuses.items() if name.endswith(" 200"))
    assert city.onecity("ledger", "verify")


def _sent_after_their_answer(seen: Seen, arrivals: Counter[str]) -> list[str]:
    """Keys that came to the department again, though the client had its answer."""
    return [
        key
        for key, bodies in seen.answered_keys.items()
        if json.loads(next(iter(bodies))).get("arrival", arrivals[key]) != arrivals[key]
    ]


def _held_after(city: BareCity, seconds: float) -> dict[str, float]:
    """The gauges that should be at nought when nobody calls, and are not, at the end of so many seconds."""
    deadline = time.monotonic() + seconds
    while held := _held(city.metrics()):
        if time.monotonic() > deadline:
            return held
        time.sleep(0.2)
    return {}


def _held(metrics: str) -> dict[str, float]:
    names = "client_connections|calls_under_way|call_tasks|upstream_calls|upstream_queue|upstream_connections"
    found = re.findall(rf'^(onecity_(?:{names})(?:{{upstream="[a-z]+"}})?) ([0-9.e+]+)$', metrics, re.MULTILINE)
    assert len(found) > len(MODES)
    return {name: float(value) for name, value in found if float(value)}


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _written(city: BareCity) -> int:
    with sqlite3.connect(city.folder / "data" / "city.db") as database:
        count = int(database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
    database.close()
    return count


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


def _report(seen: Seen, kills: int, held: dict[str, float]) -> str:
    calls = sum(seen.statuses.values())
    by = Counter[str]()
    for name, count in seen.statuses.items():
        by[name] += count
    lines = [f"\nchaos: {SECONDS:g} s, {calls} calls of {CLIENTS + 2} clients, a department killed {kills} times"]
    for mode in (*MODES, "healthy"):
        for method in ("GET", "POST"):
            got = {name: count for name, count in by.items() if name.startswith(f"{mode} {method}")}
            lines += (
                [f"  {mode}: " + ", ".join(f"{n.split()[-1]} × {c}" for n, c in sorted(got.items()))] if got else []
            )
    lines.append(f"  left: {by['left']}; hung: {len(seen.hung)}; held afterwards: {held or 'nothing'}")
    lines.append(f"  keyed writes answered: {len(seen.answered_keys)}")
    quiet, busy = (
        f"p50 {statistics.median(s) * 1000:.1f} ms, p99 {_p99(s) * 1000:.1f} ms" for s in (seen.quiet, seen.healthy)
    )
    lines.append(f"  healthy department: quiet {quiet}; in the chaos {busy}; failed {len(seen.healthy_failed)}")
    return "\n".join(lines)
