"""A Redis 7 of the tests' own, with its append-only file on, on a free port in a temporary folder."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.harness.ports import free_port, wait_for_port


@contextmanager
def redis_server() -> Iterator[str]:
    """Start it, yield its URL, and end it."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="onecity-redis-") as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed program
        try:
            wait_for_port(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(20)
