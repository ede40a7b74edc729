"""What each small piece of the door costs: microseconds a call, the empty loop taken off.

One process, no network. Each piece runs `--times` calls in each of `--rounds` rounds, all pieces in turns; the smallest
of the rounds is printed, which is the figure least disturbed by others on the machine.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from core.clock import SystemClock
from core.database import database, migrate
from gateway.proxy.breaker import Breaker, BreakerOptions
from gateway.proxy.bulkhead import Bulkhead
from gateway.proxy.cache import Cache, Stored, may_use
from gateway.proxy.coalesce import Flights
from gateway.proxy.endpoints import Endpoints
from gateway.proxy.freshness import NO_WISHES
from gateway.proxy.idempotency import Answer, Fresh, KeyedCall, Keys
from gateway.proxy.limits import Bucket, Buckets, Rate, standing, take_all
from gateway.proxy.retries import Budget
from gateway.proxy.settings import IdempotencySettings
from gateway.proxy.shedding import Shedding
from gateway.tables import APPS

NOW = 1_000_000.0
PLENTY = Rate(10**9, 60)
CALL = KeyedCall(
    account="01aaaaaaaaaaaaaaaaaaaaaaaa",
    service="appointments",
    upstream="civil-affairs",
    operation="book",
    method="POST",
    target=b"/bookings",
    key="",
)
Piece = Callable[[int], None]
"""Runs its one thing so many times; what it runs on was made before."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the pieces of the door; prints microseconds a call.")
    parser.add_argument("--times", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    pieces = {name: prepare() for name, prepare in PIECES.items()}
    best = dict.fromkeys(pieces, float("inf"))
    for _ in range(arguments.rounds):
        for name, piece in pieces.items():
            best[name] = min(best[name], seconds_of(piece, arguments.times))
    empty = best.pop("an empty loop")
    for name, seconds in best.items():
        print(f"{(seconds - empty) / arguments.times * 1e6:6.2f} µs  {name}")
    wall, processor = asyncio.run(keyed_calls())
    print(
        f"{wall * 1e6:6.0f} µs  idempotency: a key claimed and settled on SQLite, {processor * 1e6:.0f} µs of them CPU"
    )


def seconds_of(piece: Piece, times: int) -> float:
    begin = time.perf_counter()
    piece(times)
    return time.perf_counter() - begin


async def keyed_calls(times: int = 300) -> tuple[float, float]:
    """Seconds for one keyed call, one after another, in a throw-away database; of the clock, and of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{folder}/city.db"
        await migrate(url, APPS)
        async with database(url, APPS):
            keys = Keys(SystemClock(), IdempotencySettings())
            answer = Answer(201, ((b"content-type", b"application/json"),), bytes(500))
            wall, processor = time.perf_counter(), time.process_time()
            for number in range(times):
                claim = await keys.claim(replace(CALL, key=str(number)), lease_seconds=40)
                assert isinstance(claim, Fresh)
                await keys.settle(claim, "0" * 64, answer)
            return (time.perf_counter() - wall) / times, (time.process_time() - processor) / times


def nothing() -> Piece:
    def run(times: int) -> None:
        for _ in range(times):
            pass

    return run


def take() -> Piece:
    bucket = Bucket(PLENTY)

    def run(times: int) -> None:
        for _ in range(times):
            bucket.take(NOW)

    return run


def look_up() -> Piece:
    buckets = Buckets(PLENTY)
    keys = [f"{number:026}" for number in range(100_000)]
    for key in keys:
        buckets.of(key, NOW)
    callers = itertools.cycle(keys[::10])

    def run(times: int) -> None:
        for _ in range(times):
            buckets.of(next(callers), NOW).take(NOW)

    return run


def take_three() -> Piece:
    buckets = (Bucket(PLENTY), Bucket(PLENTY), Bucket(PLENTY))

    def run(times: int) -> None:
        for _ in range(times):
            take_all(buckets, NOW)

    return run


def render() -> Piece:
    bucket = Bucket(PLENTY)
    bucket.take(NOW)

    def run(times: int) -> None:
        for _ in range(times):
            standing(b"resident", bucket, NOW)

    return run


def make_room() -> Piece:
    buckets = Buckets(PLENTY, most=100_000)
    callers = itertools.count()
    for _ in range(100_000):
        buckets.of(next(callers), NOW)

    def run(times: int) -> None:
        for _ in range(times):
            buckets.of(next(callers), NOW)

    return run


def break_well() -> Piece:
    breaker = Breaker(BreakerOptions())

    def run(times: int) -> None:
        for _ in range(times):
            breaker.succeeded(breaker.admits(NOW), NOW, 0.001)

    return run


def pass_through() -> Piece:
    bulkhead = Bulkhead(100, 100, 1.0)

    def run(times: int) -> None:
        for _ in range(times):
            bulkhead.enter()
            bulkhead.leave(NOW)

    return run


def earn() -> Piece:
    budget = Budget()

    def run(times: int) -> None:
        for _ in range(times):
            budget.earn()

    return run


def choose_one() -> Piece:
    return choose(1)


def choose_four() -> Piece:
    return choose(4)


def choose(count: int) -> Piece:
    endpoints = Endpoints[int]()
    endpoints.set(list(range(count)))

    def run(times: int) -> None:
        for _ in range(times):
            member = endpoints.choose(NOW)
            assert member
            endpoints.succeeded(member)

    return run


def shed() -> Piece:
    shedding = Shedding()

    def run(times: int) -> None:
        for _ in range(times):
            shedding.sheds("normal")

    return run


def use_kept() -> Piece:
    cache = Cache(2**24, 2**20)
    fields = [(b"cache-control", b"max-age=60"), (b"vary", b"accept-language")]
    request = {b"accept-language": b"zh-CN,zh;q=0.9", b"accept": b"application/json"}
    for number in range(1000):
        place = ("system", f"/notices/{number}", b"")
        cache.put(
            Stored(place, request, status=200, fields=fields, head=b"", body=bytes(1000), asked_at=NOW, answered_at=NOW)
        )

    def run(times: int) -> None:
        for _ in range(times):
            stored = cache.find(place, request)
            assert stored
            assert may_use(stored, NO_WISHES, NOW)

    return run


def fly_together() -> Piece:
    flights = Flights[int]()
    asker = Asker()

    def run(times: int) -> None:
        for number in range(times):
            flights.join(number, asker)
            flights.land(number, asker, 1)

    return run


class Asker:
    """A call that waits for nothing."""

    def landed(self, brought: int) -> None:
        del brought

    def released(self) -> None: ...

    def promoted(self) -> None: ...


PIECES: dict[str, Callable[[], Piece]] = {
    "an empty loop": nothing,
    "limits: one bucket taken from": take,
    "limits: a bucket looked up among 100,000 and taken from": look_up,
    "limits: three buckets taken from": take_three,
    "limits: the RateLimit field rendered": render,
    "limits: a new caller when there is no room": make_room,
    "breaker: admits and succeeded": break_well,
    "bulkhead: enter and leave": pass_through,
    "retries: earn": earn,
    "endpoints: choose and succeeded, one address": choose_one,
    "endpoints: choose and succeeded, four addresses": choose_four,
    "shedding: sheds": shed,
    "cache: a kept answer of a language found, and fresh": use_kept,
    "coalescing: one asks and lands alone": fly_together,
}

if __name__ == "__main__":
    main()
