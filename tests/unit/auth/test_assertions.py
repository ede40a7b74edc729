"""Gateway assertions: what a department learns, and for how long."""

from dataclasses import replace
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth import assertions
from auth.assertions import Caller
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, UpstreamId
from tests.unit.auth.wiring import ORIGIN, PHONE, City


async def caller(city: City, *scopes: str) -> Caller:
    account = await city.accounts.register(PHONE, name="张三丰", id_number="310101199001011234", loa=2)
    return Caller(
        account=AccountId(account.id),
        session=SessionId("session"),
        upstream=UpstreamId("booking"),
        department=DepartmentId("civil-affairs"),
        service=ServiceId("appointments"),
        scopes=frozenset(scopes),
        loa=2,
    )


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


async def test_an_assertion_says_what_the_contract_wants(city: City) -> None:
    somebody = await caller(city, "b:c:read", "a:b:read")
    token = await city.assertions.mint(somebody)
    claims = claims_of(token)
    assert jwt.get_unverified_header(token)["typ"] == "onecity-assertion+jwt"
    assert claims.pop("jti")
    assert claims.pop("exp") - claims.pop("iat") == 60
    assert claims == {
        "iss": ORIGIN,
        "aud": "urn:onecity:upstream:booking",
        "sub": await city.subjects.of(somebody.account, "department:civil-affairs"),
        "act": {"sub": "urn:onecity:service:appointments"},
        "scope": "a:b:read b:c:read",
        "acr": "urn:onecity:loa:2",
    }
    assert somebody.account not in str(claims)


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ((), {}),
        (("profile:name:read",), {"name": "张三丰"}),
        (("profile:phone:read",), {"phone": PHONE}),
        (("profile:id_number:read",), {"id_number": "310101199001011234"}),
        (("profile:name:read", "profile:phone:read"), {"name": "张三丰", "phone": PHONE}),
        (("profile:address:read",), {}),
    ],
)
async def test_it_tells_no_more_of_the_account_than_the_scopes_allow(
    city: City, scopes: tuple[str, ...], told: dict[str, str]
) -> None:
    claims = claims_of(await city.assertions.mint(await caller(city, *scopes)))
    assert {name: claims[name] for name in ("name", "phone", "id_number") if name in claims} == told


async def test_what_an_account_does_not_have_is_left_out(city: City) -> None:
    account, _ = await city.accounts.for_phone("13900000002")
    somebody = replace(await caller(city, "profile:name:read"), account=AccountId(account.id))
    assert "name" not in claims_of(await city.assertions.mint(somebody))


@pytest.mark.parametrize(("seconds", "same"), [(0, True), (19, True), (20, False), (3600, False)])
async def test_an_assertion_is_reused_for_twenty_seconds(city: City, seconds: int, same: bool) -> None:
    somebody = await caller(city)
    first = await city.assertions.mint(somebody)
    city.clock.advance(seconds=seconds)
    assert (await city.assertions.mint(somebody) == first) is same


@pytest.mark.parametrize(
    "change",
    [
        {"session": "other"},
        {"upstream": "other"},
        {"department": "other"},
        {"service": "other"},
        {"scopes": frozenset({"a:b:read"})},
        {"loa": 3},
        {"account": "other"},
    ],
    ids=str,
)
async def test_another_call_never_gets_the_same_assertion(city: City, change: dict[str, Any]) -> None:
    somebody = await caller(city, "b:c:read")
    assert await city.assertions.mint(somebody) != await city.assertions.mint(replace(somebody, **change))


async def test_an_assertion_is_known_from_memory_until_it_is_not_to_be_used_again(city: City) -> None:
    somebody = await caller(city, "a:b:read")
    assert city.assertions.known(somebody, city.ticks()) is None
    assertion = await city.assertions.of(somebody)
    assert assertion.until == city.ticks() + 20
    for seconds, known in ((0, assertion), (19.9, assertion), (20, None)):
        assert city.assertions.known(somebody, city.ticks() + seconds) is known


async def test_equal_callers_share_an_assertion_whoever_made_them(city: City) -> None:
    first, second = await caller(city, "a:b:read", "b:c:read"), await caller(city, "b:c:read", "a:b:read")
    assert first.key == second.key
    assert await city.assertions.of(first) is await city.assertions.of(second)


SCOPES = st.frozensets(st.sampled_from(["a", "b", "a, b", "a', 'b"]))


@given(st.lists(st.text(), min_size=5, max_size=5), SCOPES, st.data())
def test_no_two_callers_have_the_same_key(ids: list[str], scopes: frozenset[str], data: st.DataObject) -> None:
    names = ("account", "session", "upstream", "department", "service")
    first: dict[str, Any] = {**dict(zip(names, ids, strict=True)), "scopes": scopes, "loa": 1}
    changed = data.draw(st.sampled_from(sorted(first)))
    others = SCOPES if changed == "scopes" else st.integers(2, 4) if changed == "loa" else st.text()
    second = {**first, changed: data.draw(others)}
    assert (Caller(**first).key == Caller(**second).key) is (first == second)


async def test_what_is_remembered_is_bounded(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assertions, "_REMEMBERED", 10)
    somebody = await caller(city)
    first = await city.assertions.mint(somebody)
    for number in range(10):
        await city.assertions.mint(replace(somebody, session=SessionId(str(number))))
    assert len(city.assertions._minted) == 10
    assert await city.assertions.mint(somebody) != first
