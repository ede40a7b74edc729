"""HTTP in, HTTP out; the rules are elsewhere."""

import sqlite3
from collections.abc import Callable
from http import HTTPStatus
from typing import TypedDict

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_services.licences import codes, shares, signatures, wallet
from mock_services.licences.answers import Recipient, ShareRequest, SignatureRequest
from mock_services.licences.errors import ReferenceUnknown
from mock_services.shared.clock import Clock
from mock_services.shared.database import Database
from mock_services.shared.idempotency import Ask, Made, answer_once
from mock_services.shared.operations import GuardState, respond, respond_made, wire
from mock_services.shared.pages import PageQuery
from mock_services.shared.reading import Strict, read_body, read_idempotency_key, read_query


class OwnState(TypedDict):
    """What the lifespan hands to every endpoint."""

    database: Database
    clock: Clock
    issuer: str


class State(GuardState, OwnState):
    """The same, behind the guard."""


class ReferenceQuery(Strict):
    recipient: Recipient


Work = Callable[[sqlite3.Connection], BaseModel]


async def list_licences(request: Request[State]) -> Response:
    id_number, now = request.state["resident"].required_id_number(), request.state["clock"]()
    return respond(await request.state["database"].read(lambda store: wallet.all_of(store, id_number, now)))


async def show_licence(request: Request[State]) -> Response:
    id_number, now = request.state["resident"].required_id_number(), request.state["clock"]()
    licence_id = request.path_params["licence_id"]
    row = await request.state["database"].read(lambda store: wallet.find(store, id_number, licence_id))
    return respond(wallet.whole(row, now))


async def create_code(request: Request[State]) -> Response:
    id_number, now = request.state["resident"].required_id_number(), request.state["clock"]()
    licence_id = request.path_params["licence_id"]
    return await _once(request, licence_id, lambda store: codes.make(store, id_number, licence_id, now))


async def verify_code(request: Request[State]) -> Response:
    code, now = request.path_params["code"], request.state["clock"]()
    return await _once(request, code, lambda store: codes.use(store, code, now), HTTPStatus.OK)


async def create_share(request: Request[State]) -> Response:
    wish, licence_id = await read_body(request, ShareRequest), request.path_params["licence_id"]
    resident, now = request.state["resident"], request.state["clock"]()

    def work(store: sqlite3.Connection) -> BaseModel:
        return shares.make(store, resident, licence_id, wish, now)

    return await _once(request, licence_id + wish.model_dump_json(), work)


async def list_shares(request: Request[State]) -> Response:
    query, subject = read_query(request, PageQuery), request.state["resident"].subject
    return respond(
        await request.state["database"].read(lambda store: shares.page(store, subject, query.cursor, query.limit))
    )


async def end_share(request: Request[State]) -> Response:
    subject, now = request.state["resident"].subject, request.state["clock"]()
    share_id = request.path_params["share_id"]
    return respond(await request.state["database"].write(lambda store: shares.end(store, subject, share_id, now)))


async def create_signature(request: Request[State]) -> Response:
    wish = await read_body(request, SignatureRequest)
    resident, now = request.state["resident"], request.state["clock"]()
    return await _once(request, wish.model_dump_json(), lambda store: signatures.make(store, resident, wish, now))


async def check_reference(request: Request[OwnState]) -> Response:
    """For the system of the department that was given the reference, on the city's own network."""
    reference, recipient = request.path_params["reference"], read_query(request, ReferenceQuery).recipient
    now = request.state["clock"]()
    found = await request.state["database"].read(
        lambda store: (
            shares.checked(store, reference, recipient, now) or signatures.checked(store, reference, recipient, now)
        )
    )
    if found is None:
        raise ReferenceUnknown("It was never given to this recipient, has ended, or its time is over.")
    return JSONResponse(to_jsonable_python(found), headers={"Cache-Control": "no-store"})


async def _once(request: Request[State], body: str, work: Work, status: int = HTTPStatus.CREATED) -> Response:
    """Do it, or answer as at the first time this key came."""
    now = request.state["clock"]()
    operation = request.scope["route"].name
    ask = Ask(request.state["resident"].subject, operation, read_idempotency_key(request), body)
    made = await request.state["database"].write(
        lambda store: answer_once(store, ask, now, lambda: Made(status, wire(work(store))))
    )
    return respond_made(made, request, request.state["issuer"])
