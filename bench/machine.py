"""The machine of the bench: who runs on which core, what a process has used, and whether it is calm enough."""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

GATEWAY_CORE = 0
LOADER_CORE = 1
"""The upstream's as well: together they need less than one core."""
_FIRST = ["setsid", "sh", "-c", 'echo -15 2>/dev/null >/proc/self/autogroup; exec "$@"', "sh"]
"""A session of its own that goes before others (sched(7), autogroup): gateways, upstream and loaders alike, so that a
shared machine disturbs them less."""
_TICKS = os.sysconf("SC_CLK_TCK")
_CALM = 0.15
"""How busy a core may be, in shares of one, and still be called calm."""


def on_core(core: int) -> list[str]:
    """What to put before a command so that it and its children run on one core alone, and there before others."""
    return [*(_FIRST if os.geteuid() == 0 else []), "taskset", "-c", str(min(core, (os.cpu_count() or 1) - 1))]


def family(pid: int) -> list[int]:
    """The process and all its descendants that live."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all its threads and descendants."""
    return sum(map(_of_one, family(pid))) / _TICKS


def _of_one(pid: int) -> int:
    """Ticks: the 14th and 15th field of proc(5)'s stat, of which the second may hold spaces."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def resident_bytes(pid: int) -> int:
    """Memory of a process and its descendants (VmRSS)."""
    return sum(map(_memory_of_one, family(pid)))


def _memory_of_one(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def busy_seconds(core: int) -> float:
    """What a core has worked since the start of the machine: all of proc(5)'s columns but idle and iowait."""
    line = next(each for each in Path("/proc/stat").read_text().splitlines() if each.startswith(f"cpu{core} "))
    ticks = [int(each) for each in line.split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / _TICKS


def wait_until_calm(seconds: float) -> None:
    """Return when nothing else runs on both cores, or after `seconds`: a run says how much it was disturbed."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        before = [busy_seconds(core) for core in (GATEWAY_CORE, LOADER_CORE)]
        time.sleep(0.25)
        after = [busy_seconds(core) for core in (GATEWAY_CORE, LOADER_CORE)]
        if all(later - sooner < 0.25 * _CALM for sooner, later in zip(before, after, strict=True)):
            return


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process used in a span: CPU and wall in seconds, and what others used of its core meanwhile."""

    cpu: float
    wall: float
    others: float

    @property
    def disturbed(self) -> float:
        """The share of the span that the core worked for somebody else."""
        return self.others / self.wall


class Meter:
    """Measures one process on the gateway's core between its making and `read`."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._began = (cpu_seconds(pid), time.monotonic(), busy_seconds(GATEWAY_CORE))

    def read(self) -> Spent:
        cpu, wall, busy = cpu_seconds(self._pid), time.monotonic(), busy_seconds(GATEWAY_CORE)
        used = cpu - self._began[0]
        return Spent(used, wall - self._began[1], max(0.0, busy - self._began[2] - used))
