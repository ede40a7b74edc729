"""What ten thousand idle connections and a slow department cost a running gateway."""

import statistics
import time
from dataclasses import dataclass, replace

from bench.compare import Work
from bench.load import Target, paced, wrk, wrk_started
from bench.machine import resident_bytes
from bench.raw import answered, opened, request_of

SLOW = Work("slow", "a department that takes 2 s", "/svc/slow/slow")
_UNTIL_UNDER_WAY = 4.0
_TURNS = 3


@dataclass(frozen=True, slots=True)
class Idle:
    """Connections that had one call each and wait for the next; `lost` are those that failed it."""

    connections: int
    bytes_each: float
    lost: int


def idle(target: Target, count: int) -> Idle:
    """Open connections and have each answered at once, see what they hold in memory; then ask some of them again."""
    request = request_of(target)
    with opened(target.port) as connect:
        warm = [connect() for _ in range(64)]
        assert all(answered(each, request) for each in warm)
        before = resident_bytes(target.pid)
        connections = []
        lost = 0
        for _ in range(count):
            connections.append(connect())
            lost += not answered(connections[-1], request)
        held = resident_bytes(target.pid) - before
        lost += sum(not answered(each, request) for each in connections[:: max(1, count // 500)])
    return Idle(count, held / count, lost)


@dataclass(frozen=True, slots=True)
class Slow:
    """Another department's p50 and p99 in ms, quiet and while `calls` of the slow one are under way all the time."""

    concurrent: int
    quiet: tuple[float, float]
    meanwhile: tuple[float, float]
    slow_calls: int
    slow_refused: int
    slow_broken: int
    failed: int


def slow(fast: Target, slow_one: Target, concurrent: int, rate: float, seconds: float) -> Slow:
    """The fast department at a fixed rate, alone and beside `concurrent` calls to the slow one."""
    paced(fast, rate, 1)
    quiet = [paced(fast, rate, seconds) for _ in range(_TURNS)]
    spread = replace(slow_one, environment={"SPREAD": str(concurrent)})
    with wrk_started(spread, seconds * _TURNS + _UNTIL_UNDER_WAY + 1, concurrent) as running:
        time.sleep(_UNTIL_UNDER_WAY)
        meanwhile = [paced(fast, rate, seconds) for _ in range(_TURNS)]
        done = wrk(running)
    return Slow(
        concurrent,
        _figures(quiet),
        _figures(meanwhile),
        done["requests"],
        done["refused"],
        done["socket_errors"],
        int(sum(run["refused"] + run["broken"] + run["unanswered"] for run in meanwhile)),
    )


def _figures(runs: list[dict[str, float]]) -> tuple[float, float]:
    return statistics.median(run["p50_us"] for run in runs) / 1000, statistics.median(
        run["p99_us"] for run in runs
    ) / 1000
