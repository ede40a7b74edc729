"""Two accounts of one person."""

import asyncio
import base64
from typing import Any

import pytest

from auth.credentials.totp import code_at
from auth.errors import WrongCode
from auth.lifecycle.errors import (
    AccountUnknown,
    DeletionWaits,
    DifferentPersons,
    MergeTheOtherWay,
    MergeTooOld,
    MergeUnknown,
    SameAccount,
    SecondFactorMissing,
)
from auth.lifecycle.merges import OtherAccount
from auth.models import Account
from core.access import Resident
from core.database import rows
from core.ids import DepartmentId
from gateway.composition import City
from tests.harness.clock import ManualClock
from tests.unit.auth.lifecycle.wiring import NUMBER, OTHER, PHONE, events_of, merge, newest_code, resident

SECTOR = "department:civil-affairs"
DEPARTMENT = DepartmentId("civil-affairs")


def fresh(who: Resident, clock: ManualClock) -> Resident:
    return Resident(who.account, who.session, who.amr, clock.now())


@pytest.mark.both_databases
async def test_both_names_go_on_finding_the_person(city: City, clock: ManualClock) -> None:
    survivor, absorbed = await resident(city, clock), await resident(city, clock, OTHER)
    subjects = city.identity.subjects
    theirs, own = await subjects.of(absorbed.account, SECTOR), await subjects.of(survivor.account, SECTOR)
    elsewhere = await subjects.of(absorbed.account, "department:water")
    merged = await merge(city, clock, survivor)
    for sub in (theirs, own):
        assert await subjects.account_of(DEPARTMENT, sub) == survivor.account
    assert await subjects.of(survivor.account, SECTOR) == own
    assert await subjects.of(survivor.account, "department:water") == elsewhere, "who knew only one goes on with it"
    clock.advance(days=29)
    await city.identity.rooms.lifecycle.merges.undo(fresh(survivor, clock), merged.id)
    assert await subjects.account_of(DEPARTMENT, theirs) == absorbed.account
    assert await subjects.of(survivor.account, "department:water") != elsewhere


async def test_a_merge_of_a_merged_account_is_followed_to_the_end(city: City, clock: ManualClock) -> None:
    first, second, third = [await resident(city, clock, phone) for phone in (PHONE, OTHER, "13800000005")]
    sub = await city.identity.subjects.of(first.account, SECTOR)
    await merge(city, clock, second, PHONE)
    await merge(city, clock, third, OTHER)
    assert await city.identity.subjects.account_of(DEPARTMENT, sub) == third.account
    assert await city.identity.accounts.kin(third.account) == [third.account, second.account, first.account]
    account, new = await city.identity.accounts.for_phone(PHONE)
    assert (account.id, new) == (third.account, False)


async def test_both_are_told_by_their_numbers(city: City, clock: ManualClock) -> None:
    survivor, absorbed = await resident(city, clock), await resident(city, clock, OTHER)
    await merge(city, clock, survivor)
    found = await rows("SELECT account_id, phone FROM security_event WHERE kind = 'accounts-merged'")
    assert {row["account_id"]: row["phone"] for row in found} == {survivor.account: PHONE, absorbed.account: OTHER}


async def test_it_can_be_undone_for_a_month_by_the_survivor_alone(city: City, clock: ManualClock) -> None:
    survivor, _ = await resident(city, clock), await resident(city, clock, OTHER)
    merged, merges = await merge(city, clock, survivor), city.identity.rooms.lifecycle.merges
    stranger = await resident(city, clock, "13800000007")
    with pytest.raises(MergeUnknown):
        await merges.undo(stranger, merged.id)
    assert len(await merges.undoable(survivor.account)) == 1
    clock.advance(days=31)
    assert await merges.undoable(survivor.account) == []
    with pytest.raises(MergeTooOld):
        await merges.undo(fresh(survivor, clock), merged.id)


@pytest.mark.parametrize(
    ("survivor_number", "absorbed_number", "absorbed_loa", "problem"),
    [
        (NUMBER, "110105194912310011", 2, DifferentPersons),
        (None, NUMBER, 2, MergeTheOtherWay),
        (NUMBER, NUMBER, 3, MergeTheOtherWay),
        (NUMBER, NUMBER, 2, None),
        (NUMBER, None, 1, None),
    ],
)
async def test_two_persons_never_become_one(  # noqa: PLR0913, PLR0917 - a table of cases
    city: City,
    clock: ManualClock,
    survivor_number: str | None,
    absorbed_number: str | None,
    absorbed_loa: int,
    problem: type[Exception] | None,
) -> None:
    survivor, absorbed = await resident(city, clock), await resident(city, clock, OTHER)
    proofs = ((survivor, survivor_number, 2), (absorbed, absorbed_number, absorbed_loa))
    for who, number, loa in proofs:
        if number:
            await rows("UPDATE auth_account SET id_number = ?, loa = ? WHERE id = ?", number, loa, who.account)
    if problem:
        with pytest.raises(problem):
            await merge(city, clock, survivor)
        assert await Account.filter(merged_into=None).count() == 2
    else:
        await merge(city, clock, survivor)


