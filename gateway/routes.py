"""The whole URL space of the app host, on one page. Mini-service hosts have two doors: `/svc/…` and their files."""

from asyncio import to_thread
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth.api.routes import OPERATIONS as AUTH
from auth.credentials.api.routes import OPERATIONS as CREDENTIALS
from auth.external.api.routes import OPERATIONS as EXTERNAL
from auth.guard.api.routes import OPERATIONS as GUARD
from auth.lifecycle.api.routes import OPERATIONS as LIFECYCLE
from auth.mandates.api.routes import OPERATIONS as MANDATES
from auth.proofing.api.routes import OPERATIONS as PROOFING
from auth.provider.api.routes import OPERATIONS as PROVIDER
from auth.security.api.routes import OPERATIONS as SECURITY
from auth.staff.api.routes import OPERATIONS as STAFF
from core.access import public
from core.operations import Operation, routes
from gateway import development, health, pages
from gateway.ledger.api.routes import OPERATIONS as LEDGER
from gateway.proxy.api.routes import OPERATIONS as PROXY
from gateway.settings import Settings
from miniapps.api.routes import OPERATIONS as MINIAPPS
from miniapps.intents.api.routes import OPERATIONS as INTENTS
from miniapps.ratings.api.routes import OPERATIONS as RATINGS
from miniapps.reports.api.routes import OPERATIONS as REPORTS
from miniapps.storage.api.routes import OPERATIONS as STORAGE
from push.api.routes import OPERATIONS as PUSH


async def show_openapi(request: Request[Any]) -> Response:
    content = await to_thread(request.state["openapi"])  # made at the first asking
    return JSONResponse(content, headers={"Cache-Control": "max-age=60"})


_IDENTITY = (*AUTH, *GUARD, *CREDENTIALS, *PROOFING, *SECURITY, *LIFECYCLE, *MANDATES, *PROVIDER, *EXTERNAL, *STAFF)
_MINIAPPS = (*MINIAPPS, *STORAGE, *RATINGS, *INTENTS, *REPORTS)
_CONTRACT = Operation(
    method="GET",
    path="/openapi.json",
    endpoint=show_openapi,
    guard=public,
    summary="This document",
    tag="contract",
    answer_media="application/json",
)


def operations_of(settings: Settings) -> tuple[Operation, ...]:
    """Every operation of the app host."""
    outbox = development.OPERATIONS if settings.development_outbox else ()
    return (*_IDENTITY, *_MINIAPPS, *PUSH, *LEDGER, *PROXY, *health.OPERATIONS, *pages.OPERATIONS, _CONTRACT, *outbox)


def app_routes(settings: Settings) -> list[Route]:
    """The operations as routes; everything else is the shell's (gateway/app.py)."""
    return routes(operations_of(settings))
