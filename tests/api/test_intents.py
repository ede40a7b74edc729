"""One service asks another through the resident: once, declared by both, signed for the asker's department."""

import asyncio
import copy
import json
from typing import Any

import httpx2
import jwt
import pytest

from auth.subjects import department_sector
from core.database import rows
from core.ids import AccountId
from miniapps.intents.canonical import digest_of
from miniapps.intents.intents import HOUR_LIMIT
from tests.api.test_mandates import account, refused
from tests.harness.gateway import Gateway
from tests.harness.packages import MANIFEST

ONE, OTHER = "13800000001", "13800000002"
ASKED: dict[str, Any] = {"from": "hello", "name": "sign", "payload": {"文件": "申请表", "页": 1.0}}
SIGN = {"name": "sign", "path": "/index.html#/sign", "title": {"zh-CN": "签署", "en": "Sign"}}

NOT_ASKED: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"name": "showLicence"}, (403, "intent-not-declared")),
    ({"from": "signer"}, (403, "intent-not-declared")),
    ({"from": "gone"}, (404, "service-unknown")),
    ({"name": "pay"}, (404, "no-provider")),
    ({"provider": "hello"}, (404, "no-provider")),
    ({"provider": "gone"}, (404, "no-provider")),
    ({"name": "Sign"}, (422, "unprocessable")),
    ({"payload": "\ud800"}, (422, "unprocessable")),
    ({"payload": "x" * 16_384}, (413, "intent-too-large")),
]


def service(app_id: str, **intents: Any) -> dict[str, Any]:
    """The changes that make a manifest that of another service."""
    city = copy.deepcopy(MANIFEST["onecity"]) | {"intents": intents}
    return {"app_id": app_id, "onecity": city}


@pytest.fixture
async def city(gateway: Gateway) -> Gateway:
    """One service that asks, and one that is asked."""
    await gateway.register_department()
    await gateway.publish(**service("hello", uses=["sign", "pay"]))
    await gateway.publish(**service("signer", provides=[SIGN]))
    return gateway


async def ask(client: httpx2.AsyncClient, key: str | None = None, **changes: Any) -> httpx2.Response:
    headers = {"Idempotency-Key": key} if key else {}
    content = json.dumps(ASKED | changes)  # with escapes, so that what is no Unicode can be sent as well
    headers["Content-Type"] = "application/json"
    return await client.post("/api/v1/intents", content=content, headers=headers)


async def close(client: httpx2.AsyncClient, intent: str, key: str | None = None, **body: Any) -> httpx2.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(f"/api/v1/intents/{intent}/result", json=body, headers=headers)


async def claims_of(city: Gateway, signed: str) -> dict[str, Any]:
    """As the asker's server reads it: with the published keys; the times are those of the test's own clock."""
    published = jwt.PyJWKSet.from_dict((await city.client().get("/oauth/jwks")).json())
    header = jwt.get_unverified_header(signed)
    assert header["typ"] == "intent-result+jwt"
    claims: dict[str, Any] = jwt.decode(
        signed,
        published[header["kid"]].key,
        algorithms=["ES256"],
        issuer=city.origin,
        audience="dept-one",
        options={"require": ["exp", "iat", "sub", "jti"], "verify_exp": False, "verify_iat": False},
    )
    return claims


async def test_the_answer_comes_back_signed_for_the_askers_department(city: Gateway) -> None:
    resident = await city.resident()
    opened = await ask(resident)
    assert opened.status_code == 201, opened.text
    intent = opened.json()
    assert opened.headers["location"] == f"/api/v1/intents/{intent['id']}"
    assert (intent["provider"]["id"], intent["provider"]["origin"]) == ("signer", "http://signer.localhost:8000")
    assert (intent["provider"]["path"], intent["provider"]["title"]) == (SIGN["path"], SIGN["title"])
    shown = (await resident.get(opened.headers["location"])).json()
    assert (shown["state"], shown["payload"], shown["from"]["id"]) == ("open", ASKED["payload"], "hello")
    answered = await close(resident, intent["id"], result={"签名": "…"})
    assert (answered.status_code, answered.json()["result"]) == (200, {"签名": "…"})
    now = int(city.clock.now().timestamp())
    claims = await claims_of(city, answered.json()["token"])
    in_department = department_sector("dept-one")  # type: ignore[arg-type]  # a plain string will do
    resident_there = await city.city.identity.subjects.of(AccountId(await account(city, ONE)), in_department)
    assert claims == {
        "iss": city.origin,
        "aud": "dept-one",
        "sub": resident_there,
        "act": {"sub": "urn:onecity:service:hello"},
        "intent": intent["id"],
        "name": "sign",
        "provider": "signer",
        "payload_digest": digest_of(ASKED["payload"]),
        "result": {"签名": "…"},
        "iat": now,
        "exp": now + 600,
        "jti": claims["jti"],
    }
    assert (await resident.get(opened.headers["location"])).json()["state"] == "answered"


