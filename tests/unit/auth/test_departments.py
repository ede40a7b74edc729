"""Departments' systems: proving who they are, once each time."""

import asyncio
from collections import Counter
from typing import Any

import jwt
import pytest

from auth.department_tokens import DepartmentToken
from auth.errors import TokenExpired, TokenInvalid
from auth.jwk import jwk_of
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client, ClientKey
from core.access import DepartmentClient
from core.ids import DepartmentId, ServiceId
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import NAME_SCOPE, ORIGIN, City, DepartmentSystem

SEND, RELEASE = "dept:notices:send", "dept:releases:write"


@pytest.fixture
async def system(city: City) -> DepartmentSystem:
    system = DepartmentSystem()
    await system.enter(city, SEND, RELEASE)
    return system


async def issue(city: City, assertion: str, scope: str | None = None) -> DepartmentToken:
    """As the token endpoint does: who it is, then the token."""
    return await city.department_tokens.issue(await city.client_assertions.client_of(assertion), scope)


async def token(city: City, system: DepartmentSystem, scope: str | None = None) -> str:
    return (await issue(city, system.assertion(city.clock.now()), scope)).access_token


async def test_a_token_says_who_and_what_for(city: City, system: DepartmentSystem) -> None:
    issued = await issue(city, system.assertion(city.clock.now()), SEND)
    claims: dict[str, Any] = jwt.decode(issued.access_token, options={"verify_signature": False})
    assert jwt.get_unverified_header(issued.access_token)["typ"] == "at+jwt"
    assert claims.pop("jti")
    assert claims.pop("exp") - claims.pop("iat") == issued.expires_in == 600
    assert claims == {
        "iss": ORIGIN,
        "aud": f"{ORIGIN}/dept",
        "sub": system.client_id,
        "client_id": system.client_id,
        "department": "civil-affairs",
        "scope": SEND,
    }


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(None, f"{SEND} {RELEASE}"), ("", f"{SEND} {RELEASE}"), (SEND, SEND), (f"{RELEASE} {SEND}", f"{SEND} {RELEASE}")],
)
async def test_a_system_gets_the_scopes_it_asks_for(
    city: City, system: DepartmentSystem, asked: str | None, granted: str
) -> None:
    assert (await issue(city, system.assertion(city.clock.now()), asked)).scope == granted


async def test_a_scope_it_was_not_given_is_refused(city: City, system: DepartmentSystem) -> None:
    with pytest.raises(OAuthRefused) as refused:
        await token(city, system, f"{SEND} dept:everything:do")
    assert (refused.value.code, refused.value.status) == ("invalid_scope", 400)


async def test_a_token_lets_in(city: City, system: DepartmentSystem) -> None:
    client = await city.department_tokens.verify(await token(city, system, SEND))
    assert client == DepartmentClient(system.client_id, DepartmentId("civil-affairs"), frozenset({SEND}))


async def test_a_token_expires(city: City, system: DepartmentSystem) -> None:
    issued = await token(city, system)
    city.clock.advance(seconds=602)
    with pytest.raises(TokenExpired):
        await city.department_tokens.verify(issued)


async def test_a_disabled_system_is_out_at_once(city: City, system: DepartmentSystem) -> None:
    issued = await token(city, system)
    await city.clients.disable(system.client_id)
    with pytest.raises(TokenInvalid):
        await city.department_tokens.verify(issued)
    with pytest.raises(OAuthRefused):
        await token(city, system)


async def test_a_scope_taken_away_is_gone_from_tokens_held(city: City, system: DepartmentSystem) -> None:
    issued = await token(city, system)
    await system.enter(city, SEND)
    assert (await city.department_tokens.verify(issued)).scopes == {SEND}


async def test_a_system_that_moved_to_another_department_needs_a_new_token(
    city: City, system: DepartmentSystem
) -> None:
    issued = await token(city, system)
    jwk = (await ClientKey.get(client_id=system.client_id)).jwk
    await city.clients.register(system.client_id, DepartmentId("health"), jwk, [SEND])
    with pytest.raises(TokenInvalid):
        await city.department_tokens.verify(issued)


async def test_registering_again_enables_again(city: City, system: DepartmentSystem) -> None:
    await city.clients.disable(system.client_id)
    await system.enter(city, SEND)
    assert await Client.all().count() == 1
    await city.department_tokens.verify(await token(city, system))


