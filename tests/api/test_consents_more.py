"""Consents over time: the history with its texts, taking all back, and the receipt that anybody can check."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator

import httpx2
import jwt
import pytest
from jwt import PyJWK

from tests.harness.gateway import Gateway
from tests.harness.servers import raw_server


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"items":[]}')


@pytest.fixture
async def published(gateway: Gateway) -> AsyncIterator[Gateway]:
    """A department that answers, and two services of it."""
    async with raw_server(_answer) as address:
        await gateway.register_department(address)
        await gateway.publish()
        await gateway.publish(app_id="other-one")
        yield gateway


async def decide(gateway: Gateway, resident: httpx2.AsyncClient) -> None:
    """Agree to one of two scopes, then to both, then take it back."""
    detail = (await resident.get("/api/v1/services/hello")).json()
    scopes = [scope["name"] for scope in detail["scopes"]]
    for granted in (scopes[:1], scopes):
        gateway.clock.advance(seconds=1)
        body = {"scopes": granted, "version": detail["version"]}
        assert (await resident.put("/api/v1/services/hello/consent", json=body)).status_code == 200
    gateway.clock.advance(seconds=1)
    assert (await resident.delete("/api/v1/services/hello/consent")).status_code == 204


async def test_each_decision_keeps_its_text(published: Gateway) -> None:
    resident = await published.resident()
    await decide(published, resident)
    events = (await resident.get("/api/v1/consents/history")).json()["items"]
    assert [event["action"] for event in events] == ["withdrawn", "granted", "granted"]
    detail = (await resident.get("/api/v1/services/hello")).json()
    for event in events:
        assert {scope["name"] for scope in event["shown"]} == {scope["name"] for scope in detail["scopes"]}
        assert all(scope["reason"]["zh-CN"] for scope in event["shown"])
        assert event["service"]["name"]["zh-CN"] != "hello"
    assert len(events[2]["scopes"]) == 1
    assert events[0]["scopes"] == events[1]["scopes"], "what was taken back"
    text = json.dumps(events[0]["shown"], ensure_ascii=False, separators=(",", ":"))
    assert len(events[0]["revision"]) == len(hashlib.sha256(text.encode()).hexdigest())
    assert len({event["revision"] for event in events}) == 1
    page = (await resident.get("/api/v1/consents/history", params={"limit": 2})).json()
    rest = (await resident.get("/api/v1/consents/history", params={"cursor": page["next"]})).json()
    assert [*page["items"], *rest["items"]] == events


async def test_all_are_taken_back_at_once_and_every_token_ends(published: Gateway) -> None:
    resident = await published.resident()
    minis = [published.mini(await published.agree(resident, label), label) for label in ("hello", "other-one")]
    for mini in minis:
        assert (await mini.get("/svc/records/records")).status_code == 200
    assert (await resident.delete("/api/v1/consents")).status_code == 204
    for mini in minis:
        refused = await mini.get("/svc/records/records")
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "consent-needed")
    assert (await resident.get("/api/v1/consents")).json()["items"] == []
    events = (await resident.get("/api/v1/consents/history")).json()["items"]
    assert [event["action"] for event in events].count("withdrawn") == 2
    assert (await resident.delete("/api/v1/consents")).status_code == 204, "nothing to take back is no error"


async def test_a_receipt_is_checked_with_the_key_set_alone(published: Gateway) -> None:
    resident = await published.resident()
    await published.agree(resident)
    answered = await resident.get("/api/v1/services/hello/consent/receipt")
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-disposition"] == 'attachment; filename="consent-hello.json"'
    receipt = answered.json()
    keys = {key["kid"]: PyJWK(key) for key in (await published.client().get("/oauth/jwks")).json()["keys"]}
    header = jwt.get_unverified_header(receipt["jws"])
    assert header["typ"] == "consent-receipt+jwt"
    claims = jwt.decode(receipt["jws"], keys[header["kid"]], ["ES256"], options={"verify_iat": False})
    jws = receipt.pop("jws")
    assert claims["receipt"] == receipt
    assert receipt["services"][0]["id"] == "hello"
    assert receipt["events"][0]["event_state"] == "consent given"
    assert all(purpose["consented"] for purpose in receipt["purposes"])
    head, payload, signature = jws.split(".")
    changed = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed["receipt"]["purposes"][0]["consented"] = False
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{head}.{forged}.{signature}", keys[header["kid"]], ["ES256"])


async def test_a_withdrawn_consent_has_a_receipt_too_and_none_given_has_none(published: Gateway) -> None:
    resident = await published.resident()
    await decide(published, resident)
    receipt = (await resident.get("/api/v1/services/hello/consent/receipt")).json()
    assert receipt["events"][0]["event_state"] == "consent withdrawn"
    assert not any(purpose["consented"] for purpose in receipt["purposes"])
    missing = await resident.get("/api/v1/services/other-one/consent/receipt")
    assert (missing.status_code, missing.json()["type"].rpartition("/")[2]) == (404, "consent-unknown")
