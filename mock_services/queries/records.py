"""One person's records, found by the number of their identity card and by nothing else."""

import sqlite3
from typing import Any

from mock_services.queries.answers import (
    FundRecord,
    HousingFund,
    Insurance,
    InsuranceAccount,
    InsuranceRecord,
    SocialInsurance,
)
from mock_services.shared.assertions import Resident
from mock_services.shared.clock import SHANGHAI, Clock
from mock_services.shared.database import Database
from mock_services.shared.masks import mask_employer, mask_name, mask_number
from mock_services.shared.pages import decode_cursor, encode_cursor
from mock_services.shared.problems import NotFound
from mock_services.shared.wire import Money, Page, Text, text

NAMES: dict[Insurance, Text] = {
    "pension": text("养老保险", "Pension"),
    "medical": text("医疗保险", "Medical"),
    "unemployment": text("失业保险", "Unemployment"),
}

OWN_ACCOUNT = text("个人账户余额", "Balance of your account")
PAID_IN = text("个人缴费累计", "What you paid in")

_AFTER_EVERY_MONTH = "9999-12"
_AFTER_EVERY_RECORD = 2**62


class NoRecords(NotFound):
    title = "There are no records on you"


class Records:
    """Every method answers for the resident of the assertion; NoRecords where there are none."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def social_insurance(self, resident: Resident) -> SocialInsurance:
        id_number = resident.required_id_number()
        return await self._database.read(lambda connection: self._insurance(connection, id_number))

    async def insurance_records(
        self, resident: Resident, year: int | None, cursor: str | None, limit: int
    ) -> Page[InsuranceRecord]:
        """Newest first."""
        id_number = resident.required_id_number()
        before = decode_cursor(cursor, str)[0] if cursor else _AFTER_EVERY_MONTH

        def work(connection: sqlite3.Connection) -> list[sqlite3.Row]:
            _person(connection, id_number)
            return connection.execute(
                "select * from insurance_record where id_number = ? and month < ? and (?3 is null or month glob ?3) "
                "order by month desc limit ?4",
                (id_number, before, f"{year}-*" if year else None, limit + 1),
            ).fetchall()

        rows = await self._database.read(work)
        following = encode_cursor(rows[limit - 1]["month"]) if len(rows) > limit else None
        return Page[InsuranceRecord](items=[_insurance_record(row) for row in rows[:limit]], next=following)

    async def housing_fund(self, resident: Resident) -> HousingFund:
        id_number = resident.required_id_number()
        return await self._database.read(lambda connection: self._fund(connection, id_number))

    async def fund_records(self, resident: Resident, cursor: str | None, limit: int) -> Page[FundRecord]:
        """Newest first."""
        id_number = resident.required_id_number()
        before = decode_cursor(cursor, int)[0] if cursor else _AFTER_EVERY_RECORD

        def work(connection: sqlite3.Connection) -> list[sqlite3.Row]:
            _person(connection, id_number)
            return connection.execute(
                "select * from fund_record where id_number = ? and sequence < ? order by sequence desc limit ?",
                (id_number, before, limit + 1),
            ).fetchall()

        rows = await self._database.read(work)
        following = encode_cursor(rows[limit - 1]["sequence"]) if len(rows) > limit else None
        return Page[FundRecord](items=[_fund_record(row) for row in rows[:limit]], next=following)

    def _insurance(self, connection: sqlite3.Connection, id_number: str) -> SocialInsurance:
        person = _person(connection, id_number)
        accounts = connection.execute("select * from insurance_account where id_number = ?", (id_number,))
        by_insurance = {row["insurance"]: row for row in accounts}
        years = connection.execute(
            "select distinct cast(substr(month, 1, 4) as integer) from insurance_record where id_number = ? "
            "order by 1 desc",
            (id_number,),
        )
        return SocialInsurance(
            name=mask_name(person["name"]),
            id_number=mask_number(id_number),
            status=person["status"],
            employer=_employer(person["employer"]),
            monthly_pension=_last_pension(connection, id_number),
            accounts=[_account(insurance, by_insurance[insurance]) for insurance in NAMES],
            years=[year for (year,) in years],
            as_of=self._clock().astimezone(SHANGHAI),
        )

    def _fund(self, connection: sqlite3.Connection, id_number: str) -> HousingFund:
        person = _person(connection, id_number)
        (balance,) = connection.execute(
            "select balance from fund_record where id_number = ? order by sequence desc limit 1", (id_number,)
        ).fetchone()
        return HousingFund(
            name=mask_name(person["name"]),
            account=mask_number(person["fund_account"]),
            status=person["fund_status"],
            employer=_employer(person["employer"]),
            balance=Money(amount=balance),
            monthly_deposit=Money(amount=person["monthly_deposit"]),
            as_of=self._clock().astimezone(SHANGHAI),
        )


def _person(connection: sqlite3.Connection, id_number: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute("select * from person where id_number = ?", (id_number,)).fetchone()
    if row is None:
        raise NoRecords("If you have worked in Shanghai, ask at the counter of your district's centre.")
    return row


def _account(insurance: Insurance, row: sqlite3.Row) -> InsuranceAccount:
    return InsuranceAccount(
        insurance=insurance,
        name=NAMES[insurance],
        balance=Money(amount=row["balance"]),
        meaning=PAID_IN if insurance == "unemployment" else OWN_ACCOUNT,
        months_paid=row["months_paid"],
    )


def _last_pension(connection: sqlite3.Connection, id_number: str) -> Money | None:
    row = connection.execute(
        "select received from insurance_record where id_number = ? and kind = 'benefit' order by month desc limit 1",
        (id_number,),
    ).fetchone()
    return Money(amount=row["received"]) if row else None


def _insurance_record(row: sqlite3.Row) -> InsuranceRecord:
    amounts: dict[str, Any] = {
        member: Money(amount=row[member]) for member in ("pension", "medical", "unemployment", "received")
    }
    return InsuranceRecord(
        month=row["month"],
        kind=row["kind"],
        employer=_employer(row["employer"]),
        base=None if row["base"] is None else Money(amount=row["base"]),
        **amounts,
    )


def _fund_record(row: sqlite3.Row) -> FundRecord:
    return FundRecord(
        date=row["date"],
        kind=row["kind"],
        employer=_employer(row["employer"]),
        amount=Money(amount=row["amount"]),
        balance=Money(amount=row["balance"]),
    )


def _employer(name: str | None) -> str | None:
    return None if name is None else mask_employer(name)
