"""What the resident proves themselves by: seen, added and removed. Every write wants a fresh authentication."""

from starlette.requests import Request
from starlette.responses import Response

from auth.credentials.api.schemas import (
    CodeBody,
    CredentialsAnswer,
    NewPasskeyBody,
    Nothing,
    OptionsAnswer,
    PasskeyAnswer,
    PasskeyNameBody,
    PasswordBody,
    RecoveryCodesAnswer,
    RemovalQuery,
    StrengthAnswer,
    TOTPSecret,
)
from auth.credentials.api.sign_in import NEVER_STORED, renewed
from auth.credentials.api.state import CredentialsState
from auth.credentials.policy import Owner
from auth.step_up import check_fresh
from core.access import Resident, resident_of
from core.bodies import answer, read_json, read_query


async def show_credentials(request: Request[CredentialsState]) -> Response:
    account, services = resident_of(request).account, request.state["credentials"]
    return answer(
        CredentialsAnswer.of(
            await services.passwords.changed_at(account),
            await services.passkeys.of(account),
            await services.second_factors.since(account),
            await services.recovery.left(account),
        )
    )


async def set_password(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, PasswordBody)
    await request.state["credentials"].passwords.set(_fresh(request), body.password)
    return Response(status_code=204)


async def remove_password(request: Request[CredentialsState]) -> Response:
    await request.state["credentials"].passwords.remove(_fresh(request))
    return Response(status_code=204)


async def rate_password(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, PasswordBody)
    account = await request.state["accounts"].get(resident_of(request).account)
    estimate = await request.state["credentials"].strength.of(body.password, Owner(account.phone, account.name))
    return answer(StrengthAnswer.of(estimate), headers=NEVER_STORED)


async def show_new_passkey_options(request: Request[CredentialsState]) -> Response:
    await read_json(request, Nothing)
    issued, public_key = await request.state["credentials"].passkeys.options(_fresh(request))
    return answer(OptionsAnswer(challenge=issued.id, public_key=public_key), headers=NEVER_STORED)


async def add_passkey(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, NewPasskeyBody)
    passkey = await request.state["credentials"].passkeys.add(
        _fresh(request), body.challenge, body.credential, body.name
    )
    return answer(PasskeyAnswer.of(passkey), 201)


async def rename_passkey(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, PasskeyNameBody)
    passkey = await request.state["credentials"].passkeys.rename(
        _fresh(request).account, request.path_params["passkey_id"], body.name
    )
    return answer(PasskeyAnswer.of(passkey))


async def remove_passkey(request: Request[CredentialsState]) -> Response:
    query = read_query(request, RemovalQuery)
    await request.state["credentials"].passkeys.remove(
        _fresh(request), request.path_params["passkey_id"], confirmed=query.confirmed
    )
    return Response(status_code=204)


async def begin_totp(request: Request[CredentialsState]) -> Response:
    await read_json(request, Nothing)
    secret, uri = await request.state["credentials"].second_factors.begin(_fresh(request))
    return answer(TOTPSecret(secret=secret, uri=uri), 201, NEVER_STORED)


async def confirm_totp(request: Request[CredentialsState]) -> Response:
    body = await read_json(request, CodeBody)
    confirmed = await request.state["credentials"].second_factors.confirm(_fresh(request), body.code)
    response = answer(RecoveryCodesAnswer(recovery_codes=confirmed.recovery_codes), headers=NEVER_STORED)
    return renewed(request, confirmed.session_secret, response)


async def remove_totp(request: Request[CredentialsState]) -> Response:
    await request.state["credentials"].second_factors.remove(_fresh(request))
    return Response(status_code=204)


async def make_recovery_codes(request: Request[CredentialsState]) -> Response:
    codes = await request.state["credentials"].second_factors.make_recovery_codes(_fresh(request))
    return answer(RecoveryCodesAnswer(recovery_codes=codes), 201, NEVER_STORED)


def _fresh(request: Request[CredentialsState]) -> Resident:
    """The resident, if they proved just now that it is them; raises ReauthenticationNeeded."""
    resident = resident_of(request)
    check_fresh(resident, request.state["credentials"].clock.now())
    return resident
