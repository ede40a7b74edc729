"""The demo's appointments department beside a city in this process: its real back end, its real mini-service."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from miniapps.upstreams import Timeouts
from mock_services.appointments.app import create_app
from mock_services.appointments.catalogue import SHANGHAI_CATALOGUE, Catalogue
from mock_services.appointments.operations import document
from mock_services.appointments.settings import AppointmentSettings
from tests.harness.city import ROOT
from tests.harness.gateway import Gateway
from tests.harness.packages import package
from tests.harness.ports import free_port
from tests.harness.publisher import new_key, public_key
from tests.harness.servers import served

CLIENT = "appointments-system"
DEPARTMENT = "gov-services"
SCOPES = ["dept:notices:send", "dept:releases:write", "dept:upstreams:read"]
H5 = ROOT / "mock_services" / "appointments" / "h5"


class Appointments:
    """A department that can be made to do a write, and to keep the answer to itself until it is let go."""

    def __init__(self, app: ASGIApp, database: Path) -> None:
        self._app = app
        self._database = database
        self.asked = 0
        """Writes that reached it."""
        self.done = asyncio.Event()
        """One was done, while answers are held back."""
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_when_let_go(message: Message) -> None:
            self.done.set()
            await self.may_answer.wait()
            await send(message)

        writes = scope.get("method") == "POST"
        self.asked += writes
        await self._app(scope, receive, send_when_let_go if writes else send)

    def hold_answers(self) -> None:
        self.done.clear()
        self.may_answer.clear()

    def bookings(self) -> list[str]:
        """The state of every booking there is, oldest first."""
        return [state for (state,) in self._rows("SELECT status FROM booking ORDER BY created_at")]

    def free_slots(self) -> list[str]:
        """One of each day ahead, of one service: a resident books once a day."""
        query = "SELECT min(id) FROM slot WHERE taken < capacity GROUP BY service_id, day ORDER BY service_id, day DESC"
        return [slot for (slot,) in self._rows(query)]

    def _rows(self, query: str) -> list[Any]:
        with sqlite3.connect(self._database) as database:
            return database.execute(query).fetchall()


@asynccontextmanager
async def appointments_of(gateway: Gateway, folder: Path) -> AsyncIterator[Appointments]:
    """Registered, published and serving; two sites are enough."""
    key, store = folder / "appointments.pem", folder / "appointments.sqlite"
    key.write_bytes(new_key())
    settings = AppointmentSettings(
        issuer=gateway.origin, port=free_port(), database=store, client_id=CLIENT, client_key=key
    )
    whole = SHANGHAI_CATALOGUE
    catalogue = Catalogue(whole.districts[:1], whole.services, [whole.all_sites[0]])
    department = Appointments(create_app(settings, catalogue=catalogue), store)
    hosting = gateway.city.hosting
    await hosting.departments.add(DEPARTMENT, {"zh-CN": "市政务服务中心", "en": "Government Services Centre"})  # type: ignore[arg-type]  # a plain string will do
    await gateway.city.identity.clients.register(CLIENT, DEPARTMENT, public_key(key.read_bytes()), SCOPES)  # type: ignore[arg-type]  # the same
    async with served(department) as address:
        await hosting.upstreams.register(
            "appointments",  # type: ignore[arg-type]  # the same
            department=DEPARTMENT,  # type: ignore[arg-type]  # the same
            address=address,
            openapi=document(),
            allow=["127.0.0.0/8"],
            timeouts=Timeouts(1, 5, 10),
        )
        release = await hosting.releases.submit(_packed(), DEPARTMENT)  # type: ignore[arg-type]  # the same
        await hosting.releases.publish(release.id, DEPARTMENT, by=CLIENT)  # type: ignore[arg-type]  # the same
        yield department
        department.may_answer.set()


def _packed() -> bytes:
    files = {
        str(each.relative_to(H5)): each.read_bytes()
        for each in H5.rglob("*")
        if each.is_file() and each.name != "manifest.json"
    }
    return package((H5 / "manifest.json").read_bytes(), files)
