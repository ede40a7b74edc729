"""What is free, and when."""

import sqlite3
from datetime import date

from mock_services.appointments import calendar
from mock_services.appointments.answers import Day, Days, SlotAnswer
from mock_services.appointments.catalogue import Catalogue
from mock_services.shared.clock import Clock, milliseconds, moment
from mock_services.shared.database import Database
from mock_services.shared.wire import Page


class Slots:
    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def days(self, site_id: str, service_id: str) -> Days:
        """The days ahead with the places that can still be booked."""
        site, _ = self._catalogue.offered(site_id, service_id)
        now = self._clock()
        counts = await self._database.read(
            lambda connection: _count_by_day(connection, site_id, service_id, milliseconds(now))
        )
        days = [_day(day, *counts.get(day.isoformat(), (0, 0))) for day in calendar.days_ahead(now)]
        return Days(site=site, items=days)

    async def of_day(self, site_id: str, service_id: str, day: date) -> Page[SlotAnswer]:
        self._catalogue.offered(site_id, service_id)
        now = milliseconds(self._clock())
        rows = await self._database.read(lambda connection: _on_day(connection, site_id, service_id, day))
        return Page[SlotAnswer](items=[_answer(row, now) for row in rows])


def _count_by_day(
    connection: sqlite3.Connection, site_id: str, service_id: str, now: int
) -> dict[str, tuple[int, int]]:
    rows = connection.execute(
        "select day, sum(capacity), sum(iif(starts_at > ?, capacity - taken, 0)) from slot "
        "where (site_id, service_id) = (?, ?) group by day",
        (now, site_id, service_id),
    )
    return {day: (capacity, free) for day, capacity, free in rows}


def _on_day(connection: sqlite3.Connection, site_id: str, service_id: str, day: date) -> list[sqlite3.Row]:
    return connection.execute(
        "select * from slot where (site_id, service_id, day) = (?, ?, ?) order by starts_at",
        (site_id, service_id, day.isoformat()),
    ).fetchall()


def _day(day: date, capacity: int, free: int) -> Day:
    return Day(date=day, open=capacity > 0, capacity=capacity, free=free)


def _answer(row: sqlite3.Row, now: int) -> SlotAnswer:
    past = row["starts_at"] <= now
    return SlotAnswer(
        id=row["id"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        capacity=row["capacity"],
        free=0 if past else row["capacity"] - row["taken"],
        past=past,
    )
