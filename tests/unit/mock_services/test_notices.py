"""A booking and its notice live and die together; the notice arrives whatever falls over in between."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import pytest

from mock_services.appointments.settings import AppointmentSettings
from mock_services.shared import outbox
from mock_services.shared.app import gateway_client
from mock_services.shared.database import Database
from mock_services.shared.notices import NoticeSender
from mock_services.shared.tokens import DepartmentTokens
from tests.unit.mock_services.platform_twin import ISSUER, Gateway, ManualClock
from tests.unit.mock_services.test_bookings import Key, hold

NOTICES = "/dept/v1/notices"


async def settled(gateway: Gateway, count: int) -> list[httpx2.Request]:
    async with asyncio.timeout(5):
        while len(gateway.to(NOTICES)) < count:
            await asyncio.sleep(0.01)
    return gateway.to(NOTICES)


async def test_confirming_and_cancelling_tell_the_resident(
    client: httpx2.AsyncClient, gateway: Gateway, key: Key
) -> None:
    booking = (await hold(client, key)).json()
    confirmed = (await client.post(f"/bookings/{booking['id']}/confirmation")).json()
    first = (await settled(gateway, 1))[0]
    await client.post(f"/bookings/{booking['id']}/cancellation")
    second = (await settled(gateway, 2))[1]
    notice = json.loads(first.content)
    assert notice["recipient"] == "resident-1"
    assert notice["service"] == "appointments"
    assert notice["title"] == {"zh-CN": "预约成功：护照办理", "en": "Appointment confirmed: Passport"}
    assert confirmed["number"] in notice["body"]["zh-CN"]
    assert "11月24日 周二" in notice["body"]["zh-CN"]
    assert notice["path"] == f"/index.html#/bookings/{booking['id']}"
    assert notice["thread"] == f"booking-{booking['id']}"
    assert json.loads(second.content)["title"]["zh-CN"] == "预约已取消：护照办理"
    assert first.headers["authorization"] == second.headers["authorization"] == "Bearer t1"
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


async def test_confirming_twice_tells_once(client: httpx2.AsyncClient, gateway: Gateway, key: Key) -> None:
    booking = (await hold(client, key)).json()
    for _ in range(3):
        await client.post(f"/bookings/{booking['id']}/confirmation")
    await settled(gateway, 1)
    await asyncio.sleep(0.05)
    assert len(gateway.to(NOTICES)) == 1


class Desk:
    """A sender over an outbox of its own, driven a step at a time."""

    def __init__(self, sender: NoticeSender, database: Database, clock: ManualClock, path: Path) -> None:
        self.sender = sender
        self.database = database
        self.clock = clock
        self.path = path

    async def put(self, title: str = "a", thread: str = "t") -> None:
        await self.database.write(lambda connection: outbox.put(connection, thread, {"title": title}, self.clock()))

    async def drain(self) -> None:
        while await self.sender.send_next():
            pass

    def waiting(self) -> list[sqlite3.Row]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute("select event_id, attempts, due_at from outbox order by sequence").fetchall()
        finally:
            connection.close()


@pytest.fixture
async def desk(
    client: httpx2.AsyncClient, settings: AppointmentSettings, gateway: Gateway, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Desk]:
    # `client` made the tables; this outbox is a copy, so that the running worker does not interfere.
    path = tmp_path / "copy.sqlite"
    source, target = sqlite3.connect(settings.database), sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    database = Database(path)
    async with gateway_client(gateway.transport) as http:
        tokens = DepartmentTokens(settings, http, clock)
        yield Desk(NoticeSender(database, http, tokens, ISSUER, clock), database, clock, path)
    database.close()


PASSING: dict[str, tuple[str, httpx2.Response | Exception]] = {
    "no connection": (NOTICES, httpx2.ConnectError("refused")),
    "no answer": (NOTICES, httpx2.ReadTimeout("slow")),
    "500": (NOTICES, httpx2.Response(500)),
    "503": (NOTICES, httpx2.Response(503)),
    "429": (NOTICES, httpx2.Response(429)),
    "401": (NOTICES, httpx2.Response(401)),
    "the key still running": (NOTICES, httpx2.Response(409, headers={"Retry-After": "1"})),
    "a redirect": (NOTICES, httpx2.Response(302, headers={"Location": "http://evil"})),
    "no token": ("/oauth/token", httpx2.Response(400, json={"error": "invalid_client"})),
    "a token that is none": ("/oauth/token", httpx2.Response(200, json={"token": 1})),
    "no token endpoint": ("/oauth/token", httpx2.ConnectError("refused")),
}


@pytest.mark.parametrize(("path", "answer"), PASSING.values(), ids=PASSING.keys())
async def test_what_passes_is_tried_again_with_the_same_bytes_and_key(
    desk: Desk, gateway: Gateway, path: str, answer: httpx2.Response | Exception
) -> None:
    gateway.script[path] = [answer]
    await desk.put()
    await desk.drain()
    event_id, attempts, _ = desk.waiting()[0]
    assert attempts == 1
    desk.clock.advance(seconds=1)
    await desk.drain()
    assert desk.waiting() == []
    sent = gateway.to(NOTICES)
    assert {(request.headers["idempotency-key"], request.content) for request in sent} == {
        (event_id, b'{"title": "a"}')
    }


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
async def test_what_cannot_pass_is_dropped_and_logged(
    desk: Desk, gateway: Gateway, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    gateway.script[NOTICES] = [httpx2.Response(status)]
    await desk.put()
    with caplog.at_level(logging.ERROR):
        await desk.drain()
    assert desk.waiting() == []
    assert f"status {status}" in caplog.text


async def test_the_pause_doubles_up_to_a_minute(desk: Desk, gateway: Gateway) -> None:
    gateway.script[NOTICES] = [httpx2.ConnectError("away") for _ in range(10)]
    await desk.put()
    pauses = []
    for _ in range(10):
        await desk.drain()
        due = desk.waiting()[0][2] / 1000
        pauses.append(due - desk.clock().timestamp())
        desk.clock.advance(seconds=pauses[-1])
    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_gateway_that_asks_for_time_gets_it(desk: Desk, gateway: Gateway) -> None:
    gateway.script[NOTICES] = [httpx2.Response(429, headers={"Retry-After": "7"})]
    await desk.put()
    await desk.drain()
    assert desk.waiting()[0][2] / 1000 - desk.clock().timestamp() == 7


async def test_a_thread_keeps_its_order_and_does_not_hold_up_others(desk: Desk, gateway: Gateway) -> None:
    gateway.script[NOTICES] = [httpx2.Response(500)]
    await desk.put("booked", "one")
    await desk.put("cancelled", "one")
    await desk.put("other", "two")
    await desk.drain()
    desk.clock.advance(seconds=1)
    await desk.drain()
    titles = [json.loads(request.content)["title"] for request in gateway.to(NOTICES)]
    assert titles == ["booked", "other", "booked", "cancelled"]


async def test_a_refused_token_is_replaced_and_a_good_one_kept_until_it_nearly_ends(
    desk: Desk, gateway: Gateway
) -> None:
    gateway.script[NOTICES] = [httpx2.Response(401)]
    await desk.put()
    await desk.drain()
    desk.clock.advance(seconds=569)
    await desk.drain()
    desk.clock.advance(seconds=569)
    await desk.put()
    await desk.drain()
    desk.clock.advance(seconds=1)
    await desk.put()
    await desk.drain()
    used = [request.headers["authorization"] for request in gateway.to(NOTICES)]
    assert used == ["Bearer t1", "Bearer t2", "Bearer t2", "Bearer t3"]


async def test_the_token_is_asked_for_with_a_signed_assertion(
    desk: Desk, gateway: Gateway, settings: AppointmentSettings
) -> None:
    await desk.put()
    await desk.drain()
    form = parse_qs(gateway.to("/oauth/token")[0].content.decode())
    key = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
    public: Any = key.prepare_key(settings.client_key.read_text())
    claims = jwt.decode(
        form["client_assertion"][0],
        public.public_key(),
        algorithms=["ES256"],
        audience=f"{ISSUER}/oauth/token",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == ["dept:notices:send"]
    assert claims["iss"] == claims["sub"] == "gov-services"
    assert claims["exp"] - claims["iat"] == 60
    assert claims["jti"]


async def test_a_store_that_fails_does_not_end_the_worker(
    desk: Desk, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(desk.path)
    connection.execute("alter table outbox rename to away")
    worker = asyncio.create_task(desk.sender.run())
    await asyncio.sleep(0.1)
    connection.execute("alter table away rename to outbox")
    connection.close()
    await desk.put()
    desk.sender.wake()
    await settled(gateway, 1)
    worker.cancel()
    await asyncio.wait([worker])
    assert "could not be read" in caplog.text
