"""An account over the years, over HTTP: another phone, a merge, deletion, export."""

import asyncio
import io
import json
import zipfile
from typing import Any

import httpx2
import pytest

from core.database import rows
from tests.harness.gateway import Gateway
from tests.unit.gateway.ledger.wiring import keep

OLD, NEW, OTHER = "13800000001", "13800000002", "13800000003"


async def code_for(gateway: Gateway, phone: str) -> str:
    async with gateway.client() as client:
        texts = (await client.get("/dev/outbox.json")).json()["items"]
    return str(next(text["code"] for text in texts if text["phone"] == phone))


async def signed_in(gateway: Gateway, phone: str) -> httpx2.AsyncClient:
    gateway.clock.advance(seconds=1)
    return await gateway.resident(phone)


async def proved(gateway: Gateway, resident: httpx2.AsyncClient, what: str, phone: str) -> str:
    """The code that was sent to prove `phone` for `what`."""
    gateway.clock.advance(minutes=2)
    sent = await resident.post(f"/api/v1/account/{what}/codes", json={"phone": phone})
    assert sent.status_code == 202, sent.text
    return await code_for(gateway, phone)


async def change_phone(gateway: Gateway, resident: httpx2.AsyncClient, phone: str) -> httpx2.Response:
    code = await proved(gateway, resident, "phone", phone)
    return await resident.post("/api/v1/account/phone", json={"phone": phone, "code": code})


async def eventually(check: Any) -> Any:
    """What `check` gives once it is true: the worker does its part beside us."""
    async with asyncio.timeout(10):
        while not (found := await check()):
            await asyncio.sleep(0.02)
    return found


async def test_a_phone_is_changed_the_old_one_told_other_sessions_ended_and_the_account_held(gateway: Gateway) -> None:
    first, second = await signed_in(gateway, OLD), await signed_in(gateway, OLD)
    changed = await change_phone(gateway, first, NEW)
    assert changed.status_code == 200, changed.text
    assert changed.json()["phone"] == "138****0002"
    assert (await first.get("/api/v1/account")).json()["hold_until"] is not None
    assert (await second.get("/api/v1/account")).status_code == 401
    told = (await first.get("/api/v1/security/events")).json()["items"]
    assert [event["kind"] for event in told][:1] == ["phone-changed"]
    assert OLD not in json.dumps(told)
    event = (await rows("SELECT phone, details FROM security_event WHERE kind = 'phone-changed'"))[0]
    assert event["phone"] == OLD
    again = await signed_in(gateway, OLD)
    assert (await again.get("/api/v1/account")).json()["hold_until"] is None, "the old number begins a new account"


async def test_a_number_that_somebody_uses_is_not_taken(gateway: Gateway) -> None:
    await signed_in(gateway, NEW)
    refused = await change_phone(gateway, await signed_in(gateway, OLD), NEW)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "number-taken")


async def test_only_a_fresh_authentication_changes_anything(gateway: Gateway) -> None:
    resident = await signed_in(gateway, OLD)
    gateway.clock.advance(minutes=11)
    asked = {
        "phone/codes": {"phone": NEW},
        "phone": {"phone": NEW, "code": "123456"},
        "name": {"name": "张三", "id_number": "11010519491231002X"},
        "merge/codes": {"phone": NEW},
        "merge": {"phone": NEW, "code": "123456"},
        "deletion": {},
        "exports": {},
        f"exports/{'0' * 26}/link": {},
    }
    for path, body in asked.items():
        answered = await resident.post(f"/api/v1/account/{path}", json=body)
        assert (answered.status_code, answered.json()["max_age"]) == (401, 600), path
    assert (await resident.delete(f"/api/v1/account/merge/{'0' * 26}")).status_code == 401


