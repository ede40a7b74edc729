# ruff: noqa: ARG002 - stand-ins have the port's shape
"""The end of an account: step by step, through every death of the process, and nothing is left."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from tortoise import Tortoise

from auth.errors import AccountClosed
from auth.lifecycle.models import Deletion
from auth.models import Account
from core.bodies import Localized
from core.database import connection, rows
from core.ids import AccountId, DepartmentId
from gateway.composition import City
from gateway.ledger import export
from tests.harness.clock import ManualClock
from tests.unit.auth.lifecycle.wiring import NAME, NUMBER, OTHER, PHONE, events_of, merge, proved, resident
from tests.unit.gateway.ledger.wiring import keep

SECTOR = "department:civil-affairs"
DEPARTMENT = DepartmentId("civil-affairs")
NAMES_AN_ACCOUNT = {"account_id", "absorbed_id", "actor_id", "holder_id", "merged_into", "offered_by", "principal_id"}


async def columns_of_all_tables() -> list[tuple[str, str]]:
    if connection().capabilities.dialect == "sqlite":
        tables = [row["name"] for row in await rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(table, row["name"]) for table in tables for row in await rows(f"PRAGMA table_info({table})")]
    found = await rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    return [(row["table_name"], row["column_name"]) for row in found]


async def asked(city: City, clock: ManualClock, phone: str = PHONE) -> AccountId:
    """An account whose deletion is due, which a department knows."""
    who = await resident(city, clock, phone)
    await city.identity.subjects.of(who.account, SECTOR)
    await city.identity.rooms.lifecycle.deletions.ask(who)
    clock.advance(days=16)
    return who.account


async def steps_of(account: str) -> list[str]:
    return (await Deletion.get(account_id=account)).steps


async def test_every_table_that_names_an_account_is_erased_or_kept_for_a_reason(city: City) -> None:
    named = city.identity.rooms.lifecycle.areas.named_tables()
    naming = {table for table, column in await columns_of_all_tables() if column in NAMES_AN_ACCOUNT}
    assert naming == set(named) & naming, f"say in gateway/account_data.py what becomes of {naming - set(named)}"
    models = {model._meta.db_table for app in (Tortoise.apps or {}).values() for model in app.values()}
    assert set(named) <= models | {"ledger_access"}, "a table that is not there"
    assert all(len(fate.split()) > 4 for fate in named.values() if fate != "erased"), "a reason, in words"


@pytest.mark.both_databases
async def test_after_a_deletion_nothing_holds_phone_name_or_number(city: City, clock: ManualClock, store: str) -> None:
    who, other = await resident(city, clock), await resident(city, clock, OTHER)
    await proved(city)
    merged = await merge(city, clock, who)
    account, lifecycle = who.account, city.identity.rooms.lifecycle
    await city.identity.subjects.of(account, SECTOR)
    await city.identity.rooms.credentials.passwords.set(who, "a long one that nobody guesses 7")
    await rows("INSERT INTO miniapps_favourite (id, account_id, service_id) VALUES ('a', ?, 'one')", account)
    async with city.ledger.open(store):
        await keep(city.ledger, 3, account=account)
        await city.ledger.checkpoints.write()
        clock.advance(minutes=1)
        await lifecycle.exports.ask(_fresh(who, clock))
        await lifecycle.exports.work()
        await lifecycle.deletions.ask(_fresh(who, clock))
        clock.advance(days=16)
        assert await lifecycle.deletions.work() == 1
        findings: list[str] = []
        await export.audit(await city.ledger.checkpoints.key(), findings.append)
        assert findings == [], "every proof goes on holding"
        assert await rows("SELECT seq FROM ledger_entry WHERE account_id IS NOT NULL") == []
    for needle in (PHONE, OTHER, NAME, NUMBER):
        assert await _found(needle) == []
    kept = {table for table, fate in lifecycle.areas.named_tables().items() if fate != "erased"}
    for table, column in await columns_of_all_tables():
        if column in NAMES_AN_ACCOUNT and table not in kept:
            left = await rows(
                f"SELECT 1 AS one FROM {table} WHERE {column} IN (?, ?)",  # noqa: S608 - ours
                account,
                other.account,
            )
            assert left == [], (table, merged.id)
    stone = await Account.get(id=account)
    assert (stone.phone, stone.name, stone.id_number) == (None, None, None)
    assert stone.closed_at


async def _found(needle: str) -> list[str]:
    """Where a text stands, in any column of any table."""
    found = []
    for table, column in await columns_of_all_tables():
        query = f'SELECT 1 AS one FROM "{table}" WHERE CAST("{column}" AS TEXT) LIKE ? LIMIT 1'  # noqa: S608 - ours
        if await rows(query, f"%{needle}%"):
            found.append(f"{table}.{column}")
    return found


def _fresh(who: Any, clock: ManualClock) -> Any:
    return type(who)(who.account, who.session, who.amr, clock.now())


class Dying:
    """An area that dies at the first asking, before or after its work."""

    area = "dying"
    title: ClassVar[Localized] = {"zh-CN": "死"}
    tables: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self.erased = 0

    async def merged(self, absorbed: AccountId, into: AccountId) -> None: ...
    async def parted(self, absorbed: AccountId, into: AccountId, moved: object) -> None: ...
    def export(self, account: AccountId) -> Any: ...

    async def erase(self, account: AccountId) -> None:
        self.erased += 1
        await rows("DELETE FROM auth_change WHERE id = 'never'")
        if self.erased == 1:
            raise ConnectionError("kill -9")


@pytest.mark.both_databases
async def test_a_deletion_goes_on_where_a_dead_process_left_it(city: City, clock: ManualClock) -> None:
    account = await asked(city, clock)
    lifecycle, dying = city.identity.rooms.lifecycle, Dying()
    lifecycle.areas.add(dying)
    with pytest.raises(ConnectionError):
        await lifecycle.deletions.work()
    done = await steps_of(account)
    assert done[:2] == ["close", "tell departments"]
    assert "erase dying" not in done
    assert await lifecycle.deletions.work() == 0, "its lease has not ended"
    clock.advance(minutes=11)
    assert await lifecycle.deletions.work() == 1
    assert await steps_of(account) == [*done, "erase dying", "forget"]
    assert len(await lifecycle.closures.after(DEPARTMENT, 0, 10)) == 1, "told once"
    assert await lifecycle.deletions.work() == 0
    assert dying.erased == 2


async def test_nobody_gets_in_while_it_is_under_way(city: City, clock: ManualClock) -> None:
    account = await asked(city, clock)
    lifecycle = city.identity.rooms.lifecycle
    lifecycle.areas.add(Dying())
    with pytest.raises(ConnectionError):
        await lifecycle.deletions.work()
    with pytest.raises(AccountClosed):
        await city.identity.sessions.open(account, "late")
    await lifecycle.deletions.cancel(account)
    assert await lifecycle.deletions.due(account), "what has begun is not cancelled"


async def test_what_nobody_knows_waits_for_nothing(city: City, clock: ManualClock) -> None:
    who, deletions = await resident(city, clock), city.identity.rooms.lifecycle.deletions
    assert await deletions.ask(who) == clock.now()
    known = await resident(city, clock, OTHER)
    await city.identity.subjects.of(known.account, SECTOR)
    due = await deletions.ask(known)
    assert due == clock.now() + timedelta(days=15)
    clock.advance(hours=1)
    assert await deletions.ask(_fresh(known, clock)) == due, "asking again changes nothing"
    assert await events_of(known.account) == ["deletion-asked"]
    await deletions.cancel(known.account)
    assert (await events_of(known.account))[-1] == "deletion-cancelled"
    clock.advance(days=20)
    assert await deletions.work() == 1
    assert (await Account.get(id=known.account)).closed_at is None


@pytest.mark.both_databases
async def test_each_department_reads_its_own_in_order_and_misses_none(city: City, clock: ManualClock) -> None:
    lifecycle, subs = city.identity.rooms.lifecycle, []
    for number in range(5):
        who = await resident(city, clock, f"1380000010{number}")
        subs.append(await city.identity.subjects.of(who.account, SECTOR))
        if number == 2:
            await city.identity.subjects.of(who.account, "department:water")
        await lifecycle.deletions.ask(who)
    clock.advance(days=16)
    assert await lifecycle.deletions.work() == 5
    first = await lifecycle.closures.after(DEPARTMENT, 0, 2)
    rest = await lifecycle.closures.after(DEPARTMENT, first[1].number, 10)
    assert [each.number for each in (*first[:2], *rest)] == [1, 2, 3, 4, 5]
    assert {each.sub for each in (*first[:2], *rest)} == set(subs)
    assert len(await lifecycle.closures.after(DepartmentId("water"), 0, 10)) == 1
