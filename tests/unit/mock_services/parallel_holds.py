"""One process of the oversell test: many residents at once ask for places of one slot; prints who won.

python parallel_holds.py <database> <slot> <first resident> <how many>
"""

import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mock_services.appointments.errors import SlotFull
from mock_services.appointments.reservations import hold
from mock_services.shared.assertions import Resident
from mock_services.shared.database import connect, transaction

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def ask(database: Path, slot: str, number: int) -> str | None:
    connection: sqlite3.Connection = connect(database)
    try:
        with transaction(connection):
            row = hold(connection, Resident(f"r{number}", frozenset(), 1), slot, NOW, timedelta(minutes=10))
            return str(row["subject"])
    except SlotFull:
        return None
    finally:
        connection.close()


def main() -> None:
    database, slot, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with ThreadPoolExecutor(8) as threads:
        winners = threads.map(lambda number: ask(database, slot, number), range(first, first + count))
        sys.stdout.write(json.dumps([winner for winner in winners if winner]))


main()
