"""Bookings as the endpoints use them: each call one transaction, its notice and its answer inside it."""

import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from mock_services.appointments import messages, reservations
from mock_services.appointments.answers import BookedService, BookedSite, Booking
from mock_services.appointments.catalogue import Catalogue
from mock_services.appointments.reservations import Row
from mock_services.shared import outbox
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import Clock, moment
from mock_services.shared.database import Database
from mock_services.shared.idempotency import Ask, Made, answer_once
from mock_services.shared.masks import mask_name, mask_phone
from mock_services.shared.operations import wire
from mock_services.shared.pages import decode_cursor, encode_cursor
from mock_services.shared.wire import Page

CREATED = 201
NEWEST = (sys.maxsize, "")

Change = Callable[[sqlite3.Connection, str, str, datetime], tuple[Row, bool]]
Message = Callable[[str, Booking], dict[str, Any]]


class Bookings:
    """Every method works on the resident's own bookings only."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Clock, hold_for: timedelta, tell: Callable[[], None]
    ) -> None:
        """`tell` is called after a commit that left a notice in the outbox."""
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._hold_for = hold_for
        self._tell = tell

    async def hold(self, resident: Resident, slot_id: str, ask: Ask) -> Made:
        """Hold a place, or answer as at the first time this key came."""
        now = self._clock()

        def work(connection: sqlite3.Connection) -> Made:
            return answer_once(connection, ask, now, partial(held, connection))

        def held(connection: sqlite3.Connection) -> Made:
            row = reservations.hold(connection, resident, slot_id, now, self._hold_for)
            return Made(CREATED, wire(self._answer(row, now)))

        return await self._database.write(work)

    async def confirm(self, subject: str, booking_id: str) -> Booking:
        return await self._change(subject, booking_id, reservations.confirm, messages.booked)

    async def cancel(self, subject: str, booking_id: str) -> Booking:
        return await self._change(subject, booking_id, reservations.cancel, messages.cancelled)

    async def find(self, subject: str, booking_id: str) -> Booking:
        row = await self._database.read(lambda connection: reservations.find(connection, subject, booking_id))
        return self._answer(row, self._clock())

    async def page(self, subject: str, cursor: str | None, limit: int) -> Page[Booking]:
        """Newest first."""
        before: Any = decode_cursor(cursor, int, str) if cursor else NEWEST
        rows = await self._database.read(lambda connection: reservations.newest(connection, subject, before, limit + 1))
        shown, now = rows[:limit], self._clock()
        following = encode_cursor(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > limit else None
        return Page[Booking](items=[self._answer(row, now) for row in shown], next=following)

    async def _change(self, subject: str, booking_id: str, change: Change, message: Message) -> Booking:
        now = self._clock()

        def work(connection: sqlite3.Connection) -> tuple[Booking, bool]:
            row, changed = change(connection, subject, booking_id, now)
            booking = self._answer(row, now)
            if changed:
                outbox.put(connection, messages.thread_of(booking), message(subject, booking), now)
            return booking, changed

        booking, changed = await self._database.write(work)
        if changed:
            self._tell()
        return booking

    def _answer(self, row: Row, now: datetime) -> Booking:
        service = self._catalogue.service(row["service_id"])
        site = self._catalogue.site(row["site_id"])
        return Booking(
            id=row["id"],
            number=row["number"],
            status=reservations.status_at(row, now),
            service=BookedService(id=service.id, name=service.name, bring=service.bring),
            site=BookedSite(id=site.id, name=site.name, address=site.address, phone=site.phone),
            slot_id=row["slot_id"],
            starts_at=moment(row["starts_at"]),
            ends_at=moment(row["ends_at"]),
            name=mask_name(row["name"]) if row["name"] else None,
            phone=mask_phone(row["phone"]) if row["phone"] else None,
            created_at=moment(row["created_at"]),
            hold_expires_at=moment(row["hold_expires_at"]),
            hold_seconds_left=reservations.seconds_left(row, now),
            confirmed_at=_maybe(row["confirmed_at"]),
            cancelled_at=_maybe(row["cancelled_at"]),
        )


def _maybe(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)
