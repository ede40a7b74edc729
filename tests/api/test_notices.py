"""From a department to a resident: by the department's own name for them, into the inbox, once."""

import asyncio
import json
from typing import Any

from auth.subjects import department_sector
from tests.harness.gateway import Gateway

TEXT = {"title": {"zh-CN": "预约成功", "en": "Booked"}, "body": {"zh-CN": "请按时到场"}}


async def recipient(gateway: Gateway, phone: str = "13800000001") -> str:
    """The department's name for that resident."""
    account, _ = await gateway.city.identity.accounts.for_phone(phone)
    return await gateway.city.identity.subjects.of(account.id, department_sector("dept-one"))  # type: ignore[arg-type]  # plain strings will do


async def test_a_notice_is_in_the_inbox_once_however_often_it_is_sent(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    resident, department = await gateway.resident(), await gateway.department()
    notice = {**TEXT, "service": "hello", "recipient": await recipient(gateway), "path": "/index.html#/a"}
    sent = [
        await department.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": "event-1"}) for _ in range(3)
    ]
    assert [each.status_code for each in sent] == [201, 201, 201]
    assert len({each.json()["id"] for each in sent}) == 1
    inbox = (await resident.get("/api/v1/inbox")).json()["items"]
    assert [(each["title"], each["path"], each["read_at"]) for each in inbox] == [
        (TEXT["title"], "/index.html#/a", None)
    ]
    assert inbox[0]["service"]["icon"] == "http://hello.localhost:8000/icon.svg"
    assert (await resident.get("/api/v1/inbox/unread")).json() == {"count": 1}
    assert (await resident.put(f"/api/v1/inbox/{inbox[0]['id']}/read")).status_code == 204
    assert (await resident.get("/api/v1/inbox/unread")).json() == {"count": 0}


async def test_another_resident_sees_nothing_of_it(gateway: Gateway) -> None:
    await gateway.register_department()
    department = await gateway.department()
    notice = {**TEXT, "recipient": await recipient(gateway)}
    answered = await department.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": "1"})
    other = await gateway.resident("13800000002")
    assert (await other.get("/api/v1/inbox")).json()["items"] == []
    assert (await other.get(f"/api/v1/inbox/{answered.json()['id']}")).status_code == 404


async def test_what_cannot_be_sent_says_why(gateway: Gateway) -> None:
    await gateway.register_department()
    department = await gateway.department()
    known = {**TEXT, "recipient": await recipient(gateway)}

    async def send(notice: dict[str, Any], key: str = "k") -> tuple[int, str]:
        answered = await department.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": key})
        return answered.status_code, answered.json().get("type", "").rpartition("/")[2]

    assert await send({**known, "recipient": "nobody"}) == (404, "recipient-unknown")
    assert await send({**known, "service": "none"}) == (422, "service-not-yours")
    assert await send({**known, "path": "//evil.example"}) == (422, "unprocessable")
    assert await send({**known, "body": {"zh-CN": "长" * 400_000}}) == (413, "content-too-large")
    assert await send(known, key="") == (400, "idempotency-key-missing")
    assert await send(known, key="same") == (201, "")
    assert await send({**known, "thread": "other"}, key="same") == (422, "idempotency-key-reused")


async def test_the_live_stream_brings_it_at_once(gateway: Gateway) -> None:
    """Read from the service itself: the in-process transport holds a stream back until its end."""
    await gateway.register_department()
    resident, department = await gateway.resident(), await gateway.department()
    sub = await recipient(gateway)
    account, _ = await gateway.city.identity.accounts.for_phone("13800000001")
    with gateway.city.messages.hub.listen(account.id) as changed:  # type: ignore[arg-type]  # a plain string will do
        notice = {**TEXT, "recipient": sub}
        await department.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": "1"})
        async with asyncio.timeout(5):
            await changed.wait()
    assert json.loads((await resident.get("/api/v1/inbox/unread")).text) == {"count": 1}


async def test_a_cases_notices_gather_under_its_thread_with_its_state(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    resident, department = await gateway.resident(), await gateway.department()
    of_the_case = {**TEXT, "recipient": await recipient(gateway), "thread": "case-7", "service": "hello"}
    for key, more in (("1", {"state": {"zh-CN": "已受理", "en": "Taken"}}), ("2", {"urgency": "high"})):
        sent = await department.post("/dept/v1/notices", json={**of_the_case, **more}, headers={"Idempotency-Key": key})
        assert sent.status_code == 201, sent.text
    (thread,) = (await resident.get("/api/v1/inbox/threads")).json()["items"]
    assert (thread["thread"], thread["count"], thread["unread"]) == ("case-7", 2, 2)
    assert (thread["state"], thread["newest"]["state"]) == ({"zh-CN": "已受理", "en": "Taken"}, None)
    assert (thread["department"]["id"], thread["service"]["id"], thread["title"]) == (
        "dept-one",
        "hello",
        TEXT["title"],
    )
    urgent = (await resident.get("/api/v1/inbox", params={"urgent": "true", "unread": "true"})).json()["items"]
    assert [each["id"] for each in urgent] == [thread["newest"]["id"]]
    of_thread = {"thread": "case-7", "department": "dept-one"}
    assert len((await resident.get("/api/v1/inbox", params=of_thread)).json()["items"]) == 2
    assert (await resident.post("/api/v1/inbox/read", params=of_thread)).status_code == 204
    assert (await resident.get("/api/v1/inbox/threads")).json()["items"][0]["unread"] == 0
    other = await gateway.resident("13800000002")
    assert (await other.get("/api/v1/inbox/threads")).json()["items"] == []
    too_long = {**of_the_case, "state": {"zh-CN": "长" * 41}}
    refused = await department.post("/dept/v1/notices", json=too_long, headers={"Idempotency-Key": "3"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/state")
