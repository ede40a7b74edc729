"""`make bench`: see bench/README.md."""

import argparse
import signal
from dataclasses import dataclass
from typing import Protocol

from bench import accounts, app, curves, latency, limits, profile, report, sizes, stages
from bench.city import snapshot
from bench.compare import FULL, Options, inhabited, measure, rows, target_of, warm
from bench.processes import ROOT, WORK, Unavailable, upstream

PARTS = ("compare", "latency", "limits", "curves", "profile", "stages", "accounts", "sizes", "app")


_WARM_SECONDS = 15.0
"""Before a profile, for it is to show calls, and no first ones."""
_QUICK = ("haproxy", "envoy", "nginx-lua", "full", "part", "keyed", "contract", "fields")


def main() -> None:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or what was started would outlive it
    seconds = 1.0 if arguments.quick else arguments.seconds
    WORK.mkdir(parents=True, exist_ok=True)
    wanted = set(arguments.parts.split(",")) - ({"latency"} if arguments.quick else set())
    page = Page(write=not arguments.dry)
    if {"compare", "latency"} & wanted:
        _gateways(_options(arguments), wanted, page)
    for name, part in PARTS_ALONE.items():
        if name in wanted:
            try:
                part(seconds, quick=arguments.quick, page=page)
            except Unavailable as reason:
                page.say(name, f"Not measured: {reason}")


def _options(arguments: argparse.Namespace) -> Options:
    rounds, seconds = (1, 1.0) if arguments.quick else (arguments.rounds, arguments.seconds)
    tree = snapshot(arguments.revision) if arguments.revision else ROOT
    only = arguments.only or (",".join(_QUICK) if arguments.quick else "")
    return Options(rounds, seconds, frozenset(filter(None, only.split(","))), tree)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the gateway beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short round: does everything still run?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="of each loaded run")
    parser.add_argument("--only", default="", help="rows by name, with commas: full,part,nginx-lua,…")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--revision", default="", help="compare: run ours as it was then, not as the checkout is")
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Page:
    """Prints each part as it comes, and sets it into docs/benchmarks.md when `write`."""

    write: bool

    def say(self, name: str, text: str) -> None:
        print(f"\n{text}", flush=True)
        if self.write:
            report.put(name, text)


def _gateways(options: Options, wanted: set[str], page: Page) -> None:
    with rows(options) as (port, compared):
        measure(options, compared)
        page.say("when", report.disturbance(compared))
        page.say("compare", report.compared(compared))
        page.say("variants", report.variants(compared))
        report.keep("compare", report.as_figures(compared))
        if page.write:
            report.plot(compared)
        if "latency" in wanted:
            found = latency.added(compared, port, options.seconds)
            page.say("latency", report.table(latency.HEADER, latency.lines(found)))


def _limits(seconds: float, *, quick: bool, page: Page) -> None:
    page.say("limits", report.table(limits.HEADER, limits.measured(seconds, quick=quick)))


def _curves(seconds: float, *, quick: bool, page: Page) -> None:
    found = []
    for point in curves.measured(min(seconds, 3), quick=quick):
        print(f"  {point.name}, {point.size:,}: {report.cost(point.cpu)} ms/1,000", flush=True)
        found.append(point)
    page.say("curves", report.table(curves.HEADER, curves.lines(found)))


def _profile(seconds: float, *, quick: bool, page: Page) -> None:
    with upstream() as port, inhabited(WORK / "compiled", port) as (city, tokens):
        target = target_of(city, tokens, FULL)
        warm(target, _WARM_SECONDS)
        shares = profile.libraries(target, seconds)
    if quick:
        return
    with upstream() as port, inhabited(WORK / "sources", port, pure=True) as (city, tokens):
        target = target_of(city, tokens, FULL)
        warm(target, _WARM_SECONDS)
        found = profile.profiled(target, seconds)
    page.say("profile", profile.text(shares, found))


def _stages(seconds: float, *, quick: bool, page: Page) -> None:
    del seconds  # its calls are counted, not timed
    page.say("stages", report.table(stages.HEADER, stages.measured(quick=quick)))


def _accounts(seconds: float, *, quick: bool, page: Page) -> None:
    del seconds  # its requests are counted, not timed
    found = []
    for line in accounts.measured(quick=quick):
        print("  " + ": ".join(filter(None, line)), flush=True)
        found.append(line)
    page.say("accounts", report.table(accounts.HEADER, found))


def _sizes(seconds: float, *, quick: bool, page: Page) -> None:
    del seconds, quick
    page.say("sizes", report.table(sizes.HEADER, list(sizes.measured())))


def _app(seconds: float, *, quick: bool, page: Page) -> None:
    del seconds  # its visits are counted, not timed
    page.say("app", report.table(app.HEADER, list(app.measured(quick=quick))))


class Alone(Protocol):
    """A part that starts what it needs by itself."""

    def __call__(self, seconds: float, *, quick: bool, page: Page) -> None: ...


PARTS_ALONE: dict[str, Alone] = {
    "limits": _limits,
    "curves": _curves,
    "profile": _profile,
    "stages": _stages,
    "accounts": _accounts,
    "sizes": _sizes,
    "app": _app,
}

main()
