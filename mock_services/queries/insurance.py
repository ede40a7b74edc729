"""Social insurance made from a working life."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mock_services.queries.careers import Career, Month, Work

PENSION_PER_MILLE = 80
MEDICAL_PER_MILLE = 20
UNEMPLOYMENT_PER_MILLE = 5
INTEREST_PER_MILLE = 30
"""A year, on the pension account."""

FIRST_BENEFIT = 120_000
BENEFIT_GROWTH_PERCENT = 7
LAST_GROWN_YEAR = 12


class Record(NamedTuple):
    """A row of insurance_record without its person."""

    month: str
    kind: str
    employer: str | None
    base: int | None
    pension: int
    medical: int
    unemployment: int
    received: int


class Account(NamedTuple):
    """A row of insurance_account without its person."""

    insurance: str
    balance: int
    months_paid: int


def records(career: Career, today: date) -> Iterator[Record]:
    """Oldest first: contributions, then the pension."""
    yield from (_contribution(work) for work in career.work(today))
    yield from (_benefit(career, month) for month in career.retirement(today))


def accounts(rows: list[Record]) -> list[Account]:
    """What the records add up to."""
    paid = [row for row in rows if row.kind == "contribution"]
    return [
        Account("pension", max(_with_interest(paid) - _drawn(rows), 0), len(paid)),
        Account("medical", sum(row.medical * 2 // 5 for row in paid), len(paid)),
        Account("unemployment", sum(row.unemployment for row in paid), len(paid)),
    ]


def _contribution(work: Work) -> Record:
    return Record(
        str(work.month),
        "contribution",
        work.employer,
        work.base,
        work.base * PENSION_PER_MILLE // 1000,
        work.base * MEDICAL_PER_MILLE // 1000,
        work.base * UNEMPLOYMENT_PER_MILLE // 1000,
        0,
    )


def _benefit(career: Career, month: Month) -> Record:
    grown = min(month.year - career.retires.year, LAST_GROWN_YEAR)
    received = FIRST_BENEFIT * (100 + BENEFIT_GROWTH_PERCENT) ** grown // 100**grown // 10 * 10
    return Record(str(month), "benefit", None, None, 0, 0, 0, received)


def _with_interest(paid: list[Record]) -> int:
    balance = 0
    for row in paid:
        balance += row.pension
        if row.month.endswith("-12"):
            balance += balance * INTEREST_PER_MILLE // 1000
    return balance


def _drawn(rows: list[Record]) -> int:
    """A twelfth of a pension comes from the personal account."""
    return sum(row.received // 12 for row in rows)
