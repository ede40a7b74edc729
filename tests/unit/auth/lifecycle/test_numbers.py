"""Numbers that operators gave to somebody else, and numbers that are changed."""

import asyncio

import pytest

from auth.errors import AccountClosed, ReauthenticationNeeded
from auth.lifecycle.errors import NewcomerExpired, NumberRecycled, NumberTaken, WrongIdentity
from auth.models import Account, Session
from auth.sign_in import Visitor
from core.access import Resident
from core.database import rows
from core.ids import AccountId
from gateway.composition import City
from tests.harness.clock import ManualClock
from tests.unit.auth.lifecycle.wiring import (
    BROWSER,
    NAME,
    NUMBER,
    OTHER,
    PHONE,
    events_of,
    merge,
    newest_code,
    proved,
    resident,
    sign_in,
)

HERE = Visitor(BROWSER, "Chrome")


async def left_alone(city: City, clock: ManualClock, days: int = 100) -> Account:
    """A proved account that nobody used since."""
    account = await proved(city)
    clock.advance(days=days)
    return account


async def refused(city: City, clock: ManualClock) -> str:
    """The ticket of a sign-in that is refused."""
    with pytest.raises(NumberRecycled) as refusal:
        await sign_in(city, clock)
    return str(refusal.value.members["ticket"])


@pytest.mark.both_databases
async def test_a_code_alone_opens_no_proved_account_that_was_left_alone(city: City, clock: ManualClock) -> None:
    account = await left_alone(city, clock)
    await refused(city, clock)
    assert await Session.filter(account_id=account.id).count() == 0


@pytest.mark.parametrize(("days", "is_proved", "opens"), [(89, True, True), (100, False, True), (100, True, False)])
async def test_only_what_is_worth_protecting_and_unused_for_long_is_protected(
    city: City, clock: ManualClock, days: int, is_proved: bool, opens: bool
) -> None:
    await (left_alone(city, clock, days) if is_proved else resident(city, clock))
    clock.advance(days=0 if is_proved else days)
    if opens:
        assert not (await sign_in(city, clock)).new_account
    else:
        await refused(city, clock)


async def test_a_password_protects_as_well(city: City, clock: ManualClock) -> None:
    owner = await resident(city, clock)
    await city.identity.rooms.credentials.passwords.set(owner, "a long one that nobody guesses 7")
    clock.advance(days=100)
    await refused(city, clock)


async def test_the_last_use_is_known_after_sessions_were_cleared_away(city: City, clock: ManualClock) -> None:
    await proved(city)
    await sign_in(city, clock)
    clock.advance(days=60)
    await city.identity.leftovers.remove()
    assert await Session.all().count() == 0
    clock.advance(days=29)
    assert not (await sign_in(city, clock)).new_account


@pytest.mark.both_databases
async def test_a_newcomer_has_a_fresh_account_and_the_old_one_keeps_all_but_the_number(
    city: City, clock: ManualClock
) -> None:
    old = await left_alone(city, clock)
    newcomers = city.identity.rooms.lifecycle.newcomers
    begun = await newcomers.begin_anew(await refused(city, clock), HERE)
    assert begun.new_account
    assert (begun.account.phone, begun.account.name) == (PHONE, None)
    kept = await Account.get(id=old.id)
    assert (kept.phone, kept.name, kept.id_number, kept.loa) == (None, NAME, NUMBER, 2)
    assert await events_of(old.id) == ["number-recycled"]
    former = await city.identity.rooms.lifecycle.numbers.former(PHONE)
    assert [account for account, _ in former] == [old.id]
    assert PHONE not in str(await rows("SELECT * FROM lifecycle_number"))


async def test_a_ticket_counts_once_in_its_browser_and_for_a_while(city: City, clock: ManualClock) -> None:
    await left_alone(city, clock)
    newcomers = city.identity.rooms.lifecycle.newcomers
    ticket = await refused(city, clock)
    with pytest.raises(NewcomerExpired):
        await newcomers.begin_anew(ticket, Visitor("another browser", "Chrome"))
    clock.advance(minutes=16)
    with pytest.raises(NewcomerExpired):
        await newcomers.begin_anew(ticket, HERE)
    ticket = await refused(city, clock)
    await newcomers.begin_anew(ticket, HERE)
    with pytest.raises(NewcomerExpired):
        await newcomers.begin_anew(ticket, HERE)


