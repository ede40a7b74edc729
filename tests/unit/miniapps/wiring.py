"""The rules of mini-services put together over a folder and a database of the test's own."""

import asyncio
import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access import DepartmentClient, Resident
from core.clock import Clock
from core.ids import AccountId, DepartmentId, ServiceId, SessionId, UpstreamId
from core.operations import routes
from core.problems import Problem, Unauthenticated
from miniapps.api.hosting import MiniHost
from miniapps.api.routes import OPERATIONS
from miniapps.api.state import MiniappsState
from miniapps.catalogue import Catalogue
from miniapps.departments import Departments
from miniapps.keepsakes import Keepsakes
from miniapps.models import Release
from miniapps.ratings.ratings import Ratings
from miniapps.releases import Releases
from miniapps.services import MiniHosts, Services
from miniapps.settings import PackageLimits
from miniapps.store import Store
from miniapps.titles import ScopeTitles
from miniapps.traffic import Timeouts
from miniapps.upstreams import Upstreams
from tests.unit.miniapps.zips import zipped

CIVIL, TAX = DepartmentId("civil-affairs"), DepartmentId("tax")
CLIENT = "civil-affairs-system"
APPOINTMENTS, REGISTRY = ServiceId("appointments"), UpstreamId("registry")
ZHANG = AccountId("a" * 26)
APP = "http://localhost:8000"
PAGE = b'<!doctype html><html lang="zh-CN"><script type="module" src="main.js"></script></html>'
OPENAPI: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/sites": {"get": {"operationId": "listSites", "summary": "查询办理点", "x-onecity-summary-en": "List sites"}},
        "/bookings": {
            "get": {
                "operationId": "listBookings",
                "summary": "查看预约",
                "x-onecity-scope": "appointments:booking:read",
            },
            "post": {
                "operationId": "holdSlot",
                "summary": "预约时段",
                "x-onecity-scope": "appointments:booking:write",
                "x-onecity-summary-en": "Hold a time",
                "x-onecity-loa": 2,
            },
        },
        "/bookings/{id}": {
            "delete": {
                "operationId": "cancelBooking",
                "summary": "取消预约",
                "x-onecity-scope": "appointments:booking:write",
                "x-onecity-summary-en": "Cancel",
            }
        },
    },
}
MANIFEST: Mapping[str, Any] = {
    "app_id": "appointments",
    "name": "办证预约",
    "short_name": "预约",
    "name_localized": {"en": "Appointments"},
    "description": "身份证、护照、门诊,选好时间,到点直接办。",
    "lang": "zh-CN",
    "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    "version": {"code": 1, "name": "1.0.0"},
    "platform_version": {"min_code": 1},
    "pages": ["index.html"],
    "onecity": {
        "department": "civil-affairs",
        "kind": "appointment",
        "category": "household",
        "keywords": ["预约", "挂号", "身份证"],
        "scopes": [
            {"name": "profile:name:read", "reason": {"zh-CN": "把姓名写在预约单上。", "en": "On the booking."}},
            {"name": "appointments:booking:write", "reason": {"zh-CN": "按您的操作预约。"}},
        ],
        "upstreams": [{"id": "registry", "operations": ["listSites", "holdSlot", "cancelBooking"]}],
        "loa": 2,
        "elder": True,
        "sdk": "1.0.0",
    },
}


def manifest(**changes: Any) -> dict[str, Any]:
    """The good manifest with members changed; `onecity__loa=3` reaches into the `onecity` member."""
    changed: dict[str, Any] = copy.deepcopy(dict(MANIFEST))
    for name, value in changes.items():
        outer, _, inner = name.partition("__")
        (changed[outer] if inner else changed)[inner or outer] = value
    return changed


def package(described: Any = None, files: Mapping[str, bytes] | None = None) -> bytes:
    """A package with a page, a script and an icon."""
    content = {"index.html": PAGE, "main.js": b"export {}", "icon.svg": b"<svg/>", **(files or {})}
    text = described if isinstance(described, bytes) else json.dumps(described or manifest()).encode()
    return zipped({"manifest.json": text, **content})


class Wiring:
    """One worker of a city."""

    def __init__(self, clock: Clock, folder: Path, *, cache_seconds: float = 0, **limits: int) -> None:
        self.clock = clock
        self.limits = PackageLimits(**limits)
        self.departments = Departments()
        self.store = Store(folder / "packages")
        self.upstreams = Upstreams(clock, cache_seconds)
        self.services = Services(self.departments, MiniHosts("http", "localhost:8000"), cache_seconds)
        self.catalogue = Catalogue(self.services)
        self.keepsakes = Keepsakes(clock, self.services)
        self.releases = Releases(clock, self.store, self.upstreams, self.limits)
        self.titles = ScopeTitles(self.upstreams)
        self.sdk = folder / "sdk"

    async def founded(self) -> "Wiring":
        """With a department and its system."""
        await self.departments.add(CIVIL, {"zh-CN": "民政局", "en": "Civil Affairs"})
        await self.register()
        return self

    async def register(self, **changes: Any) -> None:
        entry: dict[str, Any] = {
            "department": CIVIL,
            "address": "http://127.0.0.1:9000",
            "openapi": OPENAPI,
            "allow": ["127.0.0.1/32"],
            "timeouts": Timeouts(),
        }
        await self.upstreams.register(UpstreamId(changes.pop("id", REGISTRY)), **(entry | changes))

    async def publish(self, described: Any = None, files: Mapping[str, bytes] | None = None) -> Release:
        """Submit and make live."""
        release = await self.releases.submit(package(described, files), CIVIL)
        return await self.releases.publish(release.id, CIVIL, by=CLIENT)

    def host(self, *, secure: bool = False) -> ASGIApp:
        """The mini-service hosts, in the gateway's place: the service's id is the first label of the host."""
        mini = MiniHost(self.services, self.store, self.sdk, APP, secure)

        async def of_service(scope: Scope, receive: Receive, send: Send) -> None:
            host = dict(scope["headers"])[b"host"].decode()
            await mini({**scope, "service": host.partition(".")[0]}, receive, send)

        app = Starlette(exception_handlers={Problem: as_problem})
        app.router.default = of_service
        return app

    def app(self) -> ASGIApp:
        """The operations, with the state that the gateway's lifespan would yield."""
        state = MiniappsState(
            authenticator=FakeAuthenticator(),
            services=self.services,
            catalogue=self.catalogue,
            keepsakes=self.keepsakes,
            releases=self.releases,
            scope_titles=self.titles,
            package_limits=self.limits,
            ratings=Ratings(self.clock, self.services),
        )
        starlette = Starlette(routes=routes(OPERATIONS), exception_handlers={Problem: as_problem})

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            await starlette({**scope, "state": dict(state)}, receive, send)

        return with_state


class FakeAuthenticator:
    """Believes what the headers say."""

    async def resident(self, request: Request[Any]) -> Resident:
        if "resident" not in request.headers:
            raise Unauthenticated
        return Resident(AccountId(request.headers["resident"]), SessionId("s" * 26))

    async def department(self, request: Request[Any]) -> DepartmentClient:
        if "department" not in request.headers:
            raise Unauthenticated
        department = DepartmentId(request.headers["department"])
        return DepartmentClient(CLIENT, department, frozenset({"dept:releases:write"}))


async def as_problem(_: Request[Any], error: Exception) -> Response:
    assert isinstance(error, Problem)
    return JSONResponse(error.content(APP, "r"), error.status, error.headers, "application/problem+json")


async def both(*works: Any) -> list[Any]:
    """At the same time, exceptions as results."""
    return list(await asyncio.gather(*works, return_exceptions=True))