async def test_a_mini_session_token_is_no_department_token(city: City) -> None:
    resident = await city.consented(NAME_SCOPE.name)
    issued = await city.mini_tokens.issue(resident, ServiceId("appointments"))
    with pytest.raises(TokenInvalid):
        await city.department_tokens.verify(issued.token)


@pytest.mark.parametrize("audience", [ORIGIN, f"{ORIGIN}/oauth/token"])
@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt", None])
async def test_assertions_as_clients_write_them_are_taken(
    city: City, system: DepartmentSystem, audience: str, typ: str | None
) -> None:
    assertion = system.assertion(city.clock.now(), {"typ": typ}, aud=audience)
    await issue(city, assertion)


async def test_an_assertion_may_name_its_key(city: City, system: DepartmentSystem) -> None:
    kid = (await ClientKey.get(client_id=system.client_id)).kid
    await issue(city, system.assertion(city.clock.now(), {"kid": kid}), None)


NOW = int(ManualClock().now().timestamp())
REFUSED: dict[str, dict[str, Any]] = {
    "of another audience": {"aud": "https://elsewhere/oauth/token"},
    "of the departments' audience": {"aud": f"{ORIGIN}/dept"},
    "with a list of audiences": {"aud": [ORIGIN]},
    "of another issuer": {"iss": "somebody"},
    "of an unknown client": {"iss": "somebody", "sub": "somebody"},
    "with a sub that is no text": {"sub": 1},
    "without a sub": {"sub": None},
    "without a jti": {"jti": None},
    "without an exp": {"exp": None},
    "without an iat": {"iat": None},
    "expired": {"iat": NOW - 100, "exp": NOW - 5},
    "from the future": {"iat": NOW + 6, "exp": NOW + 60},
    "that lives too long": {"exp": NOW + 121},
    "that was made long ago for long": {"iat": NOW - 100, "exp": NOW + 60},
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_assertion_is_refused(city: City, system: DepartmentSystem, case: str) -> None:
    with pytest.raises(OAuthRefused) as refused:
        await issue(city, system.assertion(city.clock.now(), **REFUSED[case]), None)
    assert (refused.value.code, refused.value.status) == ("invalid_client", 401)


@pytest.mark.parametrize("header", [{"kid": "other"}, {"typ": "at+jwt"}, {"crit": ["exp"]}], ids=str)
async def test_an_assertion_with_another_header_is_refused(
    city: City, system: DepartmentSystem, header: dict[str, Any]
) -> None:
    with pytest.raises(OAuthRefused):
        await issue(city, system.assertion(city.clock.now(), header), None)


async def test_the_assertion_of_another_system_is_refused(city: City, system: DepartmentSystem) -> None:
    impostor = DepartmentSystem()
    with pytest.raises(OAuthRefused, match="signature"):
        await token(city, impostor)


async def test_an_assertion_counts_once(city: City, system: DepartmentSystem) -> None:
    assertion = system.assertion(city.clock.now())
    await issue(city, assertion)
    city.clock.advance(seconds=30)
    with pytest.raises(OAuthRefused, match="used before"):
        await issue(city, assertion)


async def test_two_systems_may_use_the_same_jti(city: City, system: DepartmentSystem) -> None:
    other = DepartmentSystem("other-server")
    await other.enter(city)
    for each in (system, other):
        await issue(city, each.assertion(city.clock.now(), jti="one"), None)


@pytest.mark.both_databases
async def test_an_assertion_replayed_many_times_at_once_counts_once(city: City) -> None:
    system = DepartmentSystem()
    await system.enter(city)
    assertion = system.assertion(city.clock.now())

    async def attempt() -> str:
        try:
            await issue(city, assertion)
        except OAuthRefused as refused:
            return str(refused)
        return "issued"

    outcomes = Counter(await asyncio.gather(*(attempt() for _ in range(30))))
    assert outcomes == {"issued": 1, "client_assertion: jti was used before": 29}


async def test_registering_again_leaves_keys_that_were_added_since(city: City, system: DepartmentSystem) -> None:
    added = DepartmentSystem(system.client_id)
    await city.clients.add_key(system.client_id, jwk_of(added.key.public_key()))
    await system.enter(city)
    for each in (system, added):
        await issue(city, each.assertion(city.clock.now()))
    replaced = DepartmentSystem(system.client_id)
    await replaced.enter(city)
    for each in (system, added):
        with pytest.raises(OAuthRefused, match="signature"):
            await issue(city, each.assertion(city.clock.now()))
