"""What has run out goes, and nothing else."""

import pytest

from auth import leftovers
from auth.codes import Purpose
from auth.models import CodeQuota, Key, MiniSession, SentSMS, Session, SignInCode, UsedAssertion
from auth.sms import Outbox
from core.ids import ServiceId
from tests.unit.auth.wiring import NAME_SCOPE, PHONE, City, DepartmentSystem

TABLES = (SignInCode, CodeQuota, UsedAssertion, SentSMS, Session, MiniSession, Key)


async def fill(city: City) -> None:
    """A row in each table."""
    system = DepartmentSystem()
    await system.enter(city)
    await city.client_assertions.client_of(system.assertion(city.clock.now()))
    await city.codes.send(PHONE, Purpose.SIGN_IN, "browser", "192.0.2.1")
    await Outbox(city.clock).send(PHONE, "text", "123456")
    resident = await city.consented(NAME_SCOPE.name)
    await city.mini_tokens.issue(resident, ServiceId("appointments"))


async def left(city: City) -> set[str]:
    await city.leftovers.remove()
    return {table.__name__ for table in TABLES if await table.all().exists()}


LEFT = [
    ({"minutes": 1}, {table.__name__ for table in TABLES}),
    ({"minutes": 5}, {"CodeQuota", "SentSMS", "Session", "MiniSession", "Key"}),
    ({"days": 1}, {"Session", "MiniSession", "Key"}),
    ({"days": 30}, {"Key"}),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("passed", "tables"), LEFT, ids=[str(passed) for passed, _ in LEFT])
async def test_each_table_keeps_what_still_counts(city: City, passed: dict[str, int], tables: set[str]) -> None:
    await fill(city)
    city.clock.advance(**passed)
    assert await left(city) == tables


async def test_a_session_that_was_ended_stays_a_day_so_that_its_tokens_are_told_why(city: City) -> None:
    resident = await city.resident()
    await city.sessions.revoke(resident.account, resident.session)
    city.clock.advance(hours=23)
    assert "Session" in await left(city)
    city.clock.advance(hours=1)
    assert "Session" not in await left(city)


async def test_a_key_goes_when_its_last_token_has_ended(city: City) -> None:
    await city.keys.rotate()
    city.clock.advance(hours=1)
    await city.leftovers.remove()
    assert await Key.all().count() == 1
    assert (await city.keys.current()).kid == (await Key.get(generation=2)).kid


@pytest.mark.both_databases
async def test_sessions_go_few_at_a_time_until_none_is_left_and_take_their_mini_sessions_along(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "_AT_ONCE", 2)
    for number in range(5):
        resident = await city.resident(f"1390000000{number}")
        await city.mini_sessions.handle(resident, ServiceId("appointments"))
        await city.sessions.revoke(resident.account, resident.session)
    city.clock.advance(days=1)
    living = await city.consented(NAME_SCOPE.name)
    await city.mini_sessions.handle(living, ServiceId("appointments"))
    await city.leftovers.remove()
    for table in (Session, MiniSession):
        assert await table.all().values_list("account_id", flat=True) == [living.account]


async def test_no_standing_in_memory_outlives_a_session_that_is_removed(city: City) -> None:
    resident = await city.consented(NAME_SCOPE.name)
    handle = await city.mini_sessions.handle(resident, ServiceId("appointments"))
    city.clock.advance(days=29, hours=23, minutes=59, seconds=30)
    await city.freshness.look()
    seat = await city.standings.read(handle)
    assert seat
    assert city.standings.holds(seat, city.ticks())
    city.clock.advance(seconds=30)
    await city.leftovers.remove()
    city.standings.fresh_until = city.ticks() + 4
    assert seat.valid
    assert not city.standings.holds(seat, city.ticks())
    assert await city.standings.read(handle) is None
