"""What is the same in every department's application."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypedDict

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from mock_services.shared.database import Database
from mock_services.shared.operations import Operation
from mock_services.shared.problems import problem_handlers
from mock_services.shared.trail import Trail

TIMEOUT = httpx2.Timeout(5.0, connect=2.0)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[Any]]


class HealthState(TypedDict):
    database: Database


def department_app(
    origin: str,
    operations: Sequence[Operation],
    document: dict[str, Any],
    lifespan: Lifespan,
    *,
    neighbours: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The operations, the OpenAPI document and the health probe, behind one trail.

    `neighbours` are for other departments' systems on the city's own network: they stand in no document, so the
    gateway passes none of them.
    """
    app = Starlette(
        routes=[*_open_routes(document), *neighbours, *(operation.route() for operation in operations)],
        exception_handlers=problem_handlers(origin),
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return Trail(app)


def gateway_client(transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    """The way to the gateway: bounded in time, no redirects, no proxy from the environment."""
    return httpx2.AsyncClient(timeout=TIMEOUT, transport=transport, trust_env=False)


def _open_routes(document: dict[str, Any]) -> Sequence[BaseRoute]:
    async def show_openapi(_: Request) -> JSONResponse:
        return JSONResponse(document)

    return [
        Route("/healthz", show_health, name="showHealth"),
        Route("/openapi.json", show_openapi, name="showOpenapi"),
    ]


async def show_health(request: Request[HealthState]) -> JSONResponse:
    """200 when the store answers."""
    await request.state["database"].read(lambda connection: connection.execute("select 1").fetchone())
    return JSONResponse({"status": "ok"})
