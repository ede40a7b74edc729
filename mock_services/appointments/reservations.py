"""The rules of booking, each a function inside one transaction.

free -> held -> confirmed -> cancelled
        held -> expired, held -> cancelled

A held, not yet expired booking and a confirmed one are live: each counts once in its slot's `taken`. The schema itself
refuses `taken > capacity` and a second live booking of one person for a service and day; the code here only turns that
into a clear answer.
"""

import secrets
import sqlite3
import uuid
from datetime import datetime, timedelta

from mock_services.appointments.answers import Status
from mock_services.appointments.errors import (
    BookingCancelled,
    BookingExists,
    BookingUnknown,
    HoldExpired,
    SlotFull,
    SlotPast,
    SlotUnknown,
)
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import milliseconds

Row = sqlite3.Row

_BOOKING = (
    "select booking.*, slot.site_id, slot.starts_at, slot.ends_at "
    "from booking join slot on slot.id = booking.slot_id where booking.subject = ?"
)


def hold(connection: sqlite3.Connection, resident: Resident, slot_id: str, now: datetime, life: timedelta) -> Row:
    """Take a place for `life`; SlotUnknown, SlotPast, BookingExists or SlotFull when that cannot be."""
    expire_holds(connection, now)
    slot = _open_slot(connection, slot_id, now)
    _refuse_second(connection, resident.subject, slot)
    _take_place(connection, slot_id)
    booking_id = uuid.uuid4().hex
    connection.execute(
        "insert into booking (id, subject, slot_id, service_id, day, status, name, phone, created_at, hold_expires_at) "
        "values (?, ?, ?, ?, ?, 'held', ?, ?, ?, ?)",
        (
            booking_id,
            resident.subject,
            slot_id,
            slot["service_id"],
            slot["day"],
            resident.name,
            resident.phone,
            milliseconds(now),
            milliseconds(now + life),
        ),
    )
    return find(connection, resident.subject, booking_id)


def confirm(connection: sqlite3.Connection, subject: str, booking_id: str, now: datetime) -> tuple[Row, bool]:
    """Make a held booking firm; the booking, and whether this call did it (False: it was firm already)."""
    booking = find(connection, subject, booking_id)
    status = status_at(booking, now)
    if status is Status.CONFIRMED:
        return booking, False
    if status is Status.CANCELLED:
        raise BookingCancelled("Book anew.")
    if status is Status.EXPIRED:
        raise HoldExpired("Choose a time again.")
    _refuse_past(booking, now)
    connection.execute(
        "update booking set status = 'confirmed', number = ?, confirmed_at = ? where id = ?",
        (_fresh_number(connection), milliseconds(now), booking_id),
    )
    return find(connection, subject, booking_id), True


def cancel(connection: sqlite3.Connection, subject: str, booking_id: str, now: datetime) -> tuple[Row, bool]:
    """Give the place back; the booking, and whether a *confirmed* booking ended by this call."""
    booking = find(connection, subject, booking_id)
    status = status_at(booking, now)
    if status is Status.CANCELLED:
        return booking, False
    if status is Status.EXPIRED:
        raise HoldExpired("There is nothing to cancel any more.")
    _refuse_past(booking, now)
    connection.execute(
        "update booking set status = 'cancelled', cancelled_at = ? where id = ?", (milliseconds(now), booking_id)
    )
    _give_back(connection, booking["slot_id"])
    return find(connection, subject, booking_id), status is Status.CONFIRMED


def expire_holds(connection: sqlite3.Connection, now: datetime) -> int:
    """End the holds whose time is over; how many."""
    over = connection.execute(
        "update booking set status = 'expired' where status = 'held' and hold_expires_at <= ? returning slot_id",
        (milliseconds(now),),
    ).fetchall()
    for booking in over:
        _give_back(connection, booking["slot_id"])
    return len(over)


def find(connection: sqlite3.Connection, subject: str, booking_id: str) -> Row:
    """The holder's own booking; BookingUnknown for another's as for none."""
    row: Row | None = connection.execute(f"{_BOOKING} and booking.id = ?", (subject, booking_id)).fetchone()
    if row is None:
        raise BookingUnknown("Take an id from GET /bookings.")
    return row


def newest(connection: sqlite3.Connection, subject: str, before: tuple[int, str], limit: int) -> list[Row]:
    """The holder's bookings made before that moment and id, newest first."""
    order = "order by booking.created_at desc, booking.id desc limit ?"
    query = f"{_BOOKING} and (booking.created_at, booking.id) < (?, ?) {order}"
    return connection.execute(query, (subject, *before, limit)).fetchall()


def status_at(booking: Row, now: datetime) -> Status:
    """A hold whose time is over is expired, swept or not."""
    status = Status(booking["status"])
    if status is Status.HELD and booking["hold_expires_at"] <= milliseconds(now):
        return Status.EXPIRED
    return status


def seconds_left(booking: Row, now: datetime) -> int | None:
    """How long the place is still held; None unless it is."""
    if status_at(booking, now) is not Status.HELD:
        return None
    left: int = booking["hold_expires_at"] - milliseconds(now)
    return -(-left // 1000)


def _open_slot(connection: sqlite3.Connection, slot_id: str, now: datetime) -> Row:
    slot: Row | None = connection.execute("select * from slot where id = ?", (slot_id,)).fetchone()
    if slot is None:
        raise SlotUnknown("Take an id from GET /slots.")
    _refuse_past(slot, now)
    return slot


def _refuse_past(slot: Row, now: datetime) -> None:
    if slot["starts_at"] <= milliseconds(now):
        raise SlotPast("Choose a later time.")


def _refuse_second(connection: sqlite3.Connection, subject: str, slot: Row) -> None:
    live = connection.execute(
        "select id from booking where (subject, service_id, day) = (?, ?, ?) and status in ('held', 'confirmed')",
        (subject, slot["service_id"], slot["day"]),
    ).fetchone()
    if live:
        raise BookingExists("Cancel that one first, or choose another day.", booking_id=live["id"])


def _take_place(connection: sqlite3.Connection, slot_id: str) -> None:
    taken = connection.execute("update slot set taken = taken + 1 where id = ? and taken < capacity", (slot_id,))
    if taken.rowcount == 0:
        raise SlotFull("Choose another time.")


def _give_back(connection: sqlite3.Connection, slot_id: str) -> None:
    connection.execute("update slot set taken = taken - 1 where id = ?", (slot_id,))


def _fresh_number(connection: sqlite3.Connection) -> str:
    """Eight digits that are easy to read out: 8305-2174."""
    while True:
        digits = f"{secrets.randbelow(10**8):08d}"
        number = f"{digits[:4]}-{digits[4:]}"
        if not connection.execute("select 1 from booking where number = ?", (number,)).fetchone():
            return number
