"""Signing in, and the devices that are signed in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import BROWSER, SESSION, clear_cookie, read_cookie, set_cookie
from auth.api.schemas import (
    AccountAnswer,
    AskForCode,
    CodeSent,
    DeviceQuery,
    OpenSession,
    SessionAnswer,
    SignedInAnswer,
)
from auth.api.state import AuthState
from auth.devices import device_of
from auth.guard.api.callers import caller_of, set_device
from auth.guard.api.state import GuardState
from auth.guard.attempts import AttemptKind
from auth.phones import phone_of
from auth.sign_in import SignedIn, Visitor
from core.access import resident_of
from core.bodies import answer, read_json, read_query
from core.ids import SessionId, new_secret
from core.pages import page_of

BROWSER_SECONDS = 24 * 3600


async def send_code(request: Request[GuardState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, AskForCode)
    caller, phone = caller_of(request, body.proof), phone_of(body.phone)
    known = await request.state["guard"].attempts.before(AttemptKind.SEND, phone, caller)
    browser = caller.browser or new_secret()
    await request.state["sign_in"].send_code(phone, browser, caller.address, known=known)
    settings = request.state["auth_settings"]
    response = answer(CodeSent(expires_in=settings.code_seconds, resend_in=settings.resend_seconds), 202)
    set_cookie(response, BROWSER, browser, BROWSER_SECONDS)
    return response


async def open_session(request: Request[AuthState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, OpenSession)
    caller, former = caller_of(request, body.proof), read_cookie(request, SESSION)
    visitor = Visitor(
        browser=caller.browser,
        device=device_of(body.device, request.headers.get("user-agent", "")),
        before=await request.state["sessions"].resident(former) if former else None,
        caller=caller,
    )
    return opened(request, await request.state["sign_in"].guarded(body.phone, body.code, visitor, caller))


def opened(request: Request[Any], signed_in: SignedIn) -> Response:
    """The answer to whoever signed in, by whatever means: the session's cookie, and none of a sign-in under way."""
    response, settings = answer(_answer(signed_in), 201), request.state["auth_settings"]
    set_cookie(response, SESSION, signed_in.secret, settings.session_absolute_days * 86_400)
    clear_cookie(response, BROWSER)
    set_device(response, signed_in.device, settings)
    return response


async def list_sessions(request: Request[AuthState]) -> Response:
    resident, query = resident_of(request), read_query(request, DeviceQuery)
    found = await request.state["sessions"].page(resident.account, query.cursor, query.limit)
    return answer(
        page_of(found, query.limit, lambda session: session.id, lambda row: SessionAnswer.of(row, resident.session))
    )


async def end_current_session(request: Request[AuthState]) -> Response:
    return await _end(request, resident_of(request).session)


async def end_session(request: Request[AuthState]) -> Response:
    return await _end(request, SessionId(request.path_params["session_id"]))


async def _end(request: Request[AuthState], session_id: SessionId) -> Response:
    resident = resident_of(request)
    await request.state["sessions"].revoke(resident.account, session_id)
    response = Response(status_code=204)
    if session_id == resident.session:
        clear_cookie(response, SESSION)
    return response


def _answer(signed_in: SignedIn) -> SignedInAnswer:
    return SignedInAnswer(
        account=AccountAnswer.of(signed_in.account),
        session=SessionAnswer.of(signed_in.session, signed_in.session.id),
        new_account=signed_in.new_account,
    )
