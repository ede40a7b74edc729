"""A PostgreSQL 15 of the tests' own, on a free port in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.ports import free_port, wait_for_port

BINARIES = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start it, yield its URL without a database name, and end it."""
    folder = Path(tempfile.mkdtemp(prefix="onecity-postgres-"))
    account = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if account:
        shutil.chown(folder, account)
    port = free_port()
    binary = _binaries()
    subprocess.run(  # noqa: S603 - fixed program
        [binary / "initdb", "-D", folder / "data", "-U", "city", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        user=account,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", folder, "-c", "max_connections=100", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - fixed program
            [binary / "postgres", "-D", folder / "data", *options], user=account, cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_for_port(port)
        _wait_until_ready(binary, port)
        yield f"postgres://city@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(binary: Path, port: int) -> None:
    """It listens before it lets anyone in."""
    for _ in range(200):
        asked = [binary / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(asked, check=False).returncode == 0:  # noqa: S603 - fixed program
            return
        time.sleep(0.05)
    raise TimeoutError("PostgreSQL does not get ready")


def _binaries() -> Path:
    found = shutil.which("initdb")
    if BINARIES.exists() or not found:
        return BINARIES
    return Path(found).parent
