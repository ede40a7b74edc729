"""Signing in by password, passkey and second factor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import BROWSER, SESSION, read_cookie, set_cookie
from auth.api.sign_in import BROWSER_SECONDS, opened
from auth.credentials.api.schemas import (
    Nothing,
    OptionsAnswer,
    PasskeySignIn,
    PasswordSignIn,
    SecondFactorSignIn,
)
from auth.credentials.api.state import CredentialsState
from auth.credentials.errors import SecondFactorNeeded
from auth.devices import device_of
from auth.guard.api.callers import caller_of
from auth.sign_in import Visitor
from core.bodies import answer, read_json
from core.ids import new_secret

NEVER_STORED = {"Cache-Control": "no-store"}


async def sign_in_by_password(request: Request[CredentialsState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, PasswordSignIn)
    visitor = await _visitor(request, body.device)
    with _browser_kept(visitor.browser):
        signed_in = await request.state["credentials"].entrances.by_password(
            body.phone, body.password, visitor, caller_of(request, body.proof)
        )
    return opened(request, signed_in)


async def sign_in_by_second_factor(request: Request[CredentialsState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, SecondFactorSignIn)
    visitor = await _visitor(request, body.device)
    signed_in = await request.state["credentials"].entrances.by_second_factor(
        body.ticket, body.method, body.code, visitor, caller_of(request, body.proof)
    )
    return opened(request, signed_in)


async def show_passkey_options(request: Request[CredentialsState]) -> Response:
    request.state["own_origin"].check(request)
    await read_json(request, Nothing)
    browser = read_cookie(request, BROWSER) or new_secret()
    issued, public_key = await request.state["credentials"].assertions.options(browser)
    response = answer(OptionsAnswer(challenge=issued.id, public_key=public_key), headers=NEVER_STORED)
    set_cookie(response, BROWSER, browser, BROWSER_SECONDS)
    return response


async def sign_in_by_passkey(request: Request[CredentialsState]) -> Response:
    request.state["own_origin"].check(request)
    body = await read_json(request, PasskeySignIn)
    visitor = await _visitor(request, body.device)
    signed_in = await request.state["credentials"].entrances.by_passkey(
        body.challenge, body.credential, visitor, caller_of(request)
    )
    return opened(request, signed_in)


async def _visitor(request: Request[CredentialsState], device: str | None) -> Visitor:
    former = read_cookie(request, SESSION)
    return Visitor(
        browser=read_cookie(request, BROWSER) or new_secret(),
        device=device_of(device, request.headers.get("user-agent", "")),
        before=await request.state["sessions"].resident(former) if former else None,
        caller=caller_of(request),
    )


@contextmanager
def _browser_kept(browser: str) -> Iterator[None]:
    """The ticket is bound to the browser's cookie: the refusal that carries the one sets the other."""
    try:
        yield
    except SecondFactorNeeded as needed:
        response = Response()
        set_cookie(response, BROWSER, browser, BROWSER_SECONDS)
        needed.headers["Set-Cookie"] = response.headers["set-cookie"]
        raise


def renewed(request: Request[Any], secret: str, response: Response) -> Response:
    """The answer, after which the session goes on under a new secret."""
    set_cookie(response, SESSION, secret, request.state["auth_settings"].session_absolute_days * 86_400)
    return response
