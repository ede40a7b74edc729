"""`make bench`: see bench/README.md."""

import argparse

from bench import latency, report
from bench.compare import Options, Row, measure, rows
from bench.processes import WORK

PARTS = ("compare", "latency")


def main() -> None:
    arguments = _arguments()
    WORK.mkdir(parents=True, exist_ok=True)
    rounds, seconds = (1, 2.0) if arguments.quick else (arguments.rounds, arguments.seconds)
    options = Options(rounds, seconds, frozenset(filter(None, arguments.only.split(","))))
    wanted = arguments.parts.split(",")
    if {"compare", "latency"} & set(wanted):
        _gateways(options, wanted, write=not arguments.dry)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the gateway beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short round: does everything still run?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each loaded run")
    parser.add_argument("--only", default="", help="rows by name, with commas: full,part,nginx-lua,…")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    return parser.parse_args()


def _gateways(options: Options, wanted: list[str], *, write: bool) -> None:
    with rows(options) as (upstream, compared):
        measure(options, compared)
        _say("compare", report.compared(compared), write=write)
        _say("variants", report.variants(compared), write=write)
        _say("when", report.disturbance(compared), write=write)
        _keep(compared, write=write)
        if "latency" in wanted:
            found = latency.added(compared, upstream, options.seconds)
            _say("latency", report.table(latency.HEADER, latency.lines(found)), write=write)


def _keep(compared: list[Row], *, write: bool) -> None:
    report.keep("compare", report.as_figures(compared))
    if write:
        report.plot(compared)


def _say(name: str, text: str, *, write: bool) -> None:
    print(f"\n{text}", flush=True)
    if write:
        report.put(name, text)


main()
