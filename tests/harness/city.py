"""The demo, started as a newcomer starts it, on free ports and in a folder of the test's own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.harness.ports import free_port_with

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
BACK_ENDS = range(101, 106)
"""The departments' ports and the population register's, counted from the city's."""


class City:
    """A running demo."""

    def __init__(self, folder: Path, port: int, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = port
        self.origin = f"http://localhost:{port}"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def mini(self, service: str) -> str:
        return f"http://{service}.localhost:{self.port}"

    def start(self, *options: str) -> None:
        """Start the demo, also again on the same folder; `options` are its own."""
        said_before = len(self.output())
        command = [sys.executable, str(ROOT / "scripts" / "demo.py"), "--port", str(self.port)]
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [*command, "--folder", str(self.folder / "data"), *options],
                cwd=ROOT,
                env={**os.environ, **self._environment, "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait_for_greeting(said_before)

    def stop(self) -> int:
        """Ctrl-C, and the exit status."""
        assert self._process
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(40)

    def ended(self) -> int:
        """The exit status of a demo that ends by itself."""
        assert self._process
        return self._process.wait(40)

    def output(self) -> str:
        return (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")

    def code(self, phone: str) -> str:
        """The newest code sent to a number, from the development outbox."""
        sent = json.load(urllib.request.urlopen(f"{self.origin}/dev/outbox.json", timeout=5))  # noqa: S310
        return str(next(each["code"] for each in sent["items"] if each["phone"] == phone))

    def process_of(self, name: str) -> int:
        """The process id of one of the demo's children: gateway, appointments or queries."""
        wanted = {"gateway": "gateway.cli"}.get(name, f"mock_services.{name}")
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(next(pid for pid in children if wanted in Path(f"/proc/{pid}/cmdline").read_text()))

    def _wait_for_greeting(self, said_before: int) -> None:
        assert self._process
        deadline = time.monotonic() + START_SECONDS
        while "OneCity is running" not in self.output()[said_before:]:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the demo did not start:\n{self.output()}")
            time.sleep(0.1)


@contextmanager
def running_city(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[City]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "output.txt").touch()
    city = City(folder, free_port_with(BACK_ENDS), environment or {})
    try:
        city.start()
        yield city
    finally:
        city.stop()
