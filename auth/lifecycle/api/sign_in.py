"""Signing in with a number that belonged to somebody else."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import BROWSER, SESSION, read_cookie
from auth.api.sign_in import opened
from auth.devices import device_of
from auth.guard.api.callers import caller_of
from auth.guard.attempts import AttemptKind
from auth.lifecycle.api.schemas import BeginAnew, ProveOwner
from auth.lifecycle.api.state import LifecycleState
from auth.sign_in import SignedIn, Visitor, known_from_now
from core.bodies import read_json


async def sign_in_as_newcomer(request: Request[LifecycleState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, BeginAnew)
    visitor = await _visitor(request, body.device)
    signed_in = await request.state["lifecycle"].newcomers.begin_anew(body.ticket, visitor)
    return await _opened(request, signed_in)


async def sign_in_as_owner(request: Request[LifecycleState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, ProveOwner)
    visitor = await _visitor(request, body.device)
    newcomers = request.state["lifecycle"].newcomers
    return await _opened(request, await newcomers.prove_owner(body.ticket, body.name, body.id_number, visitor))


async def _opened(request: Request[LifecycleState], signed_in: SignedIn) -> Response:
    attempts, caller = request.state["guard"].attempts, caller_of(request)
    phone = signed_in.account.phone or ""
    return opened(request, await known_from_now(attempts, AttemptKind.CODE, phone, caller, signed_in))


async def _visitor(request: Request[LifecycleState], device: str | None) -> Visitor:
    former = read_cookie(request, SESSION)
    return Visitor(
        browser=read_cookie(request, BROWSER) or "",
        device=device_of(device, request.headers.get("user-agent", "")),
        before=await request.state["sessions"].resident(former) if former else None,
        caller=caller_of(request),
    )
