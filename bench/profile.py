"""Where the time goes in the running gateway under load: by library, and by function.

Both look at the process from outside, so that what runs is what ships: perf, where the machine has it, sees the kernel
and every library; py-spy sees Python's functions by name, which compiled ones have no more, so it looks at the lane as
sources.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.load import CONNECTIONS, Target, wrk, wrk_started
from bench.processes import ROOT, WORK
from bench.report import table

_SPY = ROOT / ".venv-bench" / "bin" / "py-spy"
_SAMPLES_A_SECOND = 400
_TOP = 25
_PERF_HERTZ = 999
_LEAST_PERCENT = 0.5


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of one: of system time, and of samples by function, by itself and with all it calls."""

    system: float
    own: dict[str, float]
    whole: dict[str, float]


def profiled(target: Target, seconds: float) -> Profile:
    """Sample the gateway while it answers as many calls as it can."""
    with wrk_started(target, seconds + 3, CONNECTIONS) as running:
        before = _times(target.pid)
        stacks = WORK / "stacks.txt"
        _sample(target.pid, seconds, stacks)
        after = _times(target.pid)
        wrk(running)
    user, system = after[0] - before[0], after[1] - before[1]
    return Profile(system / max(1, user + system), *_shares(stacks))


def libraries(target: Target, seconds: float) -> dict[str, float]:
    """Shares of the gateway's time by the library that spends it; empty where there is no perf."""
    perf = shutil.which("perf")
    if not perf:
        return {}
    data = WORK / "perf.data"
    with wrk_started(target, seconds + 3, CONNECTIONS) as running:
        record = [perf, "record", "-q", "-F", str(_PERF_HERTZ), "-p", str(target.pid), "-o", str(data), "--"]
        subprocess.run([*record, "sleep", f"{seconds}"], check=False, capture_output=True, timeout=seconds + 60)
        wrk(running)
    report = [perf, "report", "-i", str(data), "--sort", "dso", "--stdio"]
    said = subprocess.run(report, check=False, capture_output=True, text=True, timeout=60).stdout
    found = re.findall(r"^ +([\d.]+)% +(\S+)", said, re.MULTILINE)
    return {_library(name): float(share) / 100 for share, name in found if float(share) >= _LEAST_PERCENT}


def _library(file: str) -> str:
    """`libsqlite3.so.0.8.6` as libsqlite3; `[kernel.kallsyms]` as the kernel."""
    return "the kernel" if file.startswith("[kernel") else file.partition(".")[0]


def _times(pid: int) -> tuple[int, int]:
    """Ticks in user mode and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]), int(fields[12])


def _sample(pid: int, seconds: float, output: Path) -> None:
    options = ["--rate", str(_SAMPLES_A_SECOND), "--duration", str(max(1, round(seconds))), "--nonblocking"]
    command = [str(_SPY), "record", "--pid", str(pid), "--format", "raw", "--output", str(output), *options]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ}, timeout=seconds + 60)


def _shares(stacks: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Own and whole time of each function on the main thread, as shares of its samples."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for frames, count in _main_thread(stacks):
        own[frames[-1]] += count
        whole.update(dict.fromkeys(frames, count))
    total = max(1, own.total())
    return tuple({name: count / total for name, count in each.most_common(_TOP)} for each in (own, whole))  # type: ignore[return-value]  # two of them


def _main_thread(stacks: Path) -> Iterator[tuple[list[str], int]]:
    """Each stack with its samples; a function by file and name, without the line."""
    for line in stacks.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        names = [_function(frame) for frame in frames.split(";")]
        if any("serve" in name for name in names):
            yield names, int(count)


def _function(frame: str) -> str:
    """`name (file:line)` as `file: name`."""
    name, _, place = frame.partition(" (")
    return f"{place.rpartition(':')[0]}: {name}" if place else name


def text(shares: dict[str, float], profile: Profile) -> str:
    """Both for docs/benchmarks.md."""
    kernel = f"{profile.system:.0%} of the processor's time is the kernel's: sockets, and the ledger's file."
    by_library = table(
        ["compiled, by library", "share"], [[f"`{name}`", f"{share:.1%}"] for name, share in shares.items()]
    )
    return f"{kernel}\n\n{by_library if shares else ''}\n\n{table(HEADER, lines(profile))}"


def lines(profile: Profile) -> list[list[str]]:
    """For report.table: the functions by their own time."""
    return [
        [f"`{name}`", f"{share:.1%}", f"{profile.whole[name]:.1%}" if name in profile.whole else ""]
        for name, share in profile.own.items()
    ]


HEADER = ["as sources, by function", "by itself", "with what it calls"]