async def test_it_is_answered_once_by_its_own_resident_in_time(city: Gateway) -> None:
    resident, other = await city.resident(), await city.resident(OTHER)
    intent = (await ask(resident)).json()["id"]
    for foreign in (await close(other, intent, result=1), await other.get(f"/api/v1/intents/{intent}")):
        assert refused(foreign) == (404, "intent-unknown")
    racing = await asyncio.gather(*(close(resident, intent, result=number) for number in range(3)))
    assert sorted(each.status_code for each in racing) == [200, 409, 409]
    assert {refused(each)[1] for each in racing if each.status_code == 409} == {"intent-closed"}
    assert refused(await close(resident, intent, cancelled=True)) == (409, "intent-closed")
    left = (await ask(resident)).json()["id"]
    cancelled = await close(resident, left, cancelled=True)
    assert (cancelled.status_code, cancelled.json()) == (200, {"token": None, "result": None})
    assert refused(await close(resident, left, result=1)) == (409, "intent-closed")
    late = (await ask(resident)).json()["id"]
    city.clock.advance(minutes=15)
    assert (await resident.get(f"/api/v1/intents/{late}")).json()["state"] == "expired"
    assert refused(await close(resident, late, result=1)) == (409, "intent-expired")


async def test_a_request_that_comes_again_with_its_key_gets_the_first_answer(city: Gateway) -> None:
    resident = await city.resident()
    opened = await asyncio.gather(*(ask(resident, "ask") for _ in range(3)))
    assert [each.status_code for each in opened] == [201] * 3
    assert len({each.text for each in opened}) == 1
    assert refused(await ask(resident, "ask", payload=2)) == (422, "idempotency-key-reused")
    assert (await ask(await city.resident(OTHER), "ask")).json()["id"] != opened[0].json()["id"]
    intent = opened[0].json()["id"]
    answered = await asyncio.gather(*(close(resident, intent, "answer", result=[1]) for _ in range(3)))
    assert [each.status_code for each in answered] == [200] * 3
    assert len({each.text for each in answered}) == 1, "one token, however often it was asked for"
    assert refused(await close(resident, intent, "answer", result=[2])) == (422, "idempotency-key-reused")
    assert refused(await close(resident, intent, "another", result=[1])) == (409, "intent-closed")
    assert refused(await ask(resident, "k" * 256)) == (400, "key-unusable")


async def test_only_declared_services_ask_and_answer(city: Gateway) -> None:
    resident = await city.resident()
    for changes, expected in NOT_ASKED:
        assert refused(await ask(resident, **changes)) == expected
    intent = (await ask(resident)).json()["id"]
    bodies: list[dict[str, Any]] = [{}, {"cancelled": False}, {"cancelled": True, "result": 1}]
    for body in bodies:
        assert refused(await close(resident, intent, **body)) == (422, "unprocessable")
    assert refused(await close(resident, intent, result="x" * 4096)) == (413, "intent-too-large")
    assert refused(await city.client().post("/api/v1/intents", json=ASKED)) == (401, "unauthenticated")
    release = service("signer") | {"version": {"code": 2, "name": "2.0.0"}}
    assert (await city.publish(**release)).status_code == 200
    assert refused(await close(resident, intent, result=1)) == (404, "no-provider"), "it provides it no more"


async def test_where_several_could_answer_the_resident_chooses(city: Gateway) -> None:
    await city.publish(**service("seal", provides=[{**SIGN, "path": "/"}]))
    resident = await city.resident()
    unclear = await ask(resident)
    assert refused(unclear) == (409, "provider-unclear")
    assert [(each["id"], each["name"]["zh-CN"]) for each in unclear.json()["providers"]] == [
        ("seal", "你好服务"),
        ("signer", "你好服务"),
    ]
    assert (await ask(resident, provider="seal")).json()["provider"]["id"] == "seal"


async def test_they_are_limited_and_gone_after_a_day(city: Gateway) -> None:
    resident = await city.resident()
    opened = (await ask(resident, "k")).json()["id"]
    columns = "account_id, service_id, department_id, name, provider_id, payload, state, digest, created_at, expires_at"
    for number in range(1, HOUR_LIMIT):
        await rows(
            f"INSERT INTO intents_intent (id, {columns}) SELECT '{number}', {columns} FROM intents_intent LIMIT 1"  # noqa: S608 - ours
        )
    assert refused(await ask(resident)) == (429, "too-many-intents")
    assert (await ask(resident, "k")).status_code == 201, "what was taken is answered still"
    city.clock.advance(hours=24)
    await city.city.rooms.intents.remove_old()
    assert await rows("SELECT id FROM intents_intent") == []
    assert (await ask(resident, "k")).json()["id"] != opened
