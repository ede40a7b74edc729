"""What the cost of a call must not grow with: services, upstreams, revoked sessions, rows of the ledger.

Each point is a city of its own, filled by SQL while nothing runs, then loaded like every other.
"""

import asyncio
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from bench.city import City, enter, new_city, publish, serving
from bench.compare import RECORDS, warm
from bench.filling import filled_ledger, more_services, more_upstreams, revoked_sessions
from bench.load import Target, loaded
from bench.processes import WORK, upstream
from bench.report import cost
from bench.residents import issuer_of, move_in, tokens_file
from bench.spread import spread_tokens

_TURNS = 2
_WARM_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Something that grows: its sizes, how a city is filled with it, and whether the calls go to all of it."""

    name: str
    sizes: tuple[int, ...]
    fill: Callable[[Path, int], None]
    spread: bool = False


CURVES = (
    Curve("live services", (10, 10_000), more_services, spread=True),
    Curve("upstreams", (10, 10_000), more_upstreams, spread=True),
    Curve("revoked sessions", (1, 1_000_000), revoked_sessions),
    Curve("rows of the ledger", (0, 1_000_000, 10_000_000), filled_ledger),
)


@dataclass(frozen=True, slots=True)
class Point:
    """CPU milliseconds for 1,000 calls of full work, at one size."""

    name: str
    size: int
    cpu: float
    failed: int


def measured(seconds: float, *, quick: bool) -> Iterator[Point]:
    """Every point of every curve, one city after the other; `quick` takes the first alone."""
    with upstream() as port:
        empty = _empty(WORK / "empty", port)
        for curve in CURVES[:1] if quick else CURVES:
            for size in curve.sizes[:1] if quick else curve.sizes:
                yield point(curve, size, empty, seconds)


def point(curve: Curve, size: int, empty: City, seconds: float) -> Point:
    """One city, filled and loaded; its files go at the end, for they may be gigabytes."""
    city = _copied(empty)
    try:
        curve.fill(city.database, size)
        with _loaded_city(city, spread=curve.spread) as target:
            warm(target, _WARM_SECONDS)
            runs = [loaded(target, seconds) for _ in range(_TURNS)]
    finally:
        shutil.rmtree(city.folder)
    failed = sum(run.refused + run.errors for run in runs)
    return Point(curve.name, size, statistics.median(run.cpu for run in runs), failed)


def _empty(folder: Path, port: int) -> City:
    """A city whose mini-service is live, not running."""
    city = new_city(folder)
    enter(city, {"bench": port})
    with serving(city):
        publish(city)
    return city


def _copied(empty: City) -> City:
    folder = WORK / "curve"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty.folder, folder)
    return City(folder, empty.tree)


@contextmanager
def _loaded_city(city: City, *, spread: bool) -> Iterator[Target]:
    """The city serving, with tokens for its one service, or for a thousand of its services."""
    with serving(city):
        cookies = move_in(city)
        tokens = spread_tokens(city, asyncio.run(issuer_of(city))) if spread else tokens_file(city, cookies)
        yield Target("", city.pid, city.port, city.host, RECORDS, tokens)


def lines(points: list[Point]) -> list[list[str]]:
    """For report.table: a line for each curve's sizes, as milliseconds and over its smallest."""
    first: dict[str, Point] = {}
    for point in points:
        first.setdefault(point.name, point)
    return [
        [
            point.name + (f" ({point.failed} calls failed)" if point.failed else ""),
            f"{point.size:,}",
            cost(point.cpu),
            f"{point.cpu / first[point.name].cpu:.2f}" if isfinite(point.cpu) else "",
        ]
        for point in points
    ]


HEADER = ["how many", "", "CPU ms per 1,000 calls", "over the smallest"]
