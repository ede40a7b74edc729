"""Tokens, standings and assertions on a mandate, and their end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from auth.assertions import Caller
from auth.errors import AccountOnHold, AudienceOther, ConsentNeeded, ConsentUnknown, LevelTooLow
from auth.mandates.book import Terms
from auth.mandates.errors import MandateCoversLess, MandateUnknown, RoleDoesNotAct
from auth.mandates.ports import RecordedAccess
from auth.mini_sessions import Standing
from auth.ports import Mandated
from auth.security.events import EventKind
from auth.subjects import department_sector, mandate_sector, service_sector
from core.access import Resident
from core.database import rows
from core.ids import AccountId, DepartmentId, MandateId, ServiceId, UpstreamId, new_id
from tests.harness.clock import ManualClock
from tests.unit.auth.mandates.wiring import ALL, CHILD, CODE, GRANDMOTHER, PARENT, THIRD, MandateCity
from tests.unit.auth.wiring import service

pytestmark = pytest.mark.both_databases
APPOINTMENTS, QUERIES = ServiceId("appointments"), ServiceId("queries")
NAMES = ["profile:name:read", "profile:phone:read"]
HERE = "http://appointments.localhost:8000"


async def consented(city: MandateCity, actor: Resident, mandate: MandateId) -> None:
    await city.acting_consents.put(actor, mandate, APPOINTMENTS, NAMES, "1.0.0")


async def standing(city: MandateCity, token: str) -> Standing:
    read = await city.mini_tokens.verify(token, HERE)
    found = await city.mini_sessions.standing(read.handle)
    assert found
    return found


def caller(found: Standing) -> Caller:
    return Caller(
        account=found.account,
        session=found.session,
        upstream=UpstreamId("booking"),
        department=DepartmentId("civil-affairs"),
        service=found.service,
        scopes=found.scopes,
        loa=found.loa,
        mandate=found.mandate,
    )


async def test_a_token_carries_who_acts_for_whom_and_neither_account(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    await consented(city, parent, mandate)
    issued = await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    claims = jwt.decode(issued.token, options={"verify_signature": False})
    sector = service_sector(APPOINTMENTS)
    assert claims["sub"] == issued.sub == await city.subjects.of(grandmother.account, sector)
    assert claims["act"] == {"sub": await city.subjects.of(parent.account, sector)}
    known_as = await city.subjects.of(AccountId(mandate), mandate_sector(sector))
    assert claims["mandate"] == {"id": known_as, "kind": "family"}
    assert not {parent.account, grandmother.account, mandate} & set(str(claims).replace("'", " ").split())
    assert issued.acting_for
    assert (issued.acting_for.name, issued.acting_for.kind) == ("张*", "person")


async def test_an_own_token_is_as_it_was(city: MandateCity) -> None:
    parent, _, _ = await city.helped()
    await city.consents.put(parent.account, APPOINTMENTS, NAMES, "1.0.0")
    issued = await city.mini_tokens.issue(parent, APPOINTMENTS)
    claims = jwt.decode(issued.token, options={"verify_signature": False})
    assert not {"act", "mandate"} & claims.keys()
    found = await standing(city, issued.token)
    assert (found.mandate, found.actor) == (None, parent.account)
    assert issued.acting_for is None


async def test_each_session_service_and_mandate_has_a_handle_of_its_own(city: MandateCity) -> None:
    parent, _, mandate = await city.helped()
    other = await city.offers.guard(parent, "张小雨", CHILD, ALL)
    handles = {
        await city.mini_sessions.handle(parent, APPOINTMENTS),
        await city.acting.handle(parent, APPOINTMENTS, mandate),
        await city.acting.handle(parent, QUERIES, mandate),
        await city.acting.handle(parent, APPOINTMENTS, MandateId(other.mandate.id)),
        await city.acting.handle(await city.resident("13800000001"), APPOINTMENTS, mandate),
    }
    assert len(handles) == 5
    assert await city.acting.handle(parent, APPOINTMENTS, mandate) in handles


async def test_consent_is_that_of_whom_one_acts_for(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    await city.consents.put(parent.account, APPOINTMENTS, NAMES, "1.0.0")
    with pytest.raises(ConsentNeeded):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    await consented(city, parent, mandate)
    assert await city.consents.get(grandmother.account, APPOINTMENTS)
    await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    await city.acting_consents.withdraw(parent, mandate, APPOINTMENTS)
    assert await city.consents.get(grandmother.account, APPOINTMENTS) is None
    assert await city.consents.get(parent.account, APPOINTMENTS)
    with pytest.raises(ConsentUnknown):
        await city.acting_consents.withdraw(parent, mandate, APPOINTMENTS)
    acts = {(act.action, act.service) for act in await city.mandates.acts(grandmother.account, mandate, None, 10)}
    assert acts == {
        ("consent-withdrawn", APPOINTMENTS),
        ("opened", APPOINTMENTS),
        ("consent-given", APPOINTMENTS),
        ("accepted", None),
        ("offered", None),
    }


async def test_who_gets_no_token(city: MandateCity, clock: ManualClock) -> None:
    parent, grandmother, mandate = await city.helped()
    await consented(city, parent, mandate)
    for resident, wanted in (
        (grandmother, mandate),
        (parent, MandateId("0" * 26)),
        (await city.known("13800000003", THIRD), mandate),
    ):
        with pytest.raises(MandateUnknown):
            await city.mini_tokens.issue(resident, APPOINTMENTS, wanted)
    city.directory.services["appointments"] = service(loa=3)
    with pytest.raises(LevelTooLow):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    await city.accounts.register("13800000001", name="张伟", id_number=PARENT, loa=3)
    await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    await rows("UPDATE auth_account SET hold_until = ? WHERE id = ?", clock.now() + timedelta(hours=1), parent.account)
    with pytest.raises(AccountOnHold):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)


async def test_a_mandate_covers_the_services_that_it_names(city: MandateCity) -> None:
    parent, grandmother = await city.known("13800000001", PARENT), await city.known("13800000002", GRANDMOTHER)
    offered = await city.offers.family(parent, "i-act", "13800000002", Terms(("queries",), 9))
    mandate = MandateId(offered.mandate.id)
    await city.offers.accept(grandmother, mandate)
    with pytest.raises(MandateCoversLess):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)
    with pytest.raises(MandateCoversLess):
        await city.acting_consents.put(parent, mandate, APPOINTMENTS, NAMES, "1.0.0")
    await city.acting_consents.put(parent, mandate, QUERIES, NAMES, "1.0.0")
    await city.mini_tokens.issue(parent, QUERIES, mandate)


async def test_audience_and_roles(city: MandateCity) -> None:
    representative, own = await city.company()
    with pytest.raises(AudienceOther):
        await city.mini_tokens.issue(representative, APPOINTMENTS, own)
    city.directory.services["appointments"] = service(audience=frozenset({"legal-person"}))
    await city.acting_consents.put(representative, own, APPOINTMENTS, [], "1.0.0")
    issued = await city.mini_tokens.issue(representative, APPOINTMENTS, own)
    assert issued.acting_for
    assert (issued.acting_for.name, issued.acting_for.kind) == ("浦江机械", "legal-person")
    with pytest.raises(AudienceOther):
        await city.mini_tokens.issue(representative, APPOINTMENTS)
    administrator = await city.known("13800000002", GRANDMOTHER)
    offered = await city.offers.appoint(representative, CODE, "13800000002", ["administrator"], ALL)
    await city.offers.accept(administrator, MandateId(offered.mandate.id))
    with pytest.raises(RoleDoesNotAct):
        await city.mini_tokens.issue(administrator, APPOINTMENTS, MandateId(offered.mandate.id))


async def end_by_actor(city: MandateCity, parent: Resident, grandmother: Resident, mandate: MandateId) -> None:
    await city.mandates.end(parent.account, mandate)


async def end_by_principal(city: MandateCity, parent: Resident, grandmother: Resident, mandate: MandateId) -> None:
    await city.mandates.end(grandmother.account, mandate)


async def sign_out(city: MandateCity, parent: Resident, grandmother: Resident, mandate: MandateId) -> None:
    await city.sessions.revoke(parent.account, parent.session)


async def withdraw(city: MandateCity, parent: Resident, grandmother: Resident, mandate: MandateId) -> None:
    await city.consents.withdraw(grandmother.account, APPOINTMENTS)


Ending = Callable[[MandateCity, Resident, Resident, MandateId], Awaitable[None]]


@pytest.mark.parametrize("ending", [end_by_actor, end_by_principal, sign_out, withdraw])
async def test_a_seat_ends_with_the_mandate_whoever_changes_what_is_under_it(city: MandateCity, ending: Ending) -> None:
    parent, grandmother, mandate = await city.helped()
    await consented(city, parent, mandate)
    await city.consents.put(parent.account, APPOINTMENTS, NAMES, "1.0.0")
    own = await city.mini_sessions.handle(parent, APPOINTMENTS)
    handle = await city.acting.handle(parent, APPOINTMENTS, mandate)
    await city.freshness.look()
    seat, plain = await city.standings.read(handle), await city.standings.read(own)
    assert seat
    assert plain
    assert city.standings.known(handle, city.ticks()) is seat
    await ending(city, parent, grandmother, mandate)
    assert not seat.valid
    assert city.standings.known(handle, city.ticks()) is None
    again = await city.standings.read(handle)
    assert again
    found = again.standing
    assert found.mandate
    assert not (found.live and found.consented and found.mandate.live)
    await city.standings.read(own)
    city.standings.forget(parent.account)
    city.standings.forget(grandmother.account)
    assert len(city.standings) == 0


async def test_another_process_hears_of_the_end(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    await consented(city, parent, mandate)
    handle = await city.acting.handle(parent, APPOINTMENTS, mandate)
    elsewhere = MandateCity(city.clock)
    await elsewhere.freshness.look()
    seat = await elsewhere.standings.read(handle)
    assert seat
    await city.mandates.end(grandmother.account, mandate)
    assert seat.valid
    city.clock.advance(seconds=1)
    await elsewhere.freshness.look()
    assert not seat.valid


async def test_a_seat_lasts_no_longer_than_its_mandate(city: MandateCity, clock: ManualClock) -> None:
    parent, _, mandate = await city.helped()
    await consented(city, parent, mandate)
    handle = await city.acting.handle(parent, APPOINTMENTS, mandate)
    await rows("UPDATE mandate_mandate SET expires_at = ? WHERE id = ?", clock.now() + timedelta(seconds=10), mandate)
    await city.freshness.look()
    seat = await city.standings.read(handle)
    assert seat
    assert seat.until == city.ticks() + 10
    clock.advance(seconds=10)
    found = await city.mini_sessions.standing(handle)
    assert found
    assert found.mandate
    assert (found.live, found.mandate.live) == (True, False)
    with pytest.raises(MandateUnknown):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)


async def test_who_is_closed_is_acted_for_no_more(city: MandateCity, clock: ManualClock) -> None:
    parent, grandmother, mandate = await city.helped()
    await consented(city, parent, mandate)
    handle = await city.acting.handle(parent, APPOINTMENTS, mandate)
    await rows("UPDATE auth_account SET closed_at = ? WHERE id = ?", clock.now(), grandmother.account)
    found = await city.mini_sessions.standing(handle)
    assert found
    assert found.mandate
    assert not found.mandate.live
    with pytest.raises(MandateUnknown):
        await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)


async def test_the_department_learns_who_acts_for_whom(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    await city.accounts.register("13800000002", name="李秀英", id_number=GRANDMOTHER, loa=2)
    await consented(city, parent, mandate)
    found = await standing(city, (await city.mini_tokens.issue(parent, APPOINTMENTS, mandate)).token)
    claims = jwt.decode(await city.assertions.mint(caller(found)), options={"verify_signature": False})
    sector = department_sector(DepartmentId("civil-affairs"))
    assert claims["sub"] == await city.subjects.of(grandmother.account, sector)
    assert claims["act"] == {
        "sub": "urn:onecity:service:appointments",
        "act": {"sub": await city.subjects.of(parent.account, sector)},
    }
    known_as = await city.subjects.of(AccountId(mandate), mandate_sector(sector))
    assert claims["mandate"] == {"id": known_as, "kind": "family", "roles": []}
    assert (claims["name"], claims["phone"]) == ("李秀英", "13800000002")


@pytest.mark.parametrize("kind", ["child", "company"])
async def test_the_profile_of_who_has_no_account(city: MandateCity, kind: str) -> None:
    if kind == "company":
        parent, mandate = await city.company()
        expected = {"name": "浦江机械", "credit_code": CODE}
    else:
        parent = await city.known("13800000001", PARENT)
        mandate = MandateId((await city.offers.guard(parent, "张小雨", CHILD, ALL)).mandate.id)
        expected = {"name": "张小雨", "id_number": CHILD}
    found = await city.mini_sessions.standing(await city.acting.handle(parent, APPOINTMENTS, mandate))
    assert found
    asked: dict[str, Any] = {"scopes": frozenset({*NAMES, "profile:id_number:read"})}
    whole = Caller(**{**{name: getattr(caller(found), name) for name in _MEMBERS}, **asked})
    claims = jwt.decode(await city.assertions.mint(whole), options={"verify_signature": False})
    assert {name: claims[name] for name in claims.keys() & {"name", "id_number", "credit_code", "phone"}} == expected


_MEMBERS = ("account", "session", "upstream", "department", "service", "scopes", "loa", "mandate")


def test_callers_of_different_mandates_share_no_assertion() -> None:
    usual = Mandated(MandateId("m" * 26), "family", AccountId("a" * 26), (), True)
    seen = {
        Caller(
            account=AccountId("p" * 26),
            session="s",  # type: ignore[arg-type]  # a plain string will do
            upstream=UpstreamId("u"),
            department=DepartmentId("d"),
            service=APPOINTMENTS,
            scopes=frozenset(),
            loa=2,
            mandate=mandate,
        ).key
        for mandate in (
            None,
            usual,
            Mandated(MandateId("n" * 26), "family", AccountId("a" * 26), (), True),
            Mandated(MandateId("m" * 26), "family", AccountId("b" * 26), (), True),
            Mandated(MandateId("m" * 26), "family", AccountId("a" * 26), ("clerk",), True),
        )
    }
    assert len(seen) == 5


async def test_ending_all_of_an_account_ends_both_sides_and_tells_both(city: MandateCity) -> None:
    parent, grandmother, mandate = await city.helped()
    await city.mandates.end_all(grandmother.account)
    await city.mandates.end_all(grandmother.account)
    assert await city.mandates.acting(parent.account) == []
    for side in (parent, grandmother):
        assert (await city.told(side.account)).count(EventKind.MANDATE_ENDED) == 1
        assert (await city.mandates.view(side.account, mandate)).state == "ended"
    await city.mandates.end(parent.account, mandate)
    with pytest.raises(MandateUnknown):
        await city.mandates.end((await city.known("13800000003", THIRD)).account, mandate)


async def test_acts_of_both_kinds_come_in_one_order_page_by_page(city: MandateCity, clock: ManualClock) -> None:
    parent, _, mandate = await city.helped()
    clock.advance(seconds=1)
    await consented(city, parent, mandate)
    moment = clock.now() - timedelta(milliseconds=500)
    between = RecordedAccess(new_id(moment), moment, APPOINTMENTS, {"zh-CN": "预约", "en": "Book"}, 200)
    city.accesses.recorded.append(between)
    listed = [act.action for act in await city.mandates.acts(parent.account, mandate, None, 10)]
    first = await city.mandates.acts(parent.account, mandate, None, 1)
    second = await city.mandates.acts(parent.account, mandate, first[0].id, 10)
    assert [first[0].action, *(act.action for act in second)] == listed
    assert sorted(listed) == ["accepted", "access", "consent-given", "offered"]


async def test_a_session_that_is_removed_takes_its_handles_with_it(city: MandateCity, clock: ManualClock) -> None:
    parent, _, mandate = await city.helped()
    await city.acting.handle(parent, APPOINTMENTS, mandate)
    clock.advance(days=200)
    await city.leftovers.remove()
    assert await rows("SELECT id FROM mandate_session") == []
