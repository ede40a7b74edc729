"""How mandates come about, and how not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth.errors import AccountOnHold, InvalidPhone, LevelTooLow, ReauthenticationNeeded
from auth.mandates.ages import of_age_at
from auth.mandates.book import Terms
from auth.mandates.errors import (
    MandateExists,
    MandateToSelf,
    MandateUnknown,
    NoMinor,
    NotAdministrator,
    NotGuardian,
    NotRepresentative,
    TooManyMandates,
    UnderAge,
)
from auth.proofing.errors import InvalidCreditCode, InvalidIdNumber, RegisterUnavailable
from core.access import Resident
from core.database import rows
from core.ids import MandateId
from core.problems import Problem
from tests.harness.clock import ManualClock
from tests.unit.auth.mandates.wiring import ALL, CHILD, CODE, FOURTH, GRANDMOTHER, PARENT, TEENAGER, THIRD, MandateCity

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("direction", ["i-act", "they-act"])
async def test_a_family_mandate_counts_once_the_other_side_accepted(city: MandateCity, direction: str) -> None:
    one, other = await city.known("13800000001", PARENT), await city.known("13800000002", GRANDMOTHER)
    offered = await city.offers.family(one, direction, "138 0000 0002", Terms(("appointments",), 30))  # type: ignore[arg-type]  # one of the two
    assert (offered.state, offered.mine) == ("offered", True)
    assert await city.mandates.acting(one.account) == await city.mandates.acting(other.account) == []
    seen = (await city.mandates.page(other.account, None, None, 10))[0]
    assert (seen.state, seen.mine) == ("offered", False)
    assert seen.role == ("principal" if direction == "i-act" else "actor")
    accepted = await city.offers.accept(other, MandateId(offered.mandate.id))
    assert (accepted.state, accepted.mandate.expires_at) == ("active", city.clock.now() + timedelta(days=30))
    actor, principal = (one, other) if direction == "i-act" else (other, one)
    assert [each.mandate.principal_id for each in await city.mandates.acting(actor.account)] == [principal.account]
    assert await city.mandates.acting(principal.account) == []
    assert await city.told(one.account) == ["mandate-accepted"]
    assert sorted(await city.told(other.account)) == ["mandate-accepted", "mandate-offered"]


async def test_an_offer_waits_while_its_offerer_is_on_hold(city: MandateCity) -> None:
    one, other = await city.known("13800000001", PARENT), await city.known("13800000002", GRANDMOTHER)
    offered = await city.offers.family(one, "they-act", "13800000002", ALL)
    later = city.clock.now() + timedelta(days=1)
    await rows("UPDATE auth_account SET hold_until = ? WHERE id = ?", later, one.account)
    with pytest.raises(MandateUnknown):
        await city.offers.accept(other, MandateId(offered.mandate.id))
    city.clock.advance(hours=25)
    assert (await city.offers.accept(city.fresh(other), MandateId(offered.mandate.id))).state == "active"


async def test_an_offer_says_nothing_about_whose_number_it_is(city: MandateCity) -> None:
    one = await city.known("13800000001", PARENT)
    await city.known("13800000002", GRANDMOTHER)
    known = await city.offers.family(one, "i-act", "13800000002", ALL)
    nobody = await city.offers.family(one, "i-act", "13800000003", ALL)
    assert (known.principal.name, nobody.principal.name) == ("138****0002", "138****0003")
    assert (known.principal.kind, known.state) == (nobody.principal.kind, nobody.state)
    later = await city.known("13800000003", THIRD)
    assert (await city.offers.accept(later, MandateId(nobody.mandate.id))).state == "active"


async def test_who_may_not_offer(city: MandateCity, clock: ManualClock) -> None:
    good = await city.known("13800000001", PARENT)
    stale = Resident(good.account, good.session, ("sms",), clock.now() - timedelta(hours=1))
    young, unproved = await city.known("13800000004", TEENAGER), await city.resident("13800000005")
    fresh = Resident(unproved.account, unproved.session, ("sms",), clock.now())
    held = await city.known("13800000006", GRANDMOTHER)
    await rows("UPDATE auth_account SET hold_until = ? WHERE id = ?", clock.now() + timedelta(hours=1), held.account)
    cases: list[tuple[Resident, str, type[Problem]]] = [
        (stale, "13800000002", ReauthenticationNeeded),
        (young, "13800000002", UnderAge),
        (fresh, "13800000002", LevelTooLow),
        (held, "13800000002", AccountOnHold),
        (good, "13800000001", MandateToSelf),
        (good, "12345", InvalidPhone),
    ]
    for resident, phone, refusal in cases:
        with pytest.raises(refusal):
            await city.offers.family(resident, "i-act", phone, ALL)
    assert await rows("SELECT id FROM mandate_mandate") == []


async def test_who_may_not_accept(city: MandateCity, clock: ManualClock) -> None:
    one = await city.known("13800000001", PARENT)
    mandate = MandateId((await city.offers.family(one, "i-act", "13800000002", ALL)).mandate.id)
    third = await city.known("13800000003", THIRD)
    young = await city.known("13800000002", TEENAGER)
    for resident, refusal in ((one, MandateUnknown), (third, MandateUnknown), (young, UnderAge)):
        with pytest.raises(refusal):
            await city.offers.accept(resident, mandate)
    await rows("UPDATE auth_account SET loa = 1, id_number = ? WHERE id = ?", FOURTH, young.account)
    with pytest.raises(LevelTooLow):
        await city.offers.accept(young, mandate)
    await rows("UPDATE auth_account SET loa = 2 WHERE id = ?", young.account)
    clock.advance(days=7)
    with pytest.raises(MandateUnknown):
        await city.offers.accept(city.fresh(young), mandate)


async def test_an_offer_is_accepted_once_and_its_maker_cannot(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    with pytest.raises(MandateUnknown):
        await city.offers.accept(grandmother, mandate)
    mine = await city.offers.family(parent, "they-act", "13800000009", ALL)
    await rows("UPDATE mandate_mandate SET phone = '13800000001' WHERE id = ?", mine.mandate.id)
    with pytest.raises(MandateToSelf):
        await city.offers.accept(parent, MandateId(mine.mandate.id))


async def test_of_two_at_once_one_accepts(city: MandateCity) -> None:
    one, other = await city.known("13800000001", PARENT), await city.known("13800000002", GRANDMOTHER)
    mandate = MandateId((await city.offers.family(one, "i-act", "13800000002", ALL)).mandate.id)
    tried = await asyncio.gather(*(city.offers.accept(other, mandate) for _ in range(4)), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in tried) == 1


async def test_there_is_one_between_two_and_another_after_its_end(city: MandateCity, clock: ManualClock) -> None:
    parent, grandmother, mandate = await city.helped()
    again = MandateId((await city.offers.family(parent, "i-act", "13800000002", ALL)).mandate.id)
    with pytest.raises(MandateExists):
        await city.offers.family(parent, "i-act", "13800000002", ALL)
    with pytest.raises(MandateExists):
        await city.offers.accept(grandmother, again)
    await city.mandates.end(grandmother.account, mandate)
    await city.offers.accept(grandmother, again)
    clock.advance(days=91)
    late, old = await city.known("13800000001", PARENT), await city.known("13800000002", GRANDMOTHER)
    third = MandateId((await city.offers.family(late, "i-act", "13800000002", ALL)).mandate.id)
    assert (await city.offers.accept(old, third)).state == "active"


async def test_an_account_has_so_many_and_no_more(store: str, clock: ManualClock) -> None:
    city = MandateCity(clock, mandates={"most": 3, "most_offers": 2})
    one = await city.known("13800000001", PARENT)
    offered = [await city.offers.family(one, "i-act", f"1380000001{each}", ALL) for each in range(2)]
    with pytest.raises(TooManyMandates):
        await city.offers.family(one, "i-act", "13800000019", ALL)
    await city.mandates.end(one.account, MandateId(offered[0].mandate.id))
    await city.offers.family(one, "i-act", "13800000019", ALL)
    clock.advance(days=8)
    again = await city.known("13800000001", PARENT)
    await city.offers.family(again, "i-act", "13800000018", ALL)


async def test_a_guardian_acts_until_the_child_is_of_age(city: MandateCity, clock: ManualClock) -> None:
    parent = await city.known("13800000001", PARENT)
    view = await city.offers.guard(parent, "张小雨", CHILD.lower(), Terms(None, 365))
    assert (view.state, view.role, view.principal.name) == ("active", "actor", "张*")
    assert view.mandate.expires_at == clock.now() + timedelta(days=365)
    other = await city.known("13800000002", GRANDMOTHER)
    city.register.guardians.add((GRANDMOTHER, CHILD))
    shared = await city.offers.guard(other, "张小雨", CHILD, ALL)
    assert shared.mandate.principal_id == view.mandate.principal_id
    with pytest.raises(MandateExists):
        await city.offers.guard(parent, "张小雨", CHILD, ALL)
    clock.moment = datetime(2035, 5, 1, tzinfo=UTC)
    late = await city.known("13800000001", PARENT)
    ending = await city.offers.guard(late, "张小雨", CHILD, ALL)
    assert ending.mandate.expires_at == datetime(2035, 5, 20, 16, tzinfo=UTC)
    clock.moment = datetime(2035, 5, 20, 16, tzinfo=UTC)
    assert await city.mandates.acting(late.account) == []
    assert (await city.mandates.view(late.account, MandateId(ending.mandate.id))).state == "expired"
    grown = await city.known("13800000001", PARENT)
    with pytest.raises(NoMinor):
        await city.offers.guard(grown, "张小雨", CHILD, ALL)


async def test_a_child_with_an_account_is_acted_for_as_that_account(city: MandateCity) -> None:
    parent, child = await city.known("13800000001", PARENT), await city.known("13800000007", CHILD)
    view = await city.offers.guard(parent, "张小雨", CHILD, ALL)
    assert view.mandate.principal_id == child.account
    assert await city.told(child.account) == ["mandate-accepted"]
    assert [each.role for each in await city.mandates.page(child.account, "principal", None, 9)] == ["principal"]


async def test_who_is_no_guardian(city: MandateCity) -> None:
    stranger, parent = await city.known("13800000002", GRANDMOTHER), await city.known("13800000001", PARENT)
    with pytest.raises(NotGuardian):
        await city.offers.guard(stranger, "张小雨", CHILD, ALL)
    with pytest.raises(NotGuardian):
        await city.offers.guard(await city.known("13800000008", "x"), "张小雨", CHILD, ALL)
    with pytest.raises(InvalidIdNumber):
        await city.offers.guard(parent, "张小雨", CHILD[:-1] + "3", ALL)
    city.register.down = True
    with pytest.raises(RegisterUnavailable):
        await city.offers.guard(parent, "张小雨", CHILD, ALL)
    assert await rows("SELECT id FROM mandate_mandate") == await rows("SELECT id FROM mandate_represented") == []


async def test_a_representative_appoints_and_administrators_appoint_no_administrators(city: MandateCity) -> None:
    representative, own = await city.company()
    administrator = await city.known("13800000002", GRANDMOTHER)
    clerk = await city.known("13800000003", THIRD)
    offered = await city.offers.appoint(representative, CODE, "13800000002", ["administrator"], ALL)
    await city.offers.accept(administrator, MandateId(offered.mandate.id))
    assert await city.mandates.acting(administrator.account) == []
    with pytest.raises(NotAdministrator):
        await city.offers.appoint(administrator, CODE, "13800000003", ["clerk", "administrator"], ALL)
    offered = await city.offers.appoint(administrator, CODE, "13800000003", ["finance", "clerk"], ALL)
    await city.offers.accept(clerk, MandateId(offered.mandate.id))
    acting = (await city.mandates.acting(clerk.account))[0]
    assert (acting.mandate.roles, acting.principal.name, acting.principal.kind) == (
        ["clerk", "finance"],
        "浦江机械",
        "legal-person",
    )
    with pytest.raises(NotAdministrator):
        await city.offers.appoint(clerk, CODE, "13800000004", ["clerk"], ALL)
    seen = {each.mandate.id for each in await city.mandates.page(representative.account, "principal", None, 9)}
    assert own not in seen
    assert offered.mandate.id in seen
    await city.mandates.end(representative.account, MandateId(offered.mandate.id))
    assert await city.mandates.acting(clerk.account) == []


async def test_an_appointment_lapses_with_the_right_to_appoint(city: MandateCity) -> None:
    representative, own = await city.company()
    clerk = await city.known("13800000003", GRANDMOTHER)
    offered = await city.offers.appoint(representative, CODE, "13800000003", ["clerk"], ALL)
    await city.mandates.end(representative.account, own)
    with pytest.raises(MandateUnknown):
        await city.offers.accept(clerk, MandateId(offered.mandate.id))


async def test_who_is_no_representative(city: MandateCity) -> None:
    weak = await city.known("13800000001", PARENT)
    with pytest.raises(LevelTooLow):
        await city.offers.represent(weak, CODE, ALL)
    stranger = await city.known("13800000002", GRANDMOTHER, loa=3)
    with pytest.raises(NotRepresentative):
        await city.offers.represent(stranger, CODE, ALL)
    with pytest.raises(InvalidCreditCode):
        await city.offers.represent(stranger, CODE[:-1] + "8", ALL)
    with pytest.raises(NotAdministrator):
        await city.offers.appoint(stranger, CODE, "13800000003", ["clerk"], ALL)


def test_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    leap = datetime(2008, 2, 29, tzinfo=UTC).date()
    assert of_age_at(leap) == datetime(2026, 2, 28, 16, tzinfo=UTC)
