"""Requests that can each be sent once, on so many connections at once, and what came of them.

wrk sends the same requests over and over; a code, a grant or a refresh token is good for one. Run as a program of its
own on the loader's core, `python -m bench.rush PORT FILE CONNECTIONS RATE FROM`; FILE holds a request a line, as JSON.
RATE 0: as fast as they are answered. Otherwise requests leave at a fixed mean rate, and count from when they were due.
FROM: the loopback address to come from.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import LOADER_CORE, Meter, on_core
from bench.processes import ROOT, WORK

_LONGEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Rush:
    """Answers a second, latencies in milliseconds, CPU of the server in milliseconds a request, answers by status."""

    rate: float
    p50: float
    p99: float
    cpu: float
    statuses: Mapping[str, int]


def rush(  # noqa: PLR0913 - what a load is
    pid: int, port: int, requests: Sequence[str], connections: int, *, rate: float = 0, source: str = "127.0.0.1"
) -> Rush:
    """Send all of `requests`; see the module."""
    with rushing(port, requests, connections, rate=rate, source=source) as running:
        meter = Meter(pid)
        said, _ = running.communicate(timeout=_LONGEST_SECONDS)
        spent = meter.read()
    found: dict[str, Any] = json.loads(said)
    return Rush(found["rate"], found["p50"], found["p99"], spent.cpu * 1000 / len(requests), found["statuses"])


@contextmanager
def rushing(
    port: int, requests: Sequence[str], connections: int, *, rate: float = 0, source: str = "127.0.0.1"
) -> Iterator[subprocess.Popen[str]]:
    """The loader under way; ended if it is not over by itself."""
    file = WORK / f"rush.{port}.{time.monotonic_ns()}"
    file.write_text("\n".join(map(json.dumps, requests)))
    command = [*on_core(LOADER_CORE), sys.executable, "-m", "bench.rush", str(port), str(file), str(connections)]
    running = subprocess.Popen(
        [*command, str(rate), source],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
        file.unlink()


def request(method: str, path: str, host: str, body: object, headers: Mapping[str, str]) -> str:
    """One request; `body` is sent as JSON, or as it is where it is text (a form)."""
    text = body if isinstance(body, str) else json.dumps(body)
    media = "application/x-www-form-urlencoded" if isinstance(body, str) else "application/json"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", f"Content-Type: {media}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(text.encode())}", "", text])


async def _all(port: int, requests: list[bytes], connections: int, rate: float, source: str) -> dict[str, Any]:
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    times: list[float] = []
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    due = began
    for each in requests:
        due += random.expovariate(rate) if rate else 0.0
        waiting.put_nowait((due, each))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        while not waiting.empty():
            when, each = waiting.get_nowait()
            if rate:
                await asyncio.sleep(max(0.0, when - time.perf_counter()))
            started = when if rate else time.perf_counter()
            writer.write(each)
            statuses[await _status(reader)] += 1
            times.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    times.sort()
    return {
        "rate": len(times) / (time.perf_counter() - began),
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
        "statuses": statuses,
    }


async def _status(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    return head[9:12].decode()


def main() -> None:
    port, file, connections, rate = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    requests = [json.loads(line).encode() for line in file.read_text().splitlines()]
    print(json.dumps(asyncio.run(_all(port, requests, connections, rate, sys.argv[5]))))


if __name__ == "__main__":
    main()
