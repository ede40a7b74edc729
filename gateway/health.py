"""Probes: alive (the process answers) and ready (it can do its work)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.access import public
from core.bodies import Answer, answer
from core.database import rows
from core.operations import Operation
from core.problems import Unavailable
from core.telemetry import log


class Health(Answer):
    status: str


class NotReady(Unavailable):
    title = "This process cannot do its work at the moment"


async def get_liveness(_: Request[Any]) -> Response:
    return answer(Health(status="alive"))


async def get_readiness(_: Request[Any]) -> Response:
    """Ready when the database answers and is migrated."""
    try:
        await rows("SELECT seq FROM ledger_entry LIMIT 1")
    except Exception as error:
        log(__name__).error("database does not answer", exc_info=error)
        raise NotReady("The database does not answer, or is not migrated: run `onecity migrate`.") from error
    return answer(Health(status="ready"))


OPERATIONS = (
    Operation(
        method="GET",
        path="/livez",
        endpoint=get_liveness,
        guard=public,
        summary="Whether the process answers",
        tag="health",
        answer=Health,
    ),
    Operation(
        method="GET",
        path="/readyz",
        endpoint=get_readiness,
        guard=public,
        summary="Whether the process can do its work",
        tag="health",
        answer=Health,
        problems=(NotReady,),
    ),
)
