"""Bodies against the department's contract, at the door: nothing that it forbids gets through, whatever its size."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from miniapps.traffic import Timeouts
from tests.harness.gateway import Gateway
from tests.harness.packages import MANIFEST
from tests.harness.servers import raw_server

ITEM = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Records", "version": "1"},
    "paths": {
        "/records": {
            "post": {
                "operationId": "addRecord",
                "x-onecity-scope": "records:record:read",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "array", "items": ITEM}}},
                },
            }
        }
    },
}
LARGE = 4000
"""Items of a body well over what is checked at once."""


class Received:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self.bodies.append(await reader.readexactly(length))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")


@pytest.fixture
async def received(gateway: Gateway) -> AsyncIterator[Received]:
    system = Received()
    async with raw_server(system.talk) as address:
        await gateway.register_department(address)
        await gateway.city.hosting.upstreams.register(
            "checked",  # type: ignore[arg-type]  # a plain string will do
            department="dept-one",  # type: ignore[arg-type]  # the same
            address=address,
            openapi=DOCUMENT,
            allow=["127.0.0.0/8"],
            timeouts=Timeouts(1, 5, 5),
        )
        member = MANIFEST["onecity"] | {"upstreams": [{"id": "checked", "operations": ["addRecord"]}]}
        published = await gateway.publish(onecity=member)
        assert published.json()["status"] == "live", published.text
        yield system


@pytest.mark.parametrize("items", [1, LARGE])
@pytest.mark.parametrize("key", [None, "a-key"])
async def test_a_good_body_arrives_as_it_was_sent(
    gateway: Gateway, received: Received, items: int, key: str | None
) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    body = json.dumps([{"name": "张伟" * 5}] * items).encode()
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    for _ in range(2):
        answered = await mini.post("/svc/checked/records", content=body, headers=headers)
        assert answered.status_code == 200, answered.text
    assert received.bodies == [body] * (1 if key else 2)


@pytest.mark.parametrize("items", [1, LARGE])
async def test_a_bad_body_is_refused_and_the_connection_goes_on(
    gateway: Gateway, received: Received, items: int
) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    body = json.dumps([*[{"name": "a" * 20}] * items, {"name": 1}])
    answered = await mini.post("/svc/checked/records", content=body, headers={"Content-Type": "application/json"})
    assert (answered.status_code, answered.json()["type"].rpartition("/")[2]) == (422, "body-refused")
    assert received.bodies == []
    good = await mini.post("/svc/checked/records", json=[{"name": "b"}])
    assert good.status_code == 200


async def test_a_resident_who_leaves_while_a_body_is_checked_sends_nothing(
    gateway: Gateway, received: Received
) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    body = json.dumps([{"name": "a" * 20}] * LARGE * 4)
    calling = asyncio.create_task(
        mini.post("/svc/checked/records", content=body, headers={"Content-Type": "application/json"})
    )
    await asyncio.sleep(0.005)
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    good = await mini.post("/svc/checked/records", json=[{"name": "b"}])
    assert good.status_code == 200
    assert received.bodies[-1] == good.request.content
