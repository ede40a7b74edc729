"""What a department sees of its own systems, and of nobody else's."""

import asyncio

from miniapps.traffic import Timeouts
from tests.harness.gateway import Gateway
from tests.harness.packages import OPENAPI
from tests.harness.servers import raw_server


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")


async def test_a_system_that_answers_is_up_and_its_answers_are_counted(gateway: Gateway) -> None:
    async with raw_server(answers) as address:
        await gateway.register_department(address)
        await gateway.publish()
        mini = gateway.mini(await gateway.agree(await gateway.resident()))
        for _ in range(3):
            assert (await mini.get("/svc/records/open")).status_code == 200
        health = (await (await gateway.department()).get("/dept/v1/upstreams/records/health")).json()
    assert (health["status"], health["breaker"]) == ("up", {"state": "closed", "retry_after": 0})
    assert health["calls"]["answers"] == {"200": 3}
    assert health["calls"]["p50_under"] <= 1
    assert health["connections"] == 1
    assert [each["address"] for each in health["addresses"]] == [address.removeprefix("http://")]
    assert health["places"]["under_way"] == 0


async def test_a_system_that_cannot_be_reached_is_left_alone_and_said_to_be_down(gateway: Gateway) -> None:
    await gateway.register_department("http://127.0.0.1:1")
    await gateway.publish()
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    statuses = [(await mini.get("/svc/records/open")).status_code for _ in range(25)]
    assert statuses[0] == 502
    last = await mini.get("/svc/records/open")
    assert (last.status_code, last.json()["type"].rpartition("/")[2]) == (503, "upstream-resting")
    assert int(last.headers["retry-after"]) >= 1
    health = (await (await gateway.department()).get("/dept/v1/upstreams/records/health")).json()
    assert (health["status"], health["breaker"]["state"]) == ("down", "open")
    assert health["calls"]["refusals"]["upstream-unreachable"] >= 20


async def test_another_departments_system_is_unknown(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.city.hosting.departments.add("dept-two", {"zh-CN": "二号部门"})  # type: ignore[arg-type]  # a plain string will do
    await gateway.city.hosting.upstreams.register(
        "others",  # type: ignore[arg-type]  # the same
        department="dept-two",  # type: ignore[arg-type]  # the same
        address="http://127.0.0.1:1",
        openapi=OPENAPI,
        allow=["127.0.0.0/8"],
        timeouts=Timeouts(),
    )
    for name in ("others", "nobody"):
        answered = await (await gateway.department()).get(f"/dept/v1/upstreams/{name}/health")
        assert (answered.status_code, answered.json()["type"].rpartition("/")[2]) == (404, "upstream-unknown")
    assert (await gateway.client().get("/dept/v1/upstreams/records/health")).status_code == 401
