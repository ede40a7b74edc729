"""The resident's account, and what they let mini-services have."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import AccountAnswer, ConsentAnswer, ConsentQuery, GiveConsent, Preferences, TokenAnswer
from auth.api.state import AuthState
from core.access import resident_of
from core.bodies import answer, read_json, read_query
from core.ids import ServiceId
from core.pages import page_of

_NEVER_STORED = {"Cache-Control": "no-store"}


async def show_account(request: Request[AuthState]) -> Response:
    return answer(AccountAnswer.of(await request.state["accounts"].get(resident_of(request).account)))


async def update_account(request: Request[AuthState]) -> Response:
    body = await read_json(request, Preferences)
    account = await request.state["accounts"].update_preferences(
        resident_of(request).account, locale=body.locale, elder=body.elder
    )
    return answer(AccountAnswer.of(account))


async def list_consents(request: Request[AuthState]) -> Response:
    query = read_query(request, ConsentQuery)
    found = await request.state["consents"].page(resident_of(request).account, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda consent: consent.id, ConsentAnswer.of))


async def give_consent(request: Request[AuthState]) -> Response:
    body = await read_json(request, GiveConsent)
    consent = await request.state["consents"].put(
        resident_of(request).account, _service(request), body.scopes, body.version
    )
    return answer(ConsentAnswer.of(consent))


async def withdraw_consent(request: Request[AuthState]) -> Response:
    await request.state["consents"].withdraw(resident_of(request).account, _service(request))
    return Response(status_code=204)


async def issue_token(request: Request[AuthState]) -> Response:
    issued = await request.state["mini_tokens"].issue(resident_of(request), _service(request))
    return answer(TokenAnswer.of(issued), 201, _NEVER_STORED)


def _service(request: Request[AuthState]) -> ServiceId:
    return ServiceId(request.path_params["service_id"])
