"""Proving again, within a session, that it is you."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import CodeSent
from auth.credentials.api.schemas import (
    AssertionBody,
    CodeBody,
    MethodsAnswer,
    Nothing,
    OptionsAnswer,
    PasswordBody,
    SecondFactor,
)
from auth.credentials.api.sign_in import NEVER_STORED, renewed
from auth.credentials.api.state import CredentialsState
from auth.guard.api.callers import caller_of
from core.access import resident_of
from core.bodies import answer, read_json


async def list_step_up_methods(request: Request[CredentialsState]) -> Response:
    methods = await request.state["credentials"].step_ups.methods(resident_of(request))
    return answer(MethodsAnswer(methods=methods))


async def send_step_up_code(request: Request[CredentialsState]) -> Response:
    await read_json(request, Nothing)
    await request.state["credentials"].step_ups.send_code(resident_of(request), caller_of(request))
    settings = request.state["auth_settings"]
    return answer(CodeSent(expires_in=settings.code_seconds, resend_in=settings.resend_seconds), 202)


async def step_up_by_code(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, CodeBody)
    secret = await request.state["credentials"].step_ups.by_code(resident_of(request), body.code)
    return renewed(request, secret, Response(status_code=204))


async def step_up_by_password(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, PasswordBody)
    secret = await request.state["credentials"].step_ups.by_password(
        resident_of(request), body.password, caller_of(request)
    )
    return renewed(request, secret, Response(status_code=204))


async def step_up_by_totp(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, CodeBody)
    secret = await request.state["credentials"].step_ups.by_totp(resident_of(request), body.code, caller_of(request))
    return renewed(request, secret, Response(status_code=204))


async def show_step_up_options(request: Request[CredentialsState]) -> Response:
    await read_json(request, Nothing)
    issued, public_key = await request.state["credentials"].step_ups.passkey_options(resident_of(request))
    return answer(OptionsAnswer(challenge=issued.id, public_key=public_key), headers=NEVER_STORED)


async def step_up_by_passkey(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, AssertionBody)
    secret = await request.state["credentials"].step_ups.by_passkey(
        resident_of(request), body.challenge, body.credential
    )
    return renewed(request, secret, Response(status_code=204))


async def step_up_by_second_factor(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, SecondFactor)
    secret = await request.state["credentials"].step_ups.by_second_factor(
        resident_of(request), body.ticket, body.method, body.code, caller=caller_of(request)
    )
    return renewed(request, secret, Response(status_code=204))
