"""The housing fund made from a working life: 住房公积金."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mock_services.queries.careers import Career, Month, Work

DEPOSIT_PER_MILLE = 140
"""7 % from the employer and 7 % from the employed."""

INTEREST_PER_MILLE = 15
LARGEST_DEPOSIT = 493_200
RENT_EVERY_MONTHS = 36
RENT = 540_000


class Record(NamedTuple):
    """A row of fund_record without its person; `amount` is negative where money left."""

    sequence: int
    date: str
    kind: str
    employer: str | None
    amount: int
    balance: int


def deposit(work: Work) -> int:
    return min(work.base * DEPOSIT_PER_MILLE // 1000, LARGEST_DEPOSIT)


def records(career: Career, today: date) -> Iterator[Record]:
    """Oldest first, as a bank statement; on retirement all of it is paid out."""
    balance = 0
    for sequence, (day, kind, employer, amount) in enumerate(_movements(career, today), 1):
        moved = _interest(balance) if kind == "interest" else max(amount, -balance)
        balance += moved
        yield Record(sequence, day, kind, employer, moved, balance)


Movement = tuple[str, str, str | None, int]


def _movements(career: Career, today: date) -> Iterator[Movement]:
    for number, work in enumerate(career.work(today), 1):
        yield f"{work.month}-15", "deposit", work.employer, deposit(work)
        if work.month.month == 6:  # noqa: PLR2004 - the fund's year ends in June
            yield f"{work.month}-30", "interest", None, 0
        if number % RENT_EVERY_MONTHS == 0:
            yield f"{work.month}-20", "withdrawal", None, -RENT
    if career.retires <= Month(today.year, today.month):
        yield f"{career.retires}-01", "withdrawal", None, -(10**12)


def _interest(balance: int) -> int:
    return balance * INTEREST_PER_MILLE // 1000
