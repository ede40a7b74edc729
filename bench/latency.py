"""What a gateway adds to a call's time at half of its load, against the department's system called directly."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.compare import FULL, Row
from bench.load import Target, paced

NAMES = ("full", "part", "nginx-lua", "haproxy", "envoy", "nginx-plain")
_TURNS = 3


@dataclass(frozen=True, slots=True)
class Added:
    """At `rate` calls a second: milliseconds directly, through the gateway, and how many calls came to nothing."""

    title: str
    rate: float
    direct: tuple[float, float]
    through: tuple[float, float]
    failed: int


def added(rows: Sequence[Row], upstream: int, seconds: float) -> list[Added]:
    """For each gateway that was loaded: directly and through it, at half the rate of our full work or of its own."""
    loaded = [row for row in rows if row.name in NAMES and row.target and row.runs]
    ours = next((_rate(row) for row in loaded if row.name == FULL.name), float("inf"))
    return [_added(row, row.target, upstream, min(ours, _rate(row)) / 2, seconds) for row in loaded if row.target]


def _rate(row: Row) -> float:
    return row.median(lambda run: run.rate)


def _added(row: Row, target: Target, upstream: int, rate: float, seconds: float) -> Added:
    row.renew()
    paced(target, rate, 1)  # warm
    direct, through = [], []
    for _ in range(_TURNS):
        direct.append(paced(replace(target, port=upstream), rate, seconds / _TURNS))
        through.append(paced(target, rate, seconds / _TURNS))
    failed = sum(int(run["refused"] + run["broken"] + run["unanswered"]) for run in through)
    return Added(row.title, rate, _milliseconds(direct), _milliseconds(through), failed)


def _milliseconds(runs: list[dict[str, float]]) -> tuple[float, float]:
    """p50 and p99, each the median of the turns."""
    return statistics.median(run["p50_us"] for run in runs) / 1000, statistics.median(
        run["p99_us"] for run in runs
    ) / 1000


def lines(found: Sequence[Added]) -> list[list[str]]:
    """For report.table."""
    return [
        [
            each.title + (f" ({each.failed} calls failed)" if each.failed else ""),
            f"{each.rate:,.0f}",
            f"{each.direct[0]:.2f} / {each.direct[1]:.2f}",
            f"{each.through[0]:.2f} / {each.through[1]:.2f}",
            f"{each.through[0] - each.direct[0]:.2f} / {each.through[1] - each.direct[1]:.2f}",
        ]
        for each in found
    ]


HEADER = ["gateway", "calls/s", "direct p50 / p99 ms", "through p50 / p99 ms", "added p50 / p99 ms"]
