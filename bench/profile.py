"""Where the time goes in the running gateway under load: system calls against the rest, and the top functions.

py-spy looks at the process from outside, so that what runs is what ships.
"""

import os
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


def text(profile: Profile) -> str:
    """The profile for docs/benchmarks.md."""
    said = f"{profile.system:.0%} of the gateway's time is spent in the kernel (mostly sockets and the ledger's file)."
    return f"{said}\n\n{table(HEADER, lines(profile))}"


def lines(profile: Profile) -> list[list[str]]:
    """For report.table: the functions by their own time."""
    return [
        [f"`{name}`", f"{share:.1%}", f"{profile.whole[name]:.1%}" if name in profile.whole else ""]
        for name, share in profile.own.items()
    ]


HEADER = ["function", "by itself", "with what it calls"]