async def test_the_others_second_factor_is_asked_for(city: City, clock: ManualClock) -> None:
    survivor, absorbed = await resident(city, clock), await resident(city, clock, OTHER)
    factors = city.identity.rooms.credentials.second_factors
    secret, _ = await factors.begin(fresh(absorbed, clock))

    def code() -> str:
        return code_at(base64.b32decode(secret), int(clock.now().timestamp()) // 30)

    await factors.confirm(fresh(absorbed, clock), code())
    with pytest.raises(SecondFactorMissing) as missing:
        await merge(city, clock, survivor)
    assert "totp" in missing.value.members["methods"]
    with pytest.raises(WrongCode):
        await merge(city, clock, survivor, method="totp", factor_code="000000")
    clock.advance(minutes=2)
    ahead = clock.now()
    clock.advance(minutes=2)
    right = code()
    clock.moment = ahead
    await merge(city, clock, survivor, method="totp", factor_code=right)


async def test_what_cannot_be_merged(city: City, clock: ManualClock) -> None:
    survivor = await resident(city, clock)
    with pytest.raises(AccountUnknown):
        await merge(city, clock, survivor)
    with pytest.raises(SameAccount):
        await merge(city, clock, survivor, PHONE)
    other = await resident(city, clock, OTHER)
    await city.identity.subjects.of(other.account, SECTOR)
    await city.identity.rooms.lifecycle.deletions.ask(fresh(other, clock))
    with pytest.raises(DeletionWaits):
        await merge(city, clock, survivor)


async def test_what_both_have_stays_and_comes_back(city: City, clock: ManualClock) -> None:
    survivor, absorbed = await resident(city, clock), await resident(city, clock, OTHER)
    kept = [("a", survivor.account, "one"), ("b", absorbed.account, "one"), ("c", absorbed.account, "two")]
    for key, account, service in kept:
        await rows(
            "INSERT INTO miniapps_favourite (id, account_id, service_id) VALUES (?, ?, ?)", key, account, service
        )

    async def whose() -> dict[str, Any]:
        return {row["id"]: row["account_id"] for row in await rows("SELECT id, account_id FROM miniapps_favourite")}

    merged = await merge(city, clock, survivor)
    assert await whose() == {"a": survivor.account, "b": absorbed.account, "c": survivor.account}
    await rows("DELETE FROM miniapps_favourite WHERE id = 'a'")
    clock.advance(seconds=1)
    await city.identity.rooms.lifecycle.merges.undo(fresh(survivor, clock), merged.id)
    assert await whose() == {"b": absorbed.account, "c": absorbed.account}
    assert (await events_of(survivor.account))[-1] == "merge-undone"


@pytest.mark.both_databases
async def test_two_merges_at_once_never_make_a_ring(city: City, clock: ManualClock) -> None:
    first, second = await resident(city, clock), await resident(city, clock, OTHER)
    merges = city.identity.rooms.lifecycle.merges
    clock.advance(minutes=2)
    pairs = [(fresh(first, clock), OTHER), (fresh(second, clock), PHONE)]
    others = []
    for who, phone in pairs:
        await merges.send_code(who, phone, "192.0.2.1")
        others.append(OtherAccount(phone, await newest_code(phone)))
    outcomes = await asyncio.gather(
        *(merges.merge(who, other) for (who, _), other in zip(pairs, others, strict=True)), return_exceptions=True
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [SameAccount]
    async with asyncio.timeout(5):
        accounts = {(await city.identity.accounts.for_phone(phone))[0].id for phone in (PHONE, OTHER)}
    assert len(accounts) == 1


async def test_a_code_alone_merges_no_account_that_it_would_not_open(city: City, clock: ManualClock) -> None:
    owner = await resident(city, clock, OTHER)
    await city.identity.rooms.credentials.passwords.set(owner, "a long one that nobody guesses 7")
    clock.advance(days=100)
    holder = await resident(city, clock)
    with pytest.raises(MergeTheOtherWay):
        await merge(city, clock, holder)
    assert (await Account.get(id=owner.account)).merged_into is None


async def test_another_number_that_opens_the_account_puts_it_on_hold(city: City, clock: ManualClock) -> None:
    survivor, _ = await resident(city, clock), await resident(city, clock, OTHER)
    await merge(city, clock, survivor)
    assert (await Account.get(id=survivor.account)).hold_until is not None


async def test_parting_the_two_ends_what_the_others_number_opened(city: City, clock: ManualClock) -> None:
    survivor, _ = await resident(city, clock), await resident(city, clock, OTHER)
    merged = await merge(city, clock, survivor)
    by_the_other = await resident(city, clock, OTHER)
    assert by_the_other.account == survivor.account
    await city.identity.rooms.lifecycle.merges.undo(fresh(survivor, clock), merged.id)
    assert not await city.identity.sessions.lives(by_the_other.session)
    assert await city.identity.sessions.lives(survivor.session)
