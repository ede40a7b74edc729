"""A slot is never sold twice, whoever asks, from however many processes."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_services.appointments import reservations
from mock_services.appointments.app import SCHEMAS
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import milliseconds
from mock_services.shared.database import connect, create_tables, transaction
from mock_services.shared.problems import Problem

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PROCESSES, ASKS, PLACES = 4, 2_000, 50


def make_slot(connection: sqlite3.Connection, slot_id: str, capacity: int, *, service: str = "passport") -> None:
    start = milliseconds(NOW + timedelta(hours=5))
    connection.execute(
        "insert into slot (id, site_id, service_id, day, starts_at, ends_at, capacity, set_aside, taken) "
        "values (?, 'site', ?, '2026-11-23', ?, ?, ?, 0, 0)",
        (slot_id, service, start, start + 1, capacity),
    )


async def test_two_thousand_parallel_holds_from_several_processes_win_exactly_the_places_there_are(
    tmp_path: Path,
) -> None:
    database = tmp_path / "a.sqlite"
    create_tables(database, *SCHEMAS)
    connection = connect(database)
    make_slot(connection, "s", PLACES)
    each = ASKS // PROCESSES
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("parallel_holds.py")),
            *(str(database), "s", str(number * each), str(each)),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    outputs = [(await process.communicate())[0] for process in processes]
    winners = [winner for output in outputs for winner in json.loads(output)]
    kept = connection.execute("select subject from booking where status = 'held'").fetchall()
    taken = connection.execute("select taken from slot").fetchone()[0]
    connection.close()
    assert len(winners) == PLACES
    assert len(set(winners)) == PLACES
    assert sorted(row["subject"] for row in kept) == sorted(winners)
    assert taken == PLACES


@pytest.mark.parametrize(
    "statement",
    [
        "update slot set taken = capacity + 1",
        "update slot set taken = set_aside - 1",
        (
            "insert into booking (id, subject, slot_id, service_id, day, status, created_at, hold_expires_at) "
            "values ('b2', 'r1', 's', 'passport', '2026-11-23', 'held', 1, 2)"
        ),
        "update booking set status = 'confirmed'",
    ],
    ids=["more than capacity", "fewer than were set aside", "a second live booking", "confirmed without a number"],
)
def test_the_schema_itself_refuses(tmp_path: Path, statement: str) -> None:
    create_tables(tmp_path / "a.sqlite", *SCHEMAS)
    connection = connect(tmp_path / "a.sqlite")
    make_slot(connection, "s", 3)
    with transaction(connection):
        reservations.hold(connection, Resident("r1", frozenset(), 1), "s", NOW, timedelta(minutes=10))
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "confirm", "cancel", "pass"]), st.sampled_from("abcdef"), st.sampled_from(["s", "t"])
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_taken_is_always_the_number_of_live_bookings(steps: list[tuple[str, str, str]]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for schema in SCHEMAS:
        connection.executescript(schema)
    make_slot(connection, "s", 2)
    make_slot(connection, "t", 1, service="id-card")
    now, mine = NOW, {}
    for step, subject, slot in steps:
        try:
            with transaction(connection):
                match step:
                    case "hold":
                        row = reservations.hold(
                            connection, Resident(subject, frozenset(), 1), slot, now, timedelta(minutes=10)
                        )
                        mine[subject] = row["id"]
                    case "confirm":
                        reservations.confirm(connection, subject, mine.get(subject, "-"), now)
                    case "cancel":
                        reservations.cancel(connection, subject, mine.get(subject, "-"), now)
                    case _:
                        now += timedelta(minutes=4)
                        reservations.expire_holds(connection, now)
        except Problem:
            pass
        rows = connection.execute(
            "select taken, capacity, (select count(*) from booking "
            "where slot_id = slot.id and status in ('held', 'confirmed')) as live from slot"
        )
        assert all(row["taken"] == row["live"] <= row["capacity"] for row in rows)
    connection.close()
