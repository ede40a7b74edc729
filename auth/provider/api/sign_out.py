"""Signing out where a client asks for it (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.api.cookies import SESSION, clear_cookie, read_cookie
from auth.provider.api.forms import parameters, read_form
from auth.provider.api.more_schemas import SignOutAnswer, SignOutRequest
from auth.provider.api.state import ProviderState
from auth.provider.errors import OAuthRefused
from auth.provider.sign_out import Leave
from core.access import Resident, resident_of
from core.bodies import answer, read_json

_NEVER_STORED = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def end_client_session(request: Request[ProviderState]) -> Response:
    """By a link."""
    try:
        asked = parameters(request.scope["query_string"]) if request.scope["query_string"] else {}
    except OAuthRefused:
        asked = {}
    return await _answer(request, asked)


async def end_session_by_form(request: Request[ProviderState]) -> Response:
    """By a form, which comes from a foreign page and so without the cookie: the same by a link, which brings it."""
    try:
        asked = await read_form(request)
    except OAuthRefused:
        asked = {}
    if read_cookie(request, SESSION) is None and asked:
        return RedirectResponse(f"/oauth/end_session?{urlencode(asked)}", 303, _NEVER_STORED)
    return await _answer(request, asked)


async def sign_out(request: Request[ProviderState]) -> Response:
    """The shell's page: the resident agrees."""
    body = await read_json(request, SignOutRequest)
    asked = body.model_dump(exclude_none=True)
    address = await request.state["provider"].sign_out.confirm(asked, resident_of(request))
    response = answer(SignOutAnswer(redirect=address))
    clear_cookie(response, SESSION)
    return response


async def _answer(request: Request[ProviderState], asked: Mapping[str, str]) -> Response:
    resident = await _resident(request)
    leave: Leave = await request.state["provider"].sign_out.ask(asked, resident)
    response = RedirectResponse(leave.address, 302, _NEVER_STORED)
    if leave.ended and resident:
        clear_cookie(response, SESSION)
    return response


async def _resident(request: Request[ProviderState]) -> Resident | None:
    secret = read_cookie(request, SESSION)
    return await request.state["sessions"].resident(secret) if secret else None
