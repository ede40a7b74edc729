"""What runs by itself: it goes on when the store fails for a moment."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mock_services.appointments import app as appointments
from mock_services.appointments.catalogue import Catalogue
from mock_services.appointments.settings import AppointmentSettings
from mock_services.appointments.upkeep import Upkeep as AppointmentUpkeep
from mock_services.queries import app as queries_app
from mock_services.queries.upkeep import Upkeep as QueryUpkeep
from mock_services.shared.database import Database, create_tables
from mock_services.shared.residents import demo_residents
from tests.unit.mock_services.platform_twin import ManualClock
from tests.unit.mock_services.test_bookings import Key, free_slots, hold


def count(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 - a test's table
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():
            await asyncio.sleep(0.01)


async def goes_on(run: Callable[[], Awaitable[None]], path: Path, schemas: tuple[str, ...], table: str) -> None:
    """Start it over a store without tables, make them, and wait for its work."""
    worker = asyncio.ensure_future(run())
    await asyncio.sleep(0.1)
    create_tables(path, *schemas)
    await until(lambda: count(path, table) > 0)
    worker.cancel()
    await asyncio.wait([worker])


async def test_the_calendars_upkeep_outlives_a_failing_store(
    tmp_path: Path, catalogue: Catalogue, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path / "a.sqlite")
    upkeep = AppointmentUpkeep(database, catalogue, clock, every=0.01)
    await goes_on(upkeep.run, tmp_path / "a.sqlite", appointments.SCHEMAS, "slot")
    database.close()
    assert [record.levelno for record in caplog.records][:1] == [logging.ERROR]


async def test_the_records_upkeep_outlives_a_failing_store(
    tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path / "q.sqlite")
    upkeep = QueryUpkeep(database, demo_residents(), clock, every=0.01)
    await goes_on(upkeep.run, tmp_path / "q.sqlite", (queries_app.SCHEMA,), "person")
    await upkeep.fill()
    database.close()
    assert [record.levelno for record in caplog.records][:1] == [logging.ERROR]


async def test_the_sweeper_frees_places_by_itself(
    client: httpx2.AsyncClient, clock: ManualClock, settings: AppointmentSettings, catalogue: Catalogue, key: Key
) -> None:
    before: list[Any] = await free_slots(client)
    await hold(client, key)
    assert await free_slots(client) != before
    clock.advance(minutes=11)
    database = Database(settings.database)
    await AppointmentUpkeep(database, catalogue, clock).sweep()
    database.close()
    assert await free_slots(client) == before


async def test_answers_to_old_keys_are_forgotten_after_a_day(
    client: httpx2.AsyncClient, clock: ManualClock, settings: AppointmentSettings, catalogue: Catalogue, key: Key
) -> None:
    await hold(client, key)
    assert count(settings.database, "first_answer") == 1
    clock.advance(hours=25)
    database = Database(settings.database)
    await AppointmentUpkeep(database, catalogue, clock).sweep()
    database.close()
    assert count(settings.database, "first_answer") == 0
