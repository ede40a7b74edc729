"""A level is the highest that evidence which counts reaches, and one person has one account."""

import asyncio
from datetime import timedelta

import pytest

from auth.proofing.errors import (
    CounterCodeWrong,
    FaceCheckUnknown,
    IdentityTaken,
    NotThePerson,
    RegisterUnavailable,
    TooManyChecks,
)
from auth.proofing.leftovers import ProofingLeftovers
from auth.proofing.models import CheckCount, CounterCode, FaceCheck, HeldIdentity, ProofOfIdentity
from auth.security.models import SecurityEvent
from core.access import DepartmentClient
from core.database import rows
from core.ids import AccountId, DepartmentId
from tests.unit.auth.proofing.wiring import WANG, WANG_NUMBER, Room
from tests.unit.auth.wiring import PHONE, City

OTHER = "13800000002"
CLERK = DepartmentClient("counter-system", DepartmentId("police"), frozenset())


@pytest.fixture
def room(city: City) -> Room:
    return Room(city, name_days=100, face_days=10, counter_days=10, counter_misses_day=3)


@pytest.mark.both_databases
async def test_of_two_accounts_that_prove_to_be_one_person_at_once_one_wins(room: Room) -> None:
    residents = [await room.resident(PHONE), await room.resident(OTHER)]
    outcomes = await asyncio.gather(
        *(room.names.check(each, WANG, WANG_NUMBER) for each in residents), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["IdentityTaken", "NoneType"]
    assert sorted([await room.loa(each) for each in residents]) == [1, 2]
    assert await HeldIdentity.all().count() == 1


@pytest.mark.both_databases
async def test_an_account_that_proves_to_be_two_persons_at_once_is_one_of_them(room: Room) -> None:
    resident = await room.resident(PHONE)
    outcomes = await asyncio.gather(
        room.names.check(resident, WANG, WANG_NUMBER),
        room.names.check(resident, "陈建国", "310104197501020030"),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["IdentityDiffers", "NoneType"]
    assert await HeldIdentity.all().count() == 1
    assert await ProofOfIdentity.all().count() == 1


async def test_a_closed_account_holds_nobody(room: Room) -> None:
    first, second = await room.resident(PHONE), await room.resident(OTHER)
    await room.names.check(first, WANG, WANG_NUMBER)
    await rows("UPDATE auth_account SET closed_at = ? WHERE id = ?", room.clock.now(), first.account)
    await room.names.check(second, WANG, WANG_NUMBER)
    assert await room.loa(second) == 2
    assert (await HeldIdentity.get()).account_id == second.account


@pytest.mark.both_databases
async def test_the_level_falls_step_by_step_as_evidence_runs_out(room: Room) -> None:
    resident = await room.resident(PHONE)
    await room.names.check(resident, WANG, WANG_NUMBER)
    await room.faces.finish(resident, (await room.faces.begin(resident)).id, "AAAA")
    proofing = await room.proofings.of(resident.account)
    assert (proofing.loa, proofing.expires_at) == (3, room.clock.now() + timedelta(days=10))
    room.clock.advance(days=10)
    assert (await room.evidence.expire_due(), await room.evidence.expire_due()) == (1, 0)
    assert await room.loa(resident) == 2
    room.clock.advance(days=90)
    fallen = await room.proofings.of(resident.account)
    assert (fallen.loa, fallen.evidence, fallen.since) == (
        1,
        [],
        (await room.city.accounts.get(resident.account)).created_at,
    )
    told = [event.details for event in await SecurityEvent.all().order_by("at", "id")]
    assert [(each["before"], each["after"]) for each in told][-2:] == [("3", "2"), ("2", "1")]
    assert await ProofOfIdentity.filter(ended_at=None).count() == 0


async def test_new_evidence_takes_the_place_of_the_old(room: Room) -> None:
    resident = await room.resident(PHONE)
    await room.names.check(resident, WANG, WANG_NUMBER)
    room.clock.advance(minutes=5)
    await room.names.check(resident, WANG, WANG_NUMBER)
    (proof,) = (await room.proofings.of(resident.account)).evidence
    assert (proof.reference, proof.at) == ("RK2", room.clock.now())
    assert await SecurityEvent.all().count() == 1, "the level stayed"


async def test_the_worker_looks_until_it_is_stopped_and_outlives_an_error(room: Room, city: City) -> None:
    quick = Room(city, expiry_seconds=0.01).evidence
    stop, rounds = asyncio.Event(), 0

    async def due() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            stop.set()
        raise RuntimeError("a bad round")

    quick.expire_due = due  # type: ignore[method-assign]  # an error that nothing else brings about
    async with asyncio.timeout(5):
        await quick.run(stop)
    assert rounds == 3


async def test_what_the_register_fails_costs_no_try(room: Room) -> None:
    resident = await room.resident(PHONE)
    room.register.broken = True
    for _ in range(7):
        with pytest.raises(RegisterUnavailable):
            await room.names.check(resident, WANG, WANG_NUMBER)
    room.register.broken, room.register.confirms = False, False
    for _ in range(5):
        with pytest.raises(NotThePerson):
            await room.names.check(resident, WANG, WANG_NUMBER)
    with pytest.raises(TooManyChecks):
        await room.names.check(resident, WANG, WANG_NUMBER)
    assert len(room.register.asked) == 12
    room.clock.advance(days=1)
    room.register.confirms = True
    with pytest.raises(Exception, match="Authenticate again"):
        await room.names.check(resident, WANG, WANG_NUMBER)
    await room.names.check(await room.resident(PHONE), WANG, WANG_NUMBER)


async def test_a_register_without_a_face_leads_to_the_counter(room: Room) -> None:
    resident = await room.resident(PHONE)
    await room.names.check(resident, WANG, WANG_NUMBER)
    room.register.confirms = False
    with pytest.raises(NotThePerson, match="counter"):
        await room.faces.begin(resident)


@pytest.mark.both_databases
async def test_a_face_check_decides_once_whoever_asks_at_the_same_time(room: Room) -> None:
    resident = await room.resident(PHONE)
    await room.names.check(resident, WANG, WANG_NUMBER)
    check = await room.faces.begin(resident)
    outcomes = await asyncio.gather(
        *(room.faces.finish(resident, check.id, "AAAA") for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["FaceCheckUnknown", "FaceCheckUnknown", "NoneType"]
    assert isinstance(next(each for each in outcomes if each), FaceCheckUnknown)


async def test_a_counters_system_cannot_try_all_codes(room: Room) -> None:
    resident = await room.resident(PHONE)
    code, _ = await room.counters.code(resident)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(3):
        with pytest.raises(CounterCodeWrong):
            await room.counters.enter(CLERK, wrong, WANG, WANG_NUMBER)
    with pytest.raises(TooManyChecks):
        await room.counters.enter(CLERK, code, WANG, WANG_NUMBER)
    room.clock.advance(days=1)
    code, _ = await room.counters.code(await room.resident(PHONE))
    assert await room.counters.enter(CLERK, code, WANG, WANG_NUMBER) == resident.account


@pytest.mark.both_databases
async def test_of_two_clerks_with_one_code_one_is_told_that_it_was_used(room: Room) -> None:
    code, _ = await room.counters.code(await room.resident(PHONE))
    outcomes = await asyncio.gather(
        *(room.counters.enter(CLERK, code, WANG, WANG_NUMBER) for _ in range(2)), return_exceptions=True
    )
    assert [isinstance(each, CounterCodeWrong) for each in outcomes].count(True) == 1
    assert await ProofOfIdentity.all().count() == 1


@pytest.mark.both_databases
async def test_a_resident_of_the_citys_register_has_evidence_for_it(room: Room) -> None:
    accounts = room.city.accounts
    for loa in (2, 2, 3):
        account = await accounts.register(PHONE, name=WANG, id_number=WANG_NUMBER, loa=loa)
        assert account.loa == loa
    rows_kept = await ProofOfIdentity.all().order_by("level")
    assert [(each.kind, each.expires_at, each.ended_at is None) for each in rows_kept] == [
        ("name", None, False),
        ("counter", None, True),
    ]
    proofing = await room.proofings.of(AccountId(account.id))
    assert (proofing.loa, proofing.expires_at, proofing.under_14) == (3, None, False)
    with pytest.raises(IdentityTaken):
        await accounts.register(OTHER, name=WANG, id_number=WANG_NUMBER, loa=2)
    assert (await accounts.register(PHONE, name=WANG, id_number=WANG_NUMBER, loa=1)).loa == 1


async def test_the_citys_register_lowers_no_level_that_was_reached_otherwise(room: Room) -> None:
    account = await room.city.accounts.register(PHONE, name=WANG, id_number=WANG_NUMBER, loa=2)
    resident = await room.resident(PHONE)
    await room.faces.finish(resident, (await room.faces.begin(resident)).id, "AAAA")
    account = await room.city.accounts.register(PHONE, name=WANG, id_number=WANG_NUMBER, loa=2)
    assert account.loa == 3


async def test_a_number_of_an_old_register_says_no_birth_date(room: Room) -> None:
    account = await room.city.accounts.register(PHONE, name=WANG, id_number="x", loa=2)
    assert (await room.proofings.of(AccountId(account.id))).under_14 is None


async def test_what_is_over_is_removed_and_evidence_is_not(room: Room) -> None:
    resident = await room.resident(PHONE)
    await room.names.check(resident, WANG, WANG_NUMBER)
    await room.faces.begin(resident)
    await room.counters.code(resident)
    room.clock.advance(days=2)
    await ProofingLeftovers(room.clock).remove()
    for table in (CheckCount, FaceCheck, CounterCode):
        assert await table.all().count() == 0
    assert await ProofOfIdentity.all().count() == 1
