"""Puts the demo residents' records into the store, anew each time: they are the same but for the months since."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from zlib import crc32

from mock_services.queries import fund, insurance
from mock_services.queries.careers import Career
from mock_services.shared.residents import DemoResident


def refill(connection: sqlite3.Connection, residents: Iterable[DemoResident], today: date) -> None:
    """Run it inside a transaction: readers see the old records or the new ones."""
    for table in ("fund_record", "insurance_record", "insurance_account", "person"):
        connection.execute(f"delete from {table}")  # noqa: S608 - names from the line above
    for resident in residents:
        _fill(connection, resident, Career(resident.id_number), today)


def _fill(connection: sqlite3.Connection, resident: DemoResident, career: Career, today: date) -> None:
    records = list(insurance.records(career, today))
    _add_person(connection, resident, career, today)
    connection.executemany(
        "insert into insurance_account values (?, ?, ?, ?)",
        [(resident.id_number, *account) for account in insurance.accounts(records)],
    )
    connection.executemany(
        "insert into insurance_record values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(resident.id_number, *record) for record in records],
    )
    connection.executemany(
        "insert into fund_record values (?, ?, ?, ?, ?, ?, ?)",
        [(resident.id_number, *record) for record in fund.records(career, today)],
    )


def _add_person(connection: sqlite3.Connection, resident: DemoResident, career: Career, today: date) -> None:
    last = list(career.work(today))[-1]
    retired = any(True for _ in career.retirement(today))
    account = f"8{crc32(resident.id_number.encode()) % 10**11:011d}"
    connection.execute(
        "insert into person values (?, ?, ?, ?, ?, ?, ?)",
        (
            resident.id_number,
            resident.name,
            "retired" if retired else "active",
            None if retired else last.employer,
            account,
            "closed" if retired else "active",
            0 if retired else fund.deposit(last),
        ),
    )
