"""Signing in, and the devices that are signed in."""

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
from auth.guard.api.callers import caller_of
from auth.guard.api.state import GuardState
from auth.guard.attempts import AttemptKind
from auth.phones import phone_of
from auth.sign_in import SignedIn
from core.access import resident_of
from core.bodies import answer, read_json, read_query
from core.ids import SessionId, new_secret
from core.pages import page_of

_BROWSER_SECONDS = 24 * 3600


async def send_code(request: Request[GuardState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, AskForCode)
    caller, phone = caller_of(request, body.proof), phone_of(body.phone)
    known = await request.state["guard"].attempts.before(AttemptKind.SEND, phone, caller)
    browser = caller.browser or new_secret()
    await request.state["sign_in"].send_code(phone, browser, caller.address, known=known)
    settings = request.state["auth_settings"]
    response = answer(CodeSent(expires_in=settings.code_seconds, resend_in=settings.resend_seconds), 202)
    set_cookie(response, BROWSER, browser, _BROWSER_SECONDS)
    return response


async def open_session(request: Request[AuthState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, OpenSession)
    former = read_cookie(request, SESSION)
    signed_in = await request.state["sign_in"].complete(
        body.phone,
        body.code,
        read_cookie(request, BROWSER) or "",
        device_of(body.device, request.headers.get("user-agent", "")),
        await request.state["sessions"].resident(former) if former else None,
    )
    response = answer(_answer(signed_in), 201)
    set_cookie(response, SESSION, signed_in.secret, request.state["auth_settings"].session_absolute_days * 86_400)
    clear_cookie(response, BROWSER)
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