async def test_two_accounts_become_one_and_are_parted_again(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    absorbed = await signed_in(gateway, OTHER)
    await gateway.agree(absorbed)
    await absorbed.put("/api/v1/favourites/hello")
    resident = await signed_in(gateway, OLD)
    code = await proved(gateway, resident, "merge", OTHER)
    merged = await resident.post("/api/v1/account/merge", json={"phone": OTHER, "code": code})
    assert merged.status_code == 201, merged.text
    assert merged.json()["phone"] == "138****0003"
    assert (await absorbed.get("/api/v1/account")).status_code == 401
    consents = (await resident.get("/api/v1/consents")).json()["items"]
    assert [each["service"]["id"] for each in consents] == ["hello"]
    assert [each["id"] for each in (await resident.get("/api/v1/favourites")).json()["items"]] == ["hello"]
    assert [each["action"] for each in (await resident.get("/api/v1/consents/history")).json()["items"]] == ["granted"]
    same = await signed_in(gateway, OTHER)
    assert (await same.get("/api/v1/account")).json()["phone"] == "138****0001"
    listed = (await resident.get("/api/v1/account/merge")).json()["items"]
    assert listed == [merged.json()]
    gone = await resident.delete(f"/api/v1/account/merge/{merged.json()['id']}")
    assert gone.status_code == 204, gone.text
    assert (await resident.get("/api/v1/consents")).json()["items"] == []
    parted = await signed_in(gateway, OTHER)
    assert (await parted.get("/api/v1/account")).json()["phone"] == "138****0003"
    assert len((await parted.get("/api/v1/consents")).json()["items"]) == 1
    assert (await resident.delete(f"/api/v1/account/merge/{merged.json()['id']}")).status_code == 404


async def test_an_archive_is_made_and_fetched_once_by_its_owner(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    resident, stranger = await signed_in(gateway, OLD), await signed_in(gateway, OTHER)
    await gateway.agree(resident)
    asked = await resident.post("/api/v1/account/exports", json={})
    assert asked.status_code == 202, asked.text

    async def ready() -> Any:
        items = (await resident.get("/api/v1/account/exports")).json()["items"]
        return items[0] if items[0]["state"] == "ready" else None

    export = await eventually(ready)
    link = await resident.post(f"/api/v1/account/exports/{export['id']}/link", json={})
    assert link.status_code == 201, link.text
    assert (await resident.post(f"/api/v1/account/exports/{export['id']}/link", json={})).status_code == 409
    url = link.json()["url"]
    assert (await stranger.get(url)).status_code == 404
    assert (await gateway.client().get(url)).status_code == 401
    assert (await resident.head(url)).status_code == 200
    fetched = await resident.get(url)
    assert fetched.status_code == 200
    assert fetched.headers["cache-control"] == "no-store"
    assert "attachment" in fetched.headers["content-disposition"]
    assert (await resident.get(url)).status_code == 404
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert archive.testzip() is None
        account = json.loads(archive.read("account/auth_account.json"))
        assert account[0]["phone"] == OLD
        assert json.loads(archive.read("account/auth_consent.json"))[0]["service_id"] == "hello"
        assert "我的数据" in archive.read("index.html").decode()
    assert await rows("SELECT id FROM lifecycle_export_chunk") == []
    told = (await resident.get("/api/v1/security/events")).json()["items"]
    assert "export-ready" in [event["kind"] for event in told]


async def test_a_deletion_waits_is_cancelled_and_at_last_done_and_told(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    resident = await signed_in(gateway, OLD)
    await gateway.agree(resident)
    account = (await rows("SELECT id FROM auth_account"))[0]["id"]
    sub = await gateway.city.identity.subjects.of(account, "department:dept-one")
    asked = await resident.post("/api/v1/account/deletion", json={})
    assert asked.status_code == 202, asked.text
    assert (await resident.get("/api/v1/account/deletion")).json() == asked.json()
    assert (await resident.delete("/api/v1/account/deletion")).status_code == 204
    assert (await resident.get("/api/v1/account/deletion")).json() == {"deletes_at": None}
    await resident.post("/api/v1/account/deletion", json={})
    gateway.clock.advance(days=16)
    gateway.city.identity.rooms.lifecycle.worker.wake()

    async def done() -> Any:
        return await rows("SELECT done_at FROM lifecycle_deletion WHERE done_at IS NOT NULL")

    await eventually(done)
    assert (await resident.get("/api/v1/account")).status_code == 401
    department = await closures_client(gateway)
    told = await department.get("/dept/v1/account-closures")
    assert [each["sub"] for each in told.json()["items"]] == [sub]
    last = told.json()["items"][-1]["id"]
    assert (await department.get("/dept/v1/account-closures", params={"cursor": last})).json()["items"] == []
    fresh = await signed_in(gateway, OLD)
    assert (await fresh.get("/api/v1/consents")).json()["items"] == []


async def closures_client(gateway: Gateway) -> httpx2.AsyncClient:
    await rows(
        "UPDATE provider_client SET scopes = ? WHERE id = 'one-system'",
        json.dumps(["dept:accounts:read", "dept:notices:send"]),
    )
    return await gateway.department()


async def test_without_the_scope_no_closure_is_read(gateway: Gateway) -> None:
    await gateway.register_department()
    refused = await (await gateway.department()).get("/dept/v1/account-closures")
    assert refused.status_code == 403


async def refused_as_recycled(gateway: Gateway) -> tuple[httpx2.AsyncClient, dict[str, Any]]:
    """A browser that proved the number of an account nobody used for long, and what it is answered."""
    gateway.clock.advance(minutes=2)
    browser = gateway.client()
    sent = await browser.post("/api/v1/sign-in/codes", json={"phone": OLD})
    browser.headers["Cookie"] = sent.headers["set-cookie"].partition(";")[0]
    body = {"phone": OLD, "code": await code_for(gateway, OLD)}
    refused = await browser.post("/api/v1/sign-in/sessions", json=body)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (401, "number-recycled")
    return browser, refused.json()


async def test_a_newcomer_begins_anew_and_an_owner_comes_back(gateway: Gateway) -> None:
    number = "11010519491231002X"
    account = await gateway.city.identity.accounts.register(OLD, name="张三丰", id_number=number, loa=2)
    gateway.clock.advance(days=100)
    browser, problem = await refused_as_recycled(gateway)
    assert problem["second_factor"] is None
    wrong = {"ticket": problem["ticket"], "name": "李四", "id_number": number}
    refused = await browser.post("/api/v1/sign-in/owner", json=wrong)
    assert (refused.status_code, refused.json()["tries_left"]) == (401, 2)
    opened = await browser.post("/api/v1/sign-in/owner", json={**wrong, "name": "张三丰"})
    assert (opened.status_code, opened.json()["new_account"]) == (201, False)
    assert "onecity_session" in opened.headers["set-cookie"]
    gateway.clock.advance(days=100)
    browser, problem = await refused_as_recycled(gateway)
    begun = await browser.post("/api/v1/sign-in/newcomer", json={"ticket": problem["ticket"]})
    assert (begun.status_code, begun.json()["new_account"]) == (201, True), begun.text
    assert begun.json()["account"]["name"] is None
    kept = await rows("SELECT phone, name FROM auth_account WHERE id = ?", account.id)
    assert kept == [{"phone": None, "name": "张三丰"}]


async def test_the_ledger_of_a_merged_account_is_read_by_the_survivor(gateway: Gateway) -> None:
    resident = await signed_in(gateway, OLD)
    absorbed = await signed_in(gateway, OTHER)
    accounts = {row["phone"]: row["id"] for row in await rows("SELECT id, phone FROM auth_account")}
    for number, phone in enumerate([OLD, OTHER, OLD, OTHER, OTHER]):
        await keep(gateway.city.ledger, 1, number, account=accounts[phone])
    await gateway.city.ledger.checkpoints.write()
    theirs = (await absorbed.get("/api/v1/ledger")).json()["items"]
    code = await proved(gateway, resident, "merge", OTHER)
    await resident.post("/api/v1/account/merge", json={"phone": OTHER, "code": code})
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while page := (await resident.get("/api/v1/ledger", params={"limit": "2", **cursor})).json():
        seen += page["items"]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == 5
    assert [each["id"] for each in seen] == sorted((each["id"] for each in seen), reverse=True)
    proof = await resident.get(f"/api/v1/ledger/{theirs[0]['id']}/proof")
    assert proof.status_code == 200, proof.text


@pytest.mark.parametrize("path", ["newcomer", "owner"])
async def test_a_ticket_that_nobody_gave_opens_nothing(gateway: Gateway, path: str) -> None:
    body: dict[str, str] = {"ticket": "x" * 43}
    if path == "owner":
        body |= {"name": "张三", "id_number": "11010519491231002X"}
    refused = await gateway.client().post(f"/api/v1/sign-in/{path}", json=body)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (401, "newcomer-expired")
