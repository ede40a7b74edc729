"""What was said to be durable is there after kill -9, on both databases, with two processes at once."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from core.database import database, rows
from gateway.ledger.columns import octets
from gateway.tables import APPS
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import keep, ledger_of

ROOT = Path(__file__).parents[4]
DYING = Path(__file__).with_name("dying.py")


async def start(url: str, prefix: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, str(DYING), url, prefix, stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    )


async def killed(process: asyncio.subprocess.Process, after: int) -> list[str]:
    """Let it say some lines, kill it, and give all that it said."""
    assert process.stdout
    said = [await process.stdout.readline() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    said += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


@pytest.mark.both_databases
async def test_every_entry_that_was_durable_survives_kill_9(database_url: str, clock: ManualClock) -> None:
    processes = [await start(database_url, prefix) for prefix in "ab"]
    said = await asyncio.gather(killed(processes[0], 300), killed(processes[1], 700))
    async with database(database_url, APPS):
        ledger = ledger_of(clock)
        async with ledger.open(database_url):
            assert await keep(ledger) == [None]
        kept = await rows("SELECT seq, content FROM ledger_entry ORDER BY seq")
        assert [row["seq"] for row in kept] == list(range(len(kept)))
        names = [json.loads(octets(row["content"]))["request_id"] for row in kept]
        assert set(said[0] + said[1]) <= set(names)
        assert len(names) == len(set(names)) > 1000
