"""What was measured, as Markdown between markers in docs/benchmarks.md, and as a plot beside it."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from bench.compare import ASGI, FULL, PART, PURE, WORKS, Row
from bench.processes import ROOT, WORK

PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "images" / "benchmark.svg"
_OURS = {work.name for work in (*WORKS, PURE, ASGI)}


def put(name: str, text: str) -> None:
    """Set one generated part of the page: what stands between `<!-- bench: name -->` and `<!-- /bench -->`."""
    page = PAGE.read_text(encoding="utf-8")
    pattern = rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- /bench -->)"
    changed, count = re.subn(pattern, lambda found: f"{found[1]}{text.strip()}\n{found[2]}", page, flags=re.DOTALL)
    assert count == 1, f"docs/benchmarks.md has no place for {name}"
    PAGE.write_text(changed, encoding="utf-8")


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def compared(rows: Sequence[Row]) -> str:
    """The peers and ours, as milliseconds of CPU and as ratios over ours."""
    by_name = {row.name: row for row in rows if row.runs}
    full, part = by_name.get(FULL.name), by_name.get(PART.name)
    lines = [_line(row, full, part) for row in rows if row.name not in _OURS - {FULL.name, PART.name, ASGI.name}]
    header = ["gateway", "CPU ms per 1,000 calls", "requests/s", "p50 ms", "p99 ms", "over full work", "over the part"]
    return table(header, lines)


def _line(row: Row, full: Row | None, part: Row | None) -> list[str]:
    if not row.runs:
        return [row.title, row.note or "not measured", "", "", "", "", ""]
    figures = [f"{row.median(lambda run: run.rate):,.0f}"]
    figures += [f"{row.median(lambda run: run.p50) / 1000:.1f}", f"{row.median(lambda run: run.p99) / 1000:.1f}"]
    return [_title(row), _cpu(row), *figures, _ratio(row, full), _ratio(row, part)]


def _title(row: Row) -> str:
    bad = sum(run.refused + run.errors for run in row.runs)
    name = f"**{row.title}**" if row.name in {FULL.name, PART.name} else row.title
    return f"{name} ({bad} calls failed)" if bad else name


def _cpu(row: Row) -> str:
    runs = [run.cpu for run in row.runs]
    spread = f" ({cost(min(runs))}–{cost(max(runs))})" if len(runs) > 1 else ""
    return f"{cost(row.median(lambda run: run.cpu))}{spread}"


def cost(milliseconds: float) -> str:
    """Milliseconds for 1,000 calls in words."""
    return f"{milliseconds:.1f}" if isfinite(milliseconds) else "no call answered"


def _ratio(row: Row, ours: Row | None) -> str:
    return f"{row.median(lambda run: run.cpu) / ours.median(lambda run: run.cpu):.2f}" if ours else ""


def variants(rows: Sequence[Row]) -> str:
    """What each kind of call costs ours, beside the plain full work."""
    ours = [row for row in rows if row.name in _OURS - {ASGI.name}]
    full = next((row for row in ours if row.name == FULL.name and row.runs), None)
    lines = [
        [_title(row), _cpu(row), f"{row.median(lambda run: run.rate):,.0f}", _ratio(row, full)]
        if row.runs
        else [row.title, row.note or "not measured", "", ""]
        for row in ours
    ]
    return table(["call", "CPU ms per 1,000 calls", "requests/s", "over full work"], lines)


def disturbance(rows: Sequence[Row]) -> str:
    """How calm the machine was: the share of the gateway's core that others took, in the middle and at worst."""
    shares = sorted(run.disturbed for row in rows for run in row.runs)
    if not shares:
        return ""
    middle, worst = shares[len(shares) // 2], shares[-1]
    when = datetime.now(UTC).date().isoformat()
    runs = max(len(row.runs) for row in rows)
    share = f"{middle:.0%} of the gateway's core in the median run, {worst:.0%} in the worst"
    return f"{when}, rounds: {runs}. Others took {share}."


def keep(name: str, figures: object) -> None:
    """Figures as JSON in var/bench, for the plot and for whoever compares two runs."""
    file = WORK / "figures.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(known | {name: figures}, indent=1))


def as_figures(rows: Sequence[Row]) -> list[Mapping[str, object]]:
    return [{"name": row.name, "title": row.title, "runs": list(map(asdict, row.runs))} for row in rows if row.runs]


def plot(rows: Sequence[Row]) -> None:
    """Bars of CPU for 1,000 calls, drawn by matplotlib from the bench's own folder of packages, where that is."""
    python = ROOT / ".venv-bench" / "bin" / "python"
    bars = [
        {"title": row.title, "cpu": row.median(lambda run: run.cpu), "ours": row.name in _OURS}
        for row in rows
        if row.runs and row.name not in _OURS - {FULL.name, PART.name} and isfinite(row.median(lambda run: run.cpu))
    ]
    data = WORK / "plot.json"
    data.write_text(json.dumps(sorted(bars, key=lambda bar: float(str(bar["cpu"])))))
    if python.exists() and bars:
        subprocess.run([python, Path(__file__).parent / "plot.py", data, PLOT], check=False)
