"""Which slots there are: made from opening hours, the same ones each time, for two weeks ahead."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from mock_services.appointments.catalogue import Catalogue
from mock_services.appointments.places import Opening, Service, Site
from mock_services.shared.clock import SHANGHAI, milliseconds

DAYS_AHEAD = 14
HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that every year has on the same day."""


class Slot(NamedTuple):
    """A row of the slot table, fresh."""

    id: str
    site_id: str
    service_id: str
    day: str
    starts_at: int
    ends_at: int
    capacity: int
    set_aside: int


def today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def days_ahead(now: datetime) -> list[date]:
    """Today and those after it."""
    return [today(now) + timedelta(days=number) for number in range(DAYS_AHEAD)]


def is_open(opening: Opening, day: date) -> bool:
    return day.isoweekday() in opening.weekdays and (day.month, day.day) not in HOLIDAYS


def slots_of(site: Site, service: Service, day: date) -> Iterator[Slot]:
    """One site's slots for one service on one day; none when it is closed."""
    if not is_open(site.opening, day):
        return
    for start, end in _periods(site.opening, day, timedelta(minutes=service.minutes)):
        slot_id = f"{site.id}.{service.id}.{start:%Y%m%d.%H%M}"
        capacity, set_aside = _places(slot_id, site, service)
        yield Slot(
            slot_id, site.id, service.id, day.isoformat(), milliseconds(start), milliseconds(end), capacity, set_aside
        )


def extend(connection: sqlite3.Connection, catalogue: Catalogue, now: datetime) -> int:
    """Add the days that are missing and drop ended slots that nobody booked; how many were added.

    What is there already stays as it is: it has bookings.
    """
    connection.execute(
        "delete from slot where ends_at < ? and not exists (select 1 from booking where slot_id = slot.id)",
        (milliseconds(now - timedelta(days=1)),),
    )
    cursor = connection.executemany(
        "insert into slot (id, site_id, service_id, day, starts_at, ends_at, capacity, set_aside, taken) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) on conflict (id) do nothing",
        _all_slots(catalogue, now),
    )
    return cursor.rowcount


def _all_slots(catalogue: Catalogue, now: datetime) -> Iterator[Slot]:
    for site in catalogue.all_sites:
        for service_id in site.services:
            for day in days_ahead(now):
                yield from slots_of(site, catalogue.service(service_id), day)


def _periods(opening: Opening, day: date, length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    start = datetime.combine(day, opening.opens, SHANGHAI)
    closes = datetime.combine(day, opening.closes, SHANGHAI)
    while start + length <= closes:
        if not _falls_into_lunch(opening, start, start + length):
            yield start, start + length
        start += length


def _falls_into_lunch(opening: Opening, start: datetime, end: datetime) -> bool:
    lunch = opening.lunch
    return lunch is not None and start.time() < lunch.closes and end.time() > lunch.opens


def _places(slot_id: str, site: Site, service: Service) -> tuple[int, int]:
    """Capacity by site and service; some of it, now and then all of it, is gone before anyone books here."""
    capacity = crc32(f"{site.id}.{service.id}".encode()) % 7 + 4
    chance = crc32(slot_id.encode()) % 10
    gone = capacity if chance == 0 else capacity * chance // 14
    return capacity, gone
