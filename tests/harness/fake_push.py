"""Web Push for a real Chromium with no network: a push service on loopback that the browser subscribes at.

    async with fake_push_service() as service:
        …  # start Chromium with service.chromium_flags, and OneCity with ONECITY_PUSH__RELAY=service.relay

The browser's endpoints are at https://jmt17.google.com; the relay setting sends messages for that host here, where they
are checked as RFC 8030 and RFC 8292 say, and handed to the browser, which decrypts them.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.harness.fake_gcm import FakeGCM, mcs_line
from tests.harness.fake_push_receiver import refusal
from tests.harness.servers import served

HOST = "jmt17.google.com"
"""Where Debian's Chromium has its push endpoints."""

NOTIFICATIONS = """async (tag) => {
  const registration = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 20; tries += 1) {
    await new Promise((done) => setTimeout(done, 500));
    const shown = await registration.getNotifications(tag ? { tag } : {});
    if (shown.length) return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
  }
  return [];
}"""
"""For page.evaluate: the notifications that are shown, awaited for ten seconds. It asks seldom, because Chromium takes
a notification for closed when it is asked in the very moment in which it shows it."""


@dataclass
class PushServiceOnLoopback:
    """`answered` holds the status of each message that came for a browser."""

    address: str
    mcs_port: int
    gcm: FakeGCM
    answered: list[int] = field(default_factory=list)

    @property
    def chromium_flags(self) -> list[str]:
        """What Chromium has to be started with; nothing else can leave the machine."""
        return [
            f"--gcm-checkin-url={self.address}/checkin",
            f"--gcm-registration-url={self.address}/register3",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self.mcs_port}",
            "--ignore-certificate-errors",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
        ]

    @property
    def relays(self) -> dict[str, str]:
        """The relay setting, as push.services.PushServices takes it."""
        return {HOST: self.address}

    @property
    def relay(self) -> str:
        """The relay setting, as the environment takes it: ONECITY_PUSH__RELAY."""
        return json.dumps(self.relays)

    async def check_in(self, request: Request) -> Response:
        await request.body()
        return Response(self.gcm.check_in(), media_type="application/x-protobuffer")

    async def register(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        return PlainTextResponse(self.gcm.register(form))

    async def take(self, request: Request) -> Response:
        """A message for a browser (RFC 8030, section 5)."""
        token, body = request.path_params["token"], await request.body()
        status = self._status(token, request, body)
        self.answered.append(status)
        if status == 201:
            await self.gcm.push(token, body, int(request.headers["ttl"]))
        return Response(status_code=status, headers={"Location": f"https://{HOST}/message/{len(self.answered)}"})

    def _status(self, token: str, request: Request, body: bytes) -> int:
        registration = self.gcm.registrations.get(token)
        if not registration:
            return 410
        sender = registration.sender.rstrip("=")
        return refusal(request.headers, body, f"https://{HOST}", sender, datetime.now(UTC)) or 201


@asynccontextmanager
async def fake_push_service() -> AsyncIterator[PushServiceOnLoopback]:
    """Start it, yield it, and end it."""
    gcm = FakeGCM()
    async with mcs_line(gcm) as port:
        service = PushServiceOnLoopback("", port, gcm)
        app = Starlette(
            routes=[
                Route("/checkin", service.check_in, methods=["POST"]),
                Route("/register3", service.register, methods=["POST"]),
                Route("/fcm/send/{token}", service.take, methods=["POST"]),
            ]
        )
        async with served(app) as service.address:
            yield service
