"""Starting what the bench runs, and ending it by its own id, whatever happens."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import LOADER_CORE, on_core
from tests.harness.ports import free_port, wait_for_port

ROOT = Path(__file__).parents[1]
WORK = ROOT / "var" / "bench"
"""Everything that a run writes, the table and the plot aside."""
_START_SECONDS, _GRACE_SECONDS = 40, 15


class Unavailable(Exception):
    """Something that the bench needs is not on this machine; the text says what."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started: a command that will listen on `port`, pinned to a core, its lines in a file."""

    command: Sequence[str]
    core: int
    port: int
    output: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT

    def start(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as lines:
            return subprocess.Popen(
                [*on_core(self.core), *self.command],
                stdout=lines,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd=self.folder,
            )


@contextmanager
def running(program: Program) -> Iterator[int]:
    """The program's process id, once it listens; raises Unavailable when it does not come up."""
    process = program.start()
    try:
        _wait(program)
        yield process.pid
    finally:
        end(process)


def _wait(program: Program) -> None:
    try:
        wait_for_port(program.port, _START_SECONDS)
    except TimeoutError as error:
        said = program.output.read_text(errors="replace")[-400:]
        raise Unavailable(f"{program.command[0]} did not start: {said}") from error


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; insist after a while."""
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def compiled(source: str, *libraries: str) -> Path:
    """One of the bench's C programs, built when it is newer than what was built."""
    code, program = ROOT / "bench" / source, WORK / Path(source).stem
    if not program.exists() or program.stat().st_mtime < code.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-Wall", "-o", program, code, *libraries], check=True)
    return program


@contextmanager
def upstream(core: int = LOADER_CORE) -> Iterator[int]:
    """The department's system; its port."""
    port = free_port()
    with running(Program([str(compiled("upstream.c")), str(port)], core, port, WORK / "upstream.log")):
        yield port
