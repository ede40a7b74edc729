"""What a mini-service keeps for a resident: any value, apart from everybody else's, never more than the quota."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from core.database import rows, transaction
from core.ids import AccountId
from tests.api.test_mandates import ACTOR, OTHER, accepted, account, known, refused
from tests.harness.gateway import Gateway

PLACE = "/api/v1/services/hello/storage"
ODD: list[Any] = [0, -0.5, False, "", [], {"深": [{"x": None}]}, "\x00", "\ud800", 10**30, "😀'\"\\"]


@pytest.fixture
async def service(gateway: Gateway) -> Gateway:
    """The city with one mini-service."""
    await gateway.register_department()
    await gateway.publish()
    return gateway


async def put(client: httpx2.AsyncClient, key: str, value: object, more: str = "") -> httpx2.Response:
    content, headers = json.dumps({"value": value}), {"Content-Type": "application/json"}
    return await client.put(f"{PLACE}/{quote(key, safe='')}{more}", content=content, headers=headers)


async def test_any_json_comes_back_as_it_was_kept(service: Gateway) -> None:
    resident = await service.resident()
    for number, value in enumerate(ODD):
        kept = await put(resident, f"键/{number}", value)
        assert kept.status_code == 204, kept.text
        answered = await resident.get(f"{PLACE}/{quote(f'键/{number}', safe='')}")
        assert (answered.status_code, answered.json()["key"], answered.json()["value"]) == (200, f"键/{number}", value)
    assert answered.headers["content-type"] == "application/json"
    listed = (await resident.get(PLACE)).json()
    assert listed["keys"] == sorted(f"键/{number}" for number in range(len(ODD)))
    assert listed["quota"] == 1_048_576


async def test_what_is_replaced_or_removed_takes_no_room(service: Gateway) -> None:
    resident = await service.resident()
    assert (await resident.get(PLACE)).json() == {"keys": [], "used": 0, "quota": 1_048_576}
    for value in ("长" * 10, "长"):
        await put(resident, "a", value)
    assert (await resident.get(PLACE)).json()["used"] == len(b"a") + len('"长"'.encode())
    await put(resident, "b", 1)
    for _ in range(2):
        assert (await resident.delete(f"{PLACE}/a")).status_code == 204
    assert (await put(resident, "b", None)).status_code == 204
    assert (await resident.get(PLACE)).json() == {"keys": [], "used": 0, "quota": 1_048_576}
    assert refused(await resident.get(f"{PLACE}/a")) == (404, "storage-key-unknown")


async def test_what_cannot_be_kept(service: Gateway) -> None:
    resident = await service.resident()
    endless, media = b'{"value": [1e400]}', {"Content-Type": "application/json"}
    for answered, expected in (
        (await resident.put(f"{PLACE}/a", content=endless, headers=media), (422, "unprocessable")),
        (await resident.put(f"{PLACE}/a", json={}), (422, "unprocessable")),
        (await put(resident, "k" * 129, 1), (404, "storage-key-unknown")),
        (await put(resident, "a\n", 1), (404, "storage-key-unknown")),
        (await resident.put("/api/v1/services/gone/storage/a", json={"value": 1}), (404, "service-unknown")),
        (await put(resident, "a", "x" * 1_048_576), (413, "storage-full")),
        (await put(resident, "a", "x" * 1_200_000), (413, "content-too-large")),
        (await put(resident, "a", 1, "?mandate=" + "0" * 26), (404, "mandate-unknown")),
        (await service.client().get(PLACE), (401, "unauthenticated")),
    ):
        assert refused(answered) == expected
    assert (await resident.get(PLACE)).json()["keys"] == []


async def test_many_at_once_never_exceed_the_quota(service: Gateway) -> None:
    resident = await service.resident()
    answered = await asyncio.gather(*(put(resident, f"k{number}", "x" * 300_000) for number in range(8)))
    assert sorted(each.status_code for each in answered) == [204] * 3 + [413] * 5
    full = next(each.json() for each in answered if each.status_code == 413)
    assert (full["quota"], 900_000 < full["used"] < 1_048_576) == (1_048_576, True)
    listed = (await resident.get(PLACE)).json()
    assert listed["used"] == sum(len(key) + 300_002 for key in listed["keys"])


async def test_five_hundred_keys_are_kept(service: Gateway) -> None:
    resident = await service.resident()
    await put(resident, "first", 1)
    space = (await rows("SELECT id FROM storage_space"))[0]["id"]
    for number in range(499):
        entry = f"INSERT INTO storage_entry SELECT '{number}', space_id, 'k{number}', value, size, updated_at "
        await rows(f"{entry} FROM storage_entry WHERE key = 'first'")
    await rows("UPDATE storage_space SET keys = 500 WHERE id = ?", space)
    assert refused(await put(resident, "one more", 1)) == (413, "storage-full")
    assert (await put(resident, "first", 2)).status_code == 204


async def test_each_resident_and_each_mandate_has_a_storage_of_its_own(service: Gateway) -> None:
    one, other = await known(service, ACTOR), await known(service, OTHER)
    mandate = await accepted(one, other)
    acting = f"?mandate={mandate}"
    assert (await put(one, "a", "own")).status_code == 204
    assert (await put(one, "a", "acting", acting)).status_code == 204
    assert (await one.get(f"{PLACE}/a")).json()["value"] == "own"
    assert (await one.get(f"{PLACE}/a{acting}")).json()["value"] == "acting"
    assert refused(await other.get(f"{PLACE}/a")) == (404, "storage-key-unknown")
    assert refused(await other.get(f"{PLACE}/a{acting}")) == (404, "mandate-unknown")
    areas = service.city.identity.rooms.lifecycle.areas
    keeper = areas.find("storage")
    assert keeper
    actors, principals = AccountId(await account(service, ACTOR)), AccountId(await account(service, OTHER))
    for owner, values in ((actors, ["own"]), (principals, ["acting"])):
        exported = [record.members["value"] async for record in keeper.export(owner)]
        assert exported == values, "of whom it is about"
    await other.delete(f"/api/v1/mandates/{mandate}")
    assert refused(await one.get(f"{PLACE}/a{acting}")) == (404, "mandate-unknown")
    await service.city.rooms.storage.remove_ended()
    assert [row["value"] for row in await rows("SELECT value FROM storage_entry")] == ['"own"']
    moved = await keeper.merged(actors, principals)
    assert (await other.get(f"{PLACE}/a")).json()["value"] == "own", "it goes over at a merge"
    await keeper.parted(actors, principals, moved)
    assert (await one.get(f"{PLACE}/a")).json()["value"] == "own"
    await keeper.erase(actors)
    assert await rows("SELECT id FROM storage_entry") == []
    assert await rows("SELECT id FROM storage_space") == []


async def test_no_value_outlives_its_space_when_both_are_removed_while_more_is_kept(service: Gateway) -> None:
    resident = await service.resident()
    owner = AccountId(await account(service, "13800000001"))
    keeper = service.city.identity.rooms.lifecycle.areas.find("storage")
    assert keeper

    async def erase() -> None:
        async with transaction():
            await keeper.erase(owner)

    for _ in range(5):
        await put(resident, "first", 1)
        await asyncio.gather(*(put(resident, f"{number}", number) for number in range(4)), erase(), erase())
        orphans = "SELECT key FROM storage_entry WHERE space_id NOT IN (SELECT id FROM storage_space)"
        assert await rows(orphans) == []
