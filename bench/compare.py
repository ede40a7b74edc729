"""Ours and its peers, loaded in turns, round by round, so that a machine that slows down slows all of them."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.city import City, running_city, snapshot
from bench.issuer import RESIDENTS, Issuer, write_tokens
from bench.load import Run, Target, loaded
from bench.machine import wait_until_calm
from bench.peers import PEERS, Peer, running_peer
from bench.processes import ROOT, WORK, Unavailable, upstream
from bench.refusals import let_through
from bench.residents import claims_in, issuer_of, move_in, renew, tokens_file

RECORDS = "/svc/bench/records?zone=7"
BODY = (ROOT / "bench" / "application.json").read_text().strip()
WALKING_CITY = "923b3ff"
"""The last revision whose data path was plain ASGI."""
_ASKED_FOR = {"haproxy-plain", "envoy-plain"}
"""Rows that are measured only by name."""
_WARM_SECONDS, _WARM_LIMIT = 1.0, 3.0
_WARM_CALLS = 5 * RESIDENTS
_CALM_SECONDS = 2.0
_TOO_DISTURBED = 0.15


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of call to ours, and what is in it."""

    name: str
    title: str
    path: str
    environment: dict[str, str] = field(default_factory=dict)


FULL = Work("full", "OneCity, full work", RECORDS)
PART = Work("part", "OneCity, the peer's part alone (no scope: no ledger)", "/svc/bench/open?zone=7")
WORKS = (
    FULL,
    PART,
    Work("unlike", "full work, no two request heads alike", RECORDS, {"UNLIKE": "1"}),
    Work("keyed", "POST under an Idempotency-Key", "/svc/bench/keyed", {"METHOD": "POST", "KEYED": "1"}),
    Work("contract", "POST, 500 B checked by its schema", "/svc/bench/applications", {"METHOD": "POST", "BODY": BODY}),
    Work("fields", "a field hidden from the answer", "/svc/bench/fields"),
)
PURE = Work("pure", "full work, the lane not compiled", RECORDS)
ASGI = Work("asgi", 'OneCity\'s plain ASGI path ("A walking city"), full work', RECORDS)


@dataclass
class Row:
    """One line of the table: what is loaded, and its runs; `note` where there is none."""

    name: str
    title: str
    target: Target | None = None
    note: str = ""
    issuer: Issuer | None = None
    runs: list[Run] = field(default_factory=list)

    def renew(self) -> None:
        """New tokens for a gateway whose tokens live for minutes only."""
        if self.target and self.issuer:
            renew(self.issuer, self.target.tokens)

    def median(self, figure: Callable[[Run], float]) -> float:
        return statistics.median(map(figure, self.runs))


@dataclass(frozen=True, slots=True)
class Options:
    """How long, how often, which rows (none: all), and the code that ours runs."""

    rounds: int
    seconds: float
    only: frozenset[str]
    tree: Path = ROOT

    def wants(self, name: str) -> bool:
        return name in self.only if self.only else name not in _ASKED_FOR


@contextmanager
def rows(options: Options) -> Iterator[tuple[int, list[Row]]]:
    """The upstream's port, and everything that is compared, running."""
    with ExitStack() as stack:
        port = stack.enter_context(upstream())
        ours = [*_ours(options, port, stack), *_other(PURE, options, port, stack), *_other(ASGI, options, port, stack)]
        yield port, [*_peers(options, port, stack), *ours]


def measure(options: Options, compared: Sequence[Row]) -> None:
    """Load every row in every round."""
    for turn in range(options.rounds):
        for row in compared:
            row.renew()
            if row.target:
                row.runs.append(_run(row.target, options.seconds))
                said = row.runs[-1]
                print(f"  round {turn + 1}  {row.name:14} {said.cpu:8.1f} ms/1,000 {said.rate:8.0f}/s", flush=True)


def _run(target: Target, seconds: float) -> Run:
    """A run after a warm-up; once more when others took much of the core, and then the calmer one."""
    wait_until_calm(_CALM_SECONDS)
    warm(target)
    run = loaded(target, seconds)
    return run if run.disturbed < _TOO_DISTURBED else min(run, loaded(target, seconds), key=lambda each: each.disturbed)


def warm(target: Target, limit: float = _WARM_LIMIT) -> None:
    """Load it until each token was seen a few times, for `limit` seconds at most: the first call of each is dearer."""
    ends = time.monotonic() + limit
    seen = 0.0
    while seen < _WARM_CALLS and time.monotonic() < ends:
        seen += loaded(target, _WARM_SECONDS).rate * _WARM_SECONDS


def _peers(options: Options, port: int, stack: ExitStack) -> list[Row]:
    issuer, file = Issuer(), WORK / "peers.tokens"
    write_tokens(issuer.tokens(), file)
    return [_peer_row(peer, issuer, port, file, stack) for peer in PEERS if options.wants(peer.name)]


def _peer_row(peer: Peer, issuer: Issuer, port: int, tokens: Path, stack: ExitStack) -> Row:
    try:
        pid, own = stack.enter_context(running_peer(peer, issuer, port))
    except Unavailable as reason:
        return Row(peer.name, peer.title, note=str(reason))
    host = issuer.audience.removeprefix("http://")
    target = Target(peer.title, pid, own, host, RECORDS, tokens)
    if peer.checks:
        _check(target, issuer)
    return Row(peer.name, peer.title, target)


def _check(target: Target, issuer: Issuer) -> None:
    """A gateway that lets a bad token through is not measured."""
    good = target.tokens.read_text().split()[0]
    if wrong := let_through(target.port, target.host, target.path, good, issuer.bad_tokens(claims_in(good))):
        raise AssertionError(f"{target.title} does not tell {', '.join(wrong)} rightly")


def _ours(options: Options, port: int, stack: ExitStack) -> list[Row]:
    wanted = [work for work in WORKS if options.wants(work.name)]
    if not wanted:
        return []
    try:
        city, tokens = stack.enter_context(inhabited(WORK / "city", port, options.tree))
    except Unavailable as reason:
        return [Row(work.name, work.title, note=str(reason)) for work in wanted]
    issuer = asyncio.run(issuer_of(city))
    _check(target_of(city, tokens, FULL), issuer)
    return [Row(work.name, work.title, target_of(city, tokens, work), issuer=issuer) for work in wanted]


def _other(work: Work, options: Options, port: int, stack: ExitStack) -> list[Row]:
    """The full work in a city of its own: as sources, or as it was before the lane."""
    if not options.wants(work.name):
        return []
    try:
        tree = snapshot(WALKING_CITY) if work is ASGI else options.tree
        other = inhabited(WORK / work.name, port, tree, pure=work is PURE)
        city, tokens = stack.enter_context(other)
    except Unavailable as reason:
        return [Row(work.name, work.title, note=str(reason))]
    return [Row(work.name, work.title, target_of(city, tokens, work), issuer=asyncio.run(issuer_of(city)))]


@contextmanager
def inhabited(folder: Path, port: int, tree: Path = ROOT, *, pure: bool = False) -> Iterator[tuple[City, Path]]:
    """A running city with a thousand residents, and the file of their tokens."""
    with running_city(folder, {"bench": port}, tree, pure=pure) as city:
        yield city, tokens_file(city, move_in(city))


def target_of(city: City, tokens: Path, work: Work) -> Target:
    return Target(work.title, city.pid, city.port, city.host, work.path, tokens, work.environment)
