"""Runs connections, slow departments and large bodies against one city of its own, and says them in a table."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bench.bodies import GIBI, Body, download, upload
from bench.city import running_city
from bench.compare import FULL, PART, target_of
from bench.load import Target
from bench.processes import WORK, upstream
from bench.residents import move_in, tokens_file
from bench.resources import SLOW, Idle, Slow, idle, slow

_RATE = 2000
HEADER = ["what", "measured", "aim"]


def measured(seconds: float, *, quick: bool) -> list[list[str]]:
    """The lines of the table; `quick` takes a tenth of everything."""
    part = 10 if quick else 1
    with _target() as (target, slow_one):
        raise_file_limit()
        return [
            _idle(idle(replace(target, path=PART.path), 10_000 // part)),
            *_slow(slow(target, slow_one, 2_000 // part, _RATE, seconds)),
            _body(download(target, GIBI // part)),
            _body(upload(target, GIBI // part)),
        ]


@contextmanager
def _target() -> Iterator[tuple[Target, Target]]:
    """A city with a fast department and one that takes 2 s."""
    raise_file_limit()  # the gateway inherits it
    with upstream() as port, running_city(WORK / "limits", {"bench": port, "slow": port}) as city:
        tokens = tokens_file(city, move_in(city))
        yield target_of(city, tokens, FULL), target_of(city, tokens, SLOW)


def raise_file_limit() -> None:
    """As many open files as this user may have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _idle(found: Idle) -> list[str]:
    title = f"{found.connections:,} idle keep-alive connections, each after a call"
    return [title, f"{found.bytes_each / 1024:.1f} KiB each; failed calls: {found.lost}", "≤ 16 KiB, none"]


def _slow(found: Slow) -> list[list[str]]:
    title = f"{found.concurrent:,} calls at once to a department that takes 2 s"
    answered = f"{found.slow_calls:,} answered; refused: {found.slow_refused}, broken: {found.slow_broken}"
    quiet, meanwhile = found.quiet, found.meanwhile
    ratio = meanwhile[1] / quiet[1]
    beside = f"p99 {meanwhile[1]:.2f} ms, quiet {quiet[1]:.2f} ms: {ratio:.1f}×; failed: {found.failed}"
    return [[title, answered, "no error"], [f"another department meanwhile, {_RATE:,} calls/s", beside, "≤ 2×"]]


def _body(found: Body) -> list[str]:
    way = {"down": "an answer", "up": "a request"}[found.direction]
    whole = "whole" if found.arrived == found.size else f"only {found.arrived:,} of {found.size:,} bytes"
    speed = found.arrived / found.seconds / 2**20
    grew = f"{found.grew / 2**20:+.1f} MiB of memory"
    return [f"{way} of {found.size / 2**20:,.0f} MiB", f"{whole}, {speed:,.0f} MiB/s, {grew}", "≤ 16 MiB more"]
