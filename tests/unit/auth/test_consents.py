"""Consents, and the tokens that mini-services get by them."""

import asyncio
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.errors import (
    ConsentNeeded,
    ConsentUnknown,
    LevelTooLow,
    ReleaseChanged,
    ScopeNotRequested,
    ServiceUnknown,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from auth.mini_tokens import MiniToken
from auth.models import ConsentEvent, MiniSession
from auth.ports import RequestedScope
from core.access import Resident
from core.ids import ServiceId
from core.problems import Problem
from tests.unit.auth.wiring import NAME_SCOPE, ORIGIN, PHONE_SCOPE, City, DepartmentSystem, service

APPOINTMENTS, QUERIES = ServiceId("appointments"), ServiceId("queries")
AUDIENCE = "http://appointments.localhost:8000"
NAME, PHONE = NAME_SCOPE.name, PHONE_SCOPE.name


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


async def token(city: City, resident: Resident, service_id: ServiceId = APPOINTMENTS) -> str:
    return (await city.mini_tokens.issue(resident, service_id)).token


async def test_a_consent_keeps_what_was_shown(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    city.directory.services["appointments"] = service(scopes=(), name={"zh-CN": "别的"})
    consent = await city.consents.get(resident.account, APPOINTMENTS)
    assert consent
    assert consent.scopes == [
        {"name": NAME, "reason": NAME_SCOPE.reason},
        {"name": PHONE, "reason": PHONE_SCOPE.reason},
    ]
    assert consent.service_name["zh-CN"] == "办证预约"


async def test_a_consent_replaces_the_one_before_and_history_keeps_both(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    await city.consents.put(resident.account, APPOINTMENTS, [NAME], "1.0.0")
    await city.consents.withdraw(resident.account, APPOINTMENTS)
    assert await city.consents.get(resident.account, APPOINTMENTS) is None
    history = await ConsentEvent.filter(account_id=resident.account)
    told = sorted((event.action, len(event.scopes), event.version) for event in history)
    assert told == [("granted", 1, "1.0.0"), ("granted", 2, "1.0.0"), ("withdrawn", 1, "1.0.0")]


async def test_only_what_the_live_release_asks_for_may_be_granted(city: City) -> None:
    with pytest.raises(ScopeNotRequested) as refused:
        await city.consented(NAME, "profile:id_number:read")
    assert [error["pointer"] for error in refused.value.errors] == ["/scopes/1"]


async def test_reasons_of_another_release_cannot_be_agreed_to(city: City) -> None:
    city.directory.services["appointments"] = service(version="1.1.0")
    with pytest.raises(ReleaseChanged) as refused:
        await city.consented(NAME)
    assert refused.value.members == {"version": "1.1.0"}


async def test_an_unknown_service_gets_nothing(city: City) -> None:
    resident = await city.resident()
    with pytest.raises(ServiceUnknown):
        await city.consents.put(resident.account, ServiceId("nothing"), [], "1.0.0")
    with pytest.raises(ServiceUnknown):
        await city.mini_tokens.issue(resident, ServiceId("nothing"))
    with pytest.raises(ConsentUnknown):
        await city.consents.withdraw(resident.account, APPOINTMENTS)


async def test_consents_are_paged_the_last_given_first(city: City) -> None:
    resident = await city.consented(NAME)
    city.clock.advance(seconds=1)
    await city.consents.put(resident.account, QUERIES, [], "1.0.0")
    first = await city.consents.page(resident.account, None, 1)
    assert [consent.service_id for consent in first] == ["queries", "appointments"]
    following = await city.consents.page(resident.account, first[0].id, 1)
    assert [consent.service_id for consent in following] == ["appointments"]


@pytest.mark.both_databases
async def test_consents_given_at_once_leave_one(city: City) -> None:
    resident = await city.resident()
    await asyncio.gather(*(city.consents.put(resident.account, APPOINTMENTS, [NAME], "1.0.0") for _ in range(20)))
    assert len(await city.consents.page(resident.account, None, 10)) == 1


async def test_a_token_says_what_the_surface_wants(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    issued = await city.mini_tokens.issue(resident, APPOINTMENTS)
    claims = claims_of(issued.token)
    header = jwt.get_unverified_header(issued.token)
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": (await city.keys.current()).kid}
    assert claims.pop("jti")
    assert claims.pop("exp") - claims.pop("iat") == issued.expires_in == 300
    assert claims.pop("sid")
    assert claims == {
        "iss": ORIGIN,
        "aud": AUDIENCE,
        "sub": issued.sub,
        "client_id": "appointments",
        "scope": f"{NAME} {PHONE}",
        "acr": "urn:onecity:loa:1",
        "amr": ["sms"],
    }
    assert resident.account not in issued.token
    assert resident.session not in str(claims_of(issued.token))


async def test_two_services_see_nothing_in_common(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    await city.consents.put(resident.account, QUERIES, [], "1.0.0")
    one = claims_of(await token(city, resident))
    other = claims_of(await token(city, resident, QUERIES))
    for claim in ("sub", "sid", "jti", "aud"):
        assert one[claim] != other[claim]


async def test_a_renewed_token_keeps_sub_and_sid(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    first, second = claims_of(await token(city, resident)), claims_of(await token(city, resident))
    assert (first["sub"], first["sid"]) == (second["sub"], second["sid"])
    assert first["jti"] != second["jti"]


@pytest.mark.both_databases
async def test_renewals_at_once_share_one_mini_session(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    issued = await asyncio.gather(*(token(city, resident) for _ in range(20)))
    assert len({claims_of(each)["sid"] for each in issued}) == 1
    assert await MiniSession.all().count() == 1


async def test_without_a_consent_all_scopes_are_missing(city: City) -> None:
    with pytest.raises(ConsentNeeded) as refused:
        await city.mini_tokens.issue(await city.resident(), APPOINTMENTS)
    assert refused.value.members == {"scopes": [NAME, PHONE]}


async def test_a_release_that_asks_for_more_needs_another_consent(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    more = RequestedScope("residence:permit:read", {"zh-CN": "核对"})
    city.directory.services["appointments"] = service(version="1.1.0", scopes=(NAME_SCOPE, PHONE_SCOPE, more))
    with pytest.raises(ConsentNeeded) as refused:
        await city.mini_tokens.issue(resident, APPOINTMENTS)
    assert refused.value.members == {"scopes": [more.name]}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    granted=st.sets(st.sampled_from([NAME, PHONE])),
    asked=st.lists(st.sampled_from([0, 1]), unique=True),
)
async def test_a_token_never_carries_more_than_was_granted_and_is_asked_for(
    city: City, granted: set[str], asked: list[int]
) -> None:
    city.directory.services["appointments"] = service()
    resident = await city.consented(*granted)
    scopes = tuple((NAME_SCOPE, PHONE_SCOPE)[place] for place in asked)
    city.directory.services["appointments"] = service(scopes=scopes)
    issued = await city.mini_tokens.issue(resident, APPOINTMENTS)
    assert set(issued.scope.split()) == granted & {scope.name for scope in scopes}


async def test_a_service_that_asks_for_nothing_needs_no_consent(city: City) -> None:
    city.directory.services["appointments"] = service(scopes=())
    assert (await city.mini_tokens.issue(await city.resident(), APPOINTMENTS)).scope == ""


async def test_a_level_too_low_is_told_the_level_wanted(city: City) -> None:
    city.directory.services["appointments"] = service(loa=3)
    with pytest.raises(LevelTooLow) as refused:
        await city.mini_tokens.issue(await city.consented(NAME), APPOINTMENTS)
    assert refused.value.members == {"loa": 3}


async def test_a_good_token_is_read(city: City) -> None:
    resident = await city.consented(NAME)
    issued = await city.mini_tokens.issue(resident, APPOINTMENTS)
    read = await city.mini_tokens.verify(issued.token, AUDIENCE)
    kid = (await city.keys.current()).kid
    expires_at = int(city.clock.now().timestamp()) + 300
    assert read == MiniToken(issued.sub, APPOINTMENTS, read.handle, frozenset({NAME}), 1, expires_at, kid)
    standing = await city.mini_sessions.standing(read.handle)
    assert standing
    assert (standing.account, standing.session, standing.service) == (
        resident.account,
        resident.session,
        "appointments",
    )


async def test_a_token_of_another_service_is_invalid_here(city: City) -> None:
    issued = await token(city, await city.consented(NAME))
    with pytest.raises(TokenInvalid) as refused:
        await city.mini_tokens.verify(issued, "http://queries.localhost:8000")
    assert 'Bearer error="invalid_token"' in refused.value.headers["WWW-Authenticate"]


async def test_a_department_token_is_no_mini_session_token(city: City) -> None:
    system = DepartmentSystem()
    await system.enter(city)
    client = await city.client_assertions.client_of(system.assertion(city.clock.now()))
    issued = await city.department_tokens.issue(client, None)
    with pytest.raises(TokenInvalid):
        await city.mini_tokens.verify(issued.access_token, AUDIENCE)


@pytest.mark.parametrize("nothing", [None, ""])
async def test_no_token_is_missing(city: City, nothing: str | None) -> None:
    with pytest.raises(TokenMissing) as refused:
        await city.mini_tokens.verify(nothing, AUDIENCE)
    assert refused.value.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_expires(city: City) -> None:
    issued = await token(city, await city.consented(NAME))
    city.clock.advance(seconds=302)
    with pytest.raises(TokenExpired):
        await city.mini_tokens.verify(issued, AUDIENCE)


async def standing_after(city: City, change: str) -> Any:
    """A mini-session's standing once something changed after the token was given."""
    resident = await city.consented(NAME, PHONE)
    handle = (await city.mini_tokens.verify(await token(city, resident), AUDIENCE)).handle
    match change:
        case "sign-out":
            await city.sessions.revoke(resident.account, resident.session)
        case "withdrawal":
            await city.consents.withdraw(resident.account, APPOINTMENTS)
        case "less consent":
            await city.consents.put(resident.account, APPOINTMENTS, [PHONE], "1.0.0")
        case "idle":
            city.clock.advance(days=31)
        case "level":
            await city.accounts.register("13800000001", name="张三", id_number="x", loa=3)
    return await city.mini_sessions.standing(handle)


STANDINGS = [
    ("nothing", {"live": True, "consented": True, "scopes": {NAME, PHONE}, "loa": 1}),
    ("sign-out", {"live": False}),
    ("withdrawal", {"live": True, "consented": False, "scopes": frozenset()}),
    ("less consent", {"live": True, "consented": True, "scopes": {PHONE}}),
    ("idle", {"live": False}),
    ("level", {"live": True, "loa": 3}),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("change", "expected"), STANDINGS, ids=[change for change, _ in STANDINGS])
async def test_a_standing_is_what_holds_now(city: City, change: str, expected: dict[str, Any]) -> None:
    standing = await standing_after(city, change)
    assert {name: getattr(standing, name) for name in expected} == expected


async def test_a_session_over_its_absolute_age_does_not_stand(city: City) -> None:
    resident = await city.consented(NAME, PHONE)
    handle = (await city.mini_tokens.verify(await token(city, resident), AUDIENCE)).handle
    with_long_idle = City(city.clock, session_idle_days=90, session_absolute_days=1)
    city.clock.advance(days=2)
    standing = await with_long_idle.mini_sessions.standing(handle)
    assert standing
    assert not standing.live


async def test_a_handle_that_nobody_has_has_no_standing(city: City) -> None:
    assert await city.mini_sessions.standing("nobody") is None


def test_problems_have_the_names_of_the_contract() -> None:
    kinds: list[type[Problem]] = [ConsentNeeded, LevelTooLow, ServiceUnknown, TokenExpired, TokenInvalid, TokenMissing]
    assert [kind.slug for kind in kinds] == [
        "consent-needed",
        "level-too-low",
        "service-unknown",
        "token-expired",
        "token-invalid",
        "token-missing",
    ]
