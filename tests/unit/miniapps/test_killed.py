"""kill -9 while values are kept and ratings given: what is counted is what is there."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.database import rows
from miniapps.ratings.ratings import Ratings
from miniapps.storage.storage import Place, Storage
from tests.unit.miniapps.dying import HELLO, KEYS, ZHANG, Nobody, services

ROOT = Path(__file__).parents[3]
JUST_KEPT = "SELECT (SELECT MAX(updated_at) FROM storage_entry) > (SELECT MAX(created_at) FROM ratings_rating) AS so"
JUST_RATED = "SELECT (SELECT MAX(updated_at) FROM storage_entry) < (SELECT MAX(created_at) FROM ratings_rating) AS so"


async def is_reached(moment: str, number: int) -> bool:
    given = (await rows("SELECT COUNT(*) AS n FROM ratings_rating"))[0]["n"]
    return given >= number and bool((await rows(moment))[0]["so"])


async def write_until(moment: str, number: int, store: str) -> None:
    """Have a process write, and kill it at that moment once there are so many ratings."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.unit.miniapps.dying", store, cwd=ROOT)
    async with asyncio.timeout(60):
        while not await is_reached(moment, number):
            assert child.returncode is None
            await asyncio.sleep(0.001)
    child.kill()
    assert await child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("moment", [JUST_KEPT, JUST_RATED])
async def test_a_killed_writer_leaves_nothing_half_done(store: str, moment: str) -> None:
    await write_until(moment, KEYS, store)
    storage, ratings = Storage(SystemClock(), services(), Nobody()), Ratings(SystemClock(), services())
    kept = await storage.contents(Place(ZHANG, HELLO))
    entries = (await rows("SELECT SUM(size) AS size, COUNT(*) AS n FROM storage_entry"))[0]
    assert (kept.used, len(kept.keys)) == (entries["size"], entries["n"])
    assert (await rows("SELECT keys FROM storage_space"))[0]["keys"] == entries["n"]
    summary = await ratings.summary(HELLO)
    graded = (await rows("SELECT SUM(grade) AS grades, COUNT(*) AS n FROM ratings_rating"))[0]
    assert summary
    assert (summary.count, summary.average) == (graded["n"], round(graded["grades"] / graded["n"], 2))
