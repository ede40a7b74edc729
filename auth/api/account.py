"""The resident's account, and what they let mini-services have."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import (
    AccountAnswer,
    ActOn,
    AskForToken,
    ConsentAnswer,
    ConsentQuery,
    GiveConsent,
    IdentityTokenAnswer,
    Preferences,
    TokenAnswer,
)
from auth.api.state import AuthState
from auth.identity_tokens import LIFE_SECONDS
from core.access import resident_of
from core.bodies import answer, read_json, read_json_or_none, read_query
from core.ids import MandateId, ServiceId
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
    body, mandate = await read_json(request, GiveConsent), _mandate(request)
    resident, service, state = resident_of(request), _service(request), request.state
    if mandate is None:
        consent = await state["consents"].put(resident.account, service, body.scopes, body.version)
    else:
        consent = await state["mandates"].consents.put(resident, mandate, service, body.scopes, body.version)
    return answer(ConsentAnswer.of(consent))


async def withdraw_consent(request: Request[AuthState]) -> Response:
    mandate = _mandate(request)
    if mandate is None:
        await request.state["consents"].withdraw(resident_of(request).account, _service(request))
    else:
        await request.state["mandates"].consents.withdraw(resident_of(request), mandate, _service(request))
    return Response(status_code=204)


async def issue_token(request: Request[AuthState]) -> Response:
    asked = await read_json_or_none(request, AskForToken) or AskForToken()
    mandate = MandateId(asked.mandate) if asked.mandate else None
    issued = await request.state["mini_tokens"].issue(resident_of(request), _service(request), mandate)
    return answer(TokenAnswer.of(issued), 201, _NEVER_STORED)


async def issue_identity_token(request: Request[AuthState]) -> Response:
    asked = await read_json_or_none(request, AskForToken) or AskForToken()
    mandate = MandateId(asked.mandate) if asked.mandate else None
    token = await request.state["identity_tokens"].issue(resident_of(request), _service(request), mandate)
    return answer(IdentityTokenAnswer(token=token, expires_in=LIFE_SECONDS), 201, _NEVER_STORED)


def _mandate(request: Request[AuthState]) -> MandateId | None:
    """On which the resident decides for another."""
    mandate = read_query(request, ActOn).mandate
    return MandateId(mandate) if mandate else None


def _service(request: Request[AuthState]) -> ServiceId:
    return ServiceId(request.path_params["service_id"])
