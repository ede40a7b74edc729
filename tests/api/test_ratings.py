"""What residents say of a service: once for each event, in the average, and to the department without their names."""

import asyncio
from typing import Any

import httpx2
import pytest

from core.database import rows
from core.ids import AccountId
from miniapps.ratings.ratings import DAY_LIMIT
from tests.api.test_mandates import account, refused
from tests.harness.gateway import Gateway

ONE, OTHER = "13800000001", "13800000002"
RATING: dict[str, Any] = {
    "service": "hello",
    "event": "办件/7",
    "title": "居住证签注",
    "grade": 4,
    "text": "很快",
    "tags": ["省时"],
}


@pytest.fixture
async def service(gateway: Gateway) -> Gateway:
    """The city with one mini-service, whose department may read ratings."""
    await gateway.register_department()
    await rows("UPDATE provider_client SET scopes = ?", '["dept:releases:write","dept:ratings:read"]')
    await gateway.publish()
    return gateway


async def rate(client: httpx2.AsyncClient, **changes: Any) -> httpx2.Response:
    return await client.post("/api/v1/ratings", json=RATING | changes)


async def average(gateway: Gateway) -> Any:
    return (await gateway.client().get("/api/v1/services/hello")).json()["rating"]


async def test_an_event_is_rated_once_and_the_same_again_gives_the_same_answer(service: Gateway) -> None:
    resident = await service.resident()
    assert await average(service) is None
    answered = await asyncio.gather(*(rate(resident) for _ in range(3)))
    assert [each.status_code for each in answered] == [201] * 3
    assert len({each.text for each in answered}) == 1
    first = answered[0].json()
    assert {name: first[name] for name in RATING} == RATING
    changes: list[dict[str, Any]] = [{"grade": 5}, {"text": None}, {"tags": []}, {"title": "别的"}]
    for other in changes:
        again = await rate(resident, **other)
        assert (refused(again), again.json()["id"]) == ((409, "already-rated"), first["id"])
    service.clock.advance(seconds=1)
    assert (await rate(resident, event="8", grade=1, text=None)).status_code == 201
    assert await average(service) == {"average": 2.5, "count": 2}
    mine = (await resident.get("/api/v1/ratings", params={"service": "hello", "event": RATING["event"]})).json()
    assert mine["items"] == [first]
    assert [each["event"] for each in (await resident.get("/api/v1/ratings")).json()["items"]] == ["8", "办件/7"]
    other_resident = await service.resident(OTHER)
    assert (await other_resident.get("/api/v1/ratings")).json()["items"] == []


async def test_the_department_reads_its_own_and_not_by_whom(service: Gateway) -> None:
    for phone, grade in ((ONE, 5), (OTHER, 2)):
        await rate(await service.resident(phone), grade=grade)
        service.clock.advance(seconds=1)
    department = await service.department()
    items = (await department.get("/dept/v1/ratings", params={"service": "hello"})).json()["items"]
    assert [each["grade"] for each in items] == [2, 5]
    assert set(items[0]) == {*RATING, "id", "created_at"}
    assert (await department.get("/dept/v1/ratings", params={"service": "other"})).json()["items"] == []
    await rows("UPDATE ratings_rating SET department_id = 'dept-two'")
    assert (await department.get("/dept/v1/ratings")).json()["items"] == []
    await rows("UPDATE provider_client SET scopes = ?", '["dept:releases:write"]')
    assert refused(await (await service.department()).get("/dept/v1/ratings")) == (403, "scope-not-granted")


async def test_what_is_no_rating(service: Gateway) -> None:
    resident = await service.resident()
    for changes in (
        {"grade": 0},
        {"grade": 6},
        {"grade": 4.5},
        {"event": ""},
        {"event": "a\nb"},
        {"text": "长" * 501},
        {"text": "\x00"},
        {"tags": ["a"] * 7},
        {"tags": ["长" * 21]},
    ):
        assert refused(await rate(resident, **changes)) == (422, "unprocessable")
    assert refused(await rate(resident, service="gone")) == (404, "service-unknown")
    assert (await rate(resident)).status_code == 201
    for number in range(1, DAY_LIMIT):
        copied = f"SELECT '{number}', account_id, service_id, department_id, '{number}', title, grade, text, tags, "
        await rows(f"INSERT INTO ratings_rating {copied} created_at FROM ratings_rating WHERE event = '办件/7'")
    assert refused(await rate(resident, event="one more")) == (429, "too-many-ratings")
    assert (await rate(resident)).status_code == 201, "what was taken is answered still"
    service.clock.advance(hours=25)
    assert (await rate(resident, event="one more")).status_code == 201


async def test_ratings_go_with_the_account_and_leave_the_average(service: Gateway) -> None:
    one, other = await service.resident(ONE), await service.resident(OTHER)
    for client, event, grade in ((one, "1", 1), (one, "2", 2), (other, "1", 5)):
        await rate(client, event=event, grade=grade)
        service.clock.advance(seconds=1)
    keeper = service.city.identity.rooms.lifecycle.areas.find("ratings")
    assert keeper
    mine, theirs = AccountId(await account(service, ONE)), AccountId(await account(service, OTHER))
    assert [record.members["grade"] async for record in keeper.export(mine)] == [1, 2]
    moved = await keeper.merged(mine, theirs)
    assert [record.members["grade"] async for record in keeper.export(theirs)] == [2, 5]
    await keeper.parted(mine, theirs, moved)
    await keeper.erase(mine)
    assert await average(service) == {"average": 5.0, "count": 1}
    assert [row["grade"] for row in await rows("SELECT grade FROM ratings_rating")] == [5]
