"""One loaded run against one gateway, and what came of it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from bench.machine import LOADER_CORE, Meter, on_core
from bench.processes import ROOT, WORK, compiled

CONNECTIONS = 64
_WRK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway that runs, and how it is called; `environment` is wrk.lua's."""

    title: str
    pid: int
    port: int
    host: str
    path: str
    tokens: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """CPU of the gateway in milliseconds for 1,000 calls, infinite where none was answered; times in microseconds.

    `disturbed` is a share.
    """

    cpu: float
    rate: float
    p50: float
    p99: float
    refused: int
    errors: int
    disturbed: float


def loaded(target: Target, seconds: float, connections: int = CONNECTIONS) -> Run:
    """As many calls as the gateway answers, on `connections` at once (wrk, closed loop)."""
    meter = Meter(target.pid)
    done = _wrk(target, seconds, connections)
    spent = meter.read()
    requests = done["requests"]
    return Run(
        cpu=spent.cpu * 1e6 / requests if requests else inf,
        rate=requests / (done["duration_us"] / 1e6),
        p50=done["p50_us"],
        p99=done["p99_us"],
        refused=done["refused"],
        errors=done["socket_errors"],
        disturbed=spent.disturbed,
    )


def _wrk(target: Target, seconds: float, connections: int) -> dict[str, Any]:
    with wrk_started(target, seconds, connections) as running:
        return wrk(running)


@contextmanager
def wrk_started(target: Target, seconds: float, connections: int) -> Iterator[subprocess.Popen[str]]:
    """A loaded run under way; ended if it is not over by itself."""
    settings = {"HOST": target.host, "PATH_AND_QUERY": target.path, "TOKENS": str(target.tokens)}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s"]
    script = ["-s", str(ROOT / "bench" / "wrk.lua"), f"http://127.0.0.1:{target.port}"]
    running = subprocess.Popen(
        [*on_core(LOADER_CORE), *command, *script],
        env={**os.environ, **settings, **target.environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()


def wrk(running: subprocess.Popen[str]) -> dict[str, Any]:
    """What wrk.lua told at the end."""
    said, _ = running.communicate(timeout=_WRK_SECONDS)
    line = next(each for each in said.splitlines() if each.startswith("JSON "))
    found: dict[str, Any] = json.loads(line[5:])
    return found


def paced(target: Target, rate: float, seconds: float, connections: int = CONNECTIONS) -> dict[str, float]:
    """Calls at a fixed mean rate whatever the answers do (paced.c); latencies from the moment each was due."""
    requests = WORK / f"requests.{target.port}"
    requests.write_bytes(b"".join(map(_request(target), target.tokens.read_text().split())))
    program = [str(compiled("paced.c", "-lm")), str(target.port), str(requests)]
    done = subprocess.run(
        [*on_core(LOADER_CORE), *program, f"{rate:.0f}", str(connections), f"{seconds}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _request(target: Target) -> Any:
    head = (
        f"GET {target.path} HTTP/1.1\r\nHost: {target.host}\r\nAccept: application/json\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14) OneCity/1.0\r\n"
    )
    return lambda token: f"{head}Authorization: Bearer {token}\r\n\r\n".encode()
