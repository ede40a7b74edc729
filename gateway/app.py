"""The application: the edge around two classes of host."""

from asyncio import AbstractEventLoop, get_running_loop
from functools import cache
from importlib.metadata import version
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from core.clock import Clock, SystemClock
from core.problems import Problem, Unavailable
from core.telemetry import Metrics
from gateway import composition
from gateway.hosts import Hosts
from gateway.lifespan import Parts, lifespan_of
from gateway.middleware import Guarded, Observed, OpenToPages, request_id_of
from gateway.openapi import document
from gateway.problems import handlers, problem_response
from gateway.proxy.lane import Arguments, Lane
from gateway.routes import app_routes, operations_of
from gateway.settings import Settings
from gateway.shell import Shell, shell_policy


class Edge:
    """Picks the class of host, and nothing else, by the Host header."""

    def __init__(self, hosts: Hosts, origin: str, app: ASGIApp, mini: ASGIApp) -> None:
        self._hosts = hosts
        self._origin = origin
        self._app = app
        self._mini = mini

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            service = self._hosts.service_of(scope["headers"])
        except Problem as problem:
            await problem_response(problem, self._origin, request_id_of(scope))(scope, receive, send)
            return
        scope["service"] = service
        await (self._mini if service else self._app)(scope, receive, send)


class MiniDoors:
    """A mini-service's host as far as it is ASGI: the release's files. Calls to departments take the lane."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        city = self._parts.city
        assert city is not None  # noqa: S101 - the server starts the lifespan before the first request
        if scope["raw_path"].startswith(b"/svc/"):
            raise Unavailable("Calls to departments need the lane: start the city with `onecity serve`.", hop="gateway")
        await city.mini_host(scope, receive, send)


class City:
    """The ASGI application; `end_streams` lets the server end live streams before it waits for its connections."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def protocol(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> Lane:
        """What uvicorn makes for each connection, in place of its own protocol."""
        door = self._parts.door
        assert door is not None  # noqa: S101 - the server starts the lifespan before the first connection
        return Lane(door, Arguments(config, server_state, app_state), _loop or get_running_loop())

    @property
    def running(self) -> composition.City | None:
        """Every service, while the lifespan lasts."""
        return self._parts.city

    def end_streams(self) -> None:
        if self.running:
            self.running.messages.streams.end()


def create_app(settings: Settings, clock: Clock | None = None) -> City:
    """The whole application of one process."""
    clock, metrics, parts = clock or SystemClock(), Metrics(), Parts()
    openapi = cache(lambda: document(operations_of(settings), settings.origin, version("onecity")))  # when asked for
    on_errors: dict[Any, Any] = handlers(settings.origin)
    app = Starlette(
        routes=app_routes(settings),
        exception_handlers=on_errors,
        lifespan=lifespan_of(settings, clock, metrics, openapi, parts),
    )
    app.router.default = Shell(settings.web / "shell" / "dist")
    guarded = Guarded(
        OpenToPages(app), shell_policy(settings.mini_domain, secure=settings.secure), secure=settings.secure
    )
    mini = Starlette(exception_handlers=on_errors)
    mini.router.default = MiniDoors(parts)
    hosts = Hosts.of(settings.origin, settings.mini_domain)
    return City(Observed(Edge(hosts, settings.origin, guarded, mini), clock, metrics), parts)
