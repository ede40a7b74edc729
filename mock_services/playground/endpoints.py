"""HTTP in, HTTP out; the rules are elsewhere."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mock_services.playground import attempts, notes
from mock_services.playground.answers import (
    BytesQuery,
    Echo,
    EchoRequest,
    NoteRequest,
    PartsQuery,
    Received,
    TokenRequest,
    Verified,
    Waited,
    WaitQuery,
)
from mock_services.playground.signed import SignedByTheCity, TokenType
from mock_services.shared.clock import SHANGHAI, Clock
from mock_services.shared.database import Database
from mock_services.shared.idempotency import Ask, Made, answer_once
from mock_services.shared.operations import GuardState, respond, respond_made, wire
from mock_services.shared.pages import PageQuery
from mock_services.shared.problems import BodyTooLarge
from mock_services.shared.reading import read_body, read_idempotency_key, read_query

PART_SECONDS = 0.2
PIECE = b"OneCity\n" * 8192
LARGEST_UPLOAD = 5 * 1024 * 1024
UNKEPT = {"Cache-Control": "no-store"}


class State(GuardState):
    """What the lifespan hands to the endpoints."""

    clock: Clock
    database: Database
    issuer: str
    signed: SignedByTheCity


async def echo(request: Request[State]) -> Response:
    said = await read_body(request, EchoRequest)
    return respond(Echo(text=said.text, at=request.state["clock"]().astimezone(SHANGHAI)))


async def wait(request: Request[State]) -> Response:
    seconds = read_query(request, WaitQuery).seconds
    await asyncio.sleep(seconds)
    return respond(Waited(seconds=seconds))


async def flake(request: Request[State]) -> Response:
    subject, key, now = request.state["resident"].subject, read_idempotency_key(request), request.state["clock"]()
    tries = await request.state["database"].write(lambda store: attempts.count(store, subject, key, now))
    return respond(attempts.survived(tries))


async def stream(request: Request[State]) -> Response:
    query = read_query(request, PartsQuery)
    return StreamingResponse(_parts(query.parts), media_type="text/plain", headers=UNKEPT)


async def download(request: Request[State]) -> Response:
    size = read_query(request, BytesQuery).bytes
    headers = {"Content-Length": str(size), **UNKEPT}
    return StreamingResponse(_pieces(size), media_type="application/octet-stream", headers=headers)


async def upload(request: Request[State]) -> Response:
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST_UPLOAD:
            raise BodyTooLarge(f"Send at most {LARGEST_UPLOAD} bytes.")
    shown = base64.b64encode(digest.digest()).decode()
    media_type = request.headers.get("content-type", "")
    return respond(Received(bytes=size, media_type=media_type, digest=f"sha-256=:{shown}:"))


async def create_note(request: Request[State]) -> Response:
    key, wish = read_idempotency_key(request), await read_body(request, NoteRequest)
    subject, now = request.state["resident"].subject, request.state["clock"]()
    ask = Ask(subject, "createNote", key, wish.model_dump_json())
    made = await request.state["database"].write(
        lambda store: answer_once(store, ask, now, lambda: Made(201, wire(notes.make(store, subject, wish.text, now))))
    )
    return respond_made(made, request, request.state["issuer"])


async def list_notes(request: Request[State]) -> Response:
    query, subject = read_query(request, PageQuery), request.state["resident"].subject
    work = partial(notes.page, subject=subject, cursor=query.cursor, limit=query.limit)
    return respond(await request.state["database"].read(work))


async def verify_identity(request: Request[State]) -> Response:
    return await _verified(request, "identity+jwt")


async def verify_intent(request: Request[State]) -> Response:
    return await _verified(request, "intent-result+jwt")


async def _verified(request: Request[State], kind: TokenType) -> Response:
    given = await read_body(request, TokenRequest, limit=32 * 1024)
    return respond(Verified(claims=await request.state["signed"].read(given.token, kind)))


async def _parts(count: int) -> AsyncIterator[str]:
    for number in range(1, count + 1):
        yield f"{number}/{count}\n"
        await asyncio.sleep(PART_SECONDS)


async def _pieces(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, len(PIECE)):
        yield PIECE[: size - start]