async def test_an_owner_who_came_back_meanwhile_keeps_the_number(city: City, clock: ManualClock) -> None:
    old = await left_alone(city, clock)
    ticket = await refused(city, clock)
    await city.identity.sessions.open(AccountId(old.id), "their own phone")
    with pytest.raises(NewcomerExpired):
        await city.identity.rooms.lifecycle.newcomers.begin_anew(ticket, HERE)
    assert (await Account.get(id=old.id)).phone == PHONE


async def test_an_owner_says_who_they_are_and_is_on_hold(city: City, clock: ManualClock) -> None:
    old = await left_alone(city, clock)
    newcomers = city.identity.rooms.lifecycle.newcomers
    opened = await newcomers.prove_owner(await refused(city, clock), NAME, NUMBER.lower(), HERE)
    assert opened.account.id == old.id
    held_until = (await Account.get(id=old.id)).hold_until
    assert held_until is not None
    assert held_until > clock.now()


async def test_three_guesses_at_who_it_is_and_no_more(city: City, clock: ManualClock) -> None:
    await left_alone(city, clock)
    newcomers = city.identity.rooms.lifecycle.newcomers
    ticket = await refused(city, clock)
    for left in (2, 1, 0):
        with pytest.raises(WrongIdentity) as refusal:
            await newcomers.prove_owner(ticket, "李四", NUMBER, HERE)
        assert refusal.value.members["tries_left"] == left
    with pytest.raises(NewcomerExpired):
        await newcomers.prove_owner(ticket, NAME, NUMBER, HERE)


async def test_what_has_run_out_is_cleared_away(city: City, clock: ManualClock) -> None:
    await left_alone(city, clock)
    await refused(city, clock)
    clock.advance(hours=1)
    await city.identity.rooms.lifecycle.worker.sweep()
    assert await rows("SELECT digest FROM lifecycle_newcomer") == []


async def test_somebody_with_an_account_takes_over_a_number_that_was_left_alone(city: City, clock: ManualClock) -> None:
    old = await left_alone(city, clock)
    numbers, who = city.identity.rooms.lifecycle.numbers, await resident(city, clock, OTHER)
    await numbers.send_code(who, PHONE, "192.0.2.1")
    changed = await numbers.change(who, PHONE, await newest_code(PHONE))
    assert (changed.id, changed.phone) == (who.account, PHONE)
    assert (await Account.get(id=old.id)).phone is None
    assert await events_of(old.id) == ["number-recycled"]


async def test_the_own_number_and_somebody_elses_are_taken(city: City, clock: ManualClock) -> None:
    await resident(city, clock, OTHER)
    who, numbers = await resident(city, clock), city.identity.rooms.lifecycle.numbers
    for phone in (PHONE, OTHER):
        clock.advance(seconds=1)
        await numbers.send_code(who, phone, "192.0.2.1")
        with pytest.raises(NumberTaken):
            await numbers.change(who, phone, await newest_code(phone))
    stale = Resident(who.account, who.session, who.amr, None)
    with pytest.raises(ReauthenticationNeeded):
        await numbers.change(stale, PHONE, "123456")


async def test_an_absorbed_account_is_opened_by_nothing(city: City, clock: ManualClock) -> None:
    absorbed, survivor = await resident(city, clock, OTHER), await resident(city, clock)
    await merge(city, clock, survivor)
    with pytest.raises(AccountClosed):
        await city.identity.sessions.open(absorbed.account, "by a passkey, say")


@pytest.mark.both_databases
async def test_of_two_who_begin_anew_at_once_one_does(city: City, clock: ManualClock) -> None:
    await left_alone(city, clock)
    newcomers, tickets = city.identity.rooms.lifecycle.newcomers, []
    for browser in ("one browser's secret", "another one's secret"):
        with pytest.raises(NumberRecycled) as refusal:
            await sign_in(city, clock, PHONE, browser)
        tickets.append((str(refusal.value.members["ticket"]), Visitor(browser, "Chrome")))
    outcomes = await asyncio.gather(*(newcomers.begin_anew(*each) for each in tickets), return_exceptions=True)
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [NewcomerExpired]
