"""What residents report about a service: taken once, a few a day, and read by its department without who."""

import asyncio
from typing import Any

import httpx2
import pytest

from core.database import rows
from core.ids import AccountId
from tests.api.test_mandates import account, refused
from tests.harness.gateway import Gateway

ONE, OTHER = "13800000001", "13800000002"


@pytest.fixture
async def service(gateway: Gateway) -> Gateway:
    """The city with one mini-service, whose department may read reports."""
    await gateway.register_department()
    await rows("UPDATE provider_client SET scopes = ?", '["dept:releases:write","dept:reports:read"]')
    await gateway.publish()
    return gateway


async def report(client: httpx2.AsyncClient, service: str = "hello", **changes: Any) -> httpx2.Response:
    body = {"reason": "fraud", "text": "要求转账"} | changes
    return await client.post(f"/api/v1/services/{service}/reports", json=body)


async def test_a_report_reaches_the_department_once_and_without_who(service: Gateway) -> None:
    resident, other, department = await service.resident(), await service.resident(OTHER), await service.department()
    first, again = await report(resident), await report(resident)
    assert (first.status_code, again.status_code, first.json()) == (202, 202, again.json())
    service.clock.advance(seconds=1)
    assert (await report(other, reason="not-working", text=None)).status_code == 202
    items = (await department.get("/dept/v1/reports")).json()["items"]
    assert [(each["reason"], each["text"], each["version"]) for each in items] == [
        ("not-working", None, "1.0.0"),
        ("fraud", "要求转账", "1.0.0"),
    ]
    assert set(items[0]) == {"id", "service", "version", "reason", "text", "created_at"}
    assert (await department.get("/dept/v1/reports", params={"service": "other"})).json()["items"] == []
    await rows("UPDATE reports_report SET department_id = 'dept-two'")
    assert (await department.get("/dept/v1/reports")).json()["items"] == []
    await rows("UPDATE provider_client SET scopes = ?", '["dept:releases:write"]')
    assert refused(await (await service.department()).get("/dept/v1/reports")) == (403, "scope-not-granted")


async def test_a_few_a_day_are_taken_from_one_resident(service: Gateway) -> None:
    resident = await service.resident()
    for changes, expected in (
        ({"reason": "spam"}, (422, "unprocessable")),
        ({"text": "x" * 1001}, (422, "unprocessable")),
        ({"service": "gone"}, (404, "service-unknown")),
    ):
        assert refused(await report(resident, **changes)) == expected
    for number in range(10):
        assert (await report(resident, text=str(number))).status_code == 202
    over = await report(resident, text="10")
    assert refused(over) == (429, "too-many-reports")
    assert 0 < int(over.headers["retry-after"]) <= 86_400
    assert (await report(resident, text="0")).status_code == 202, "what was taken is answered still"
    assert (await report(await service.resident(OTHER))).status_code == 202
    service.clock.advance(seconds=int(over.headers["retry-after"]))
    assert (await report(resident, text="10")).status_code == 202


async def test_many_at_once_are_no_more_than_a_few_a_day(service: Gateway) -> None:
    resident = await service.resident()
    for number in range(9):
        await report(resident, text=str(number))
    answers = await asyncio.gather(*(report(resident, text=str(number)) for number in range(9, 19)))
    assert sorted(each.status_code for each in answers) == [202] + [429] * 9
    assert len(await rows("SELECT id FROM reports_report")) == 10


async def test_they_go_with_the_account(service: Gateway) -> None:
    await report(await service.resident())
    mine = AccountId(await account(service, ONE))
    keeper = service.city.identity.rooms.lifecycle.areas.find("reports")
    assert keeper
    assert [record.members["reason"] async for record in keeper.export(mine)] == ["fraud"]
    await keeper.erase(mine)
    assert await rows("SELECT id FROM reports_report") == []
