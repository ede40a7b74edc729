"""A worker in a process of its own, to be killed: `send` sends notices, `deliver` delivers them, until it dies.

What its push service took is written to a file, a line each, before the answer: the truth of what went out.
"""

import asyncio
import json
import os
import sys

import httpx2

from core.clock import SystemClock
from core.database import database
from core.outbound import Outbound
from gateway.tables import APPS
from push.deliveries import Deliveries
from push.sender import WebPushSender
from push.settings import DeliverySettings
from tests.unit.push.wiring import CLIENT, Wiring, request_for

SETTINGS = DeliverySettings(lease_seconds=1, send_seconds=0.5, batch=16, concurrency=16, poll_seconds=0.05)
NOTICES = 120


def deliveries(push: Wiring, record: str) -> Deliveries:
    """A worker whose push service takes 20 ms, and writes down what it took."""
    file = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def take(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0.02)
        os.write(file, f"{request.headers['topic']}\n".encode())
        return httpx2.Response(201)

    clock = SystemClock()
    sender = WebPushSender(Outbound(httpx2.MockTransport(take)), push.vapid, push.services, clock)
    return Deliveries(sender, push.others, push.others, clock, settings=SETTINGS)


async def send_all(push: Wiring) -> None:
    for number in range(NOTICES):
        await push.notices.send(CLIENT, request_for(thread=f"thread-{number}"), f"key-{number}")


async def main(url: str, work: str, record: str) -> None:
    async with database(url, APPS):
        push = Wiring(SystemClock())
        if work == "send":
            await send_all(push)
        else:
            await deliveries(push, record).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*json.loads(sys.argv[1])))
