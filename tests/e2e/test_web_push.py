"""A real Chromium subscribes, and decrypts what our own encryption and sender have sent; no network is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.async_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from core.clock import SystemClock
from core.outbound import Outbound
from push.encryption import Receiver, Vapid
from push.sender import Outcome, PushMessage, WebPushSender
from push.services import PushServices
from push.settings import PUSH_SERVICES
from tests.harness.browser import phone
from tests.harness.fake_push import NOTIFICATIONS, fake_push_service
from tests.harness.servers import served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

WORKER = """
self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
async function show(told) {
  await self.registration.showNotification(told.title, { body: told.body, tag: told.tag, data: told.url });
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage(told.tag);
}
"""
SUBSCRIBE = """async (key) => {
  globalThis.shown = new Set();
  navigator.serviceWorker.addEventListener("message", ({ data }) => globalThis.shown.add(data));
  navigator.serviceWorker.startMessages();
  await navigator.serviceWorker.register("/worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  return subscription.toJSON();
}"""


@asynccontextmanager
async def site() -> AsyncIterator[str]:
    """A page with a service worker; yields its address, at localhost, which browsers trust."""

    async def page(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>Push</title>")

    async def worker(_: Request) -> Response:
        return Response(WORKER, media_type="text/javascript")

    async with served(Starlette(routes=[Route("/", page), Route("/worker.js", worker)])) as address:
        yield address.replace("127.0.0.1", "localhost")


def new_vapid() -> Vapid:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Vapid(pem, "mailto:operator@city.example", SystemClock())


async def shown(page: Page, tag: str) -> Any:
    """The notification with this tag, once the service worker says that it shows it."""
    await page.wait_for_function("(tag) => globalThis.shown.has(tag)", arg=tag, timeout=20_000)
    (notification,) = await page.evaluate(NOTIFICATIONS, tag)
    return notification


def message(number: int, body: str) -> PushMessage:
    return PushMessage(
        id=f"n{number}", title="预约成功", body=body, tag=f"tag-{number}", seconds=60, urgency="high", topic="t" * 32
    )


async def test_chromium_decrypts_our_messages_with_no_network() -> None:
    vapid = new_vapid()
    async with (
        fake_push_service() as service,
        site() as address,
        phone(service.chromium_flags, permissions=["notifications"]) as context,
        Outbound() as outbound,
    ):
        page = await context.new_page()
        await page.goto(address)
        subscription = await page.evaluate(SUBSCRIBE, vapid.public_key)
        endpoint, receiver = subscription["endpoint"], Receiver.read(**subscription["keys"])
        sender = WebPushSender(outbound, vapid, PushServices(PUSH_SERVICES, service.relays), SystemClock())
        for number, body in enumerate(["周二九点，带身份证", "x", "长" * 2000]):
            assert await sender.send(endpoint, receiver, message(number, body)) == Outcome("delivered", 201)
            notification = await shown(page, f"tag-{number}")
            assert (notification["title"], notification["data"]) == ("预约成功", f"/inbox/n{number}")
            assert notification["body"] == body or (len(body) > 1000 and notification["body"].endswith("…"))
        stranger = WebPushSender(outbound, new_vapid(), PushServices(PUSH_SERVICES, service.relays), SystemClock())
        assert await stranger.send(endpoint, receiver, message(9, "x")) == Outcome("refused", 401)
        assert await sender.send(f"{endpoint}x", receiver, message(9, "x")) == Outcome("gone", 410)
    assert service.answered == [201, 201, 201, 401, 410]
