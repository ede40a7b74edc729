"""Mandates: offered, accepted, ended, and what is done on them."""

from starlette.requests import Request
from starlette.responses import Response

from auth.mandates.api.schemas import (
    ActAnswer,
    ActQuery,
    ClaimGuardian,
    Covering,
    Identities,
    IdentityAnswer,
    MandateAnswer,
    MandateQuery,
    NewMandate,
    OfferFamily,
)
from auth.mandates.api.state import MandatesState
from auth.mandates.book import Terms
from auth.masking import masked_name, masked_phone
from core.access import resident_of
from core.bodies import answer, read_json, read_query
from core.ids import MandateId
from core.pages import page_of


async def list_mandates(request: Request[MandatesState]) -> Response:
    query = read_query(request, MandateQuery)
    mandates = request.state["mandates"].mandates
    found = await mandates.page(resident_of(request).account, query.role, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda view: view.mandate.id, MandateAnswer.of))


async def create_mandate(request: Request[MandatesState]) -> Response:
    body, resident = (await read_json(request, NewMandate)).root, resident_of(request)
    offers, terms = request.state["mandates"].offers, _terms(request, body)
    if isinstance(body, OfferFamily):
        view = await offers.family(resident, body.direction, body.phone, terms)
    elif isinstance(body, ClaimGuardian):
        view = await offers.guard(resident, body.name, body.id_number, terms)
    elif body.phone is None:
        view = await offers.represent(resident, body.credit_code, terms)
    else:
        view = await offers.appoint(resident, body.credit_code, body.phone, body.roles, terms)
    return answer(MandateAnswer.of(view), 201)


async def accept_mandate(request: Request[MandatesState]) -> Response:
    view = await request.state["mandates"].offers.accept(resident_of(request), _mandate(request))
    return answer(MandateAnswer.of(view))


async def end_mandate(request: Request[MandatesState]) -> Response:
    await request.state["mandates"].mandates.end(resident_of(request).account, _mandate(request))
    return Response(status_code=204)


async def list_mandate_acts(request: Request[MandatesState]) -> Response:
    query = read_query(request, ActQuery)
    mandates = request.state["mandates"].mandates
    found = await mandates.acts(resident_of(request).account, _mandate(request), query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda act: act.id, ActAnswer.of))


async def list_identities(request: Request[MandatesState]) -> Response:
    account = await request.state["accounts"].get(resident_of(request).account)
    own = IdentityAnswer(
        mandate=None,
        kind="self",
        name=masked_name(account.name) or masked_phone(account.phone),
        roles=[],
        services=None,
        expires_at=None,
    )
    acting = await request.state["mandates"].mandates.acting(resident_of(request).account)
    return answer(Identities(items=[own, *map(IdentityAnswer.of, acting)]))


def _terms(request: Request[MandatesState], body: Covering) -> Terms:
    settings = request.state["mandates"].settings
    services = None if body.services is None else tuple(dict.fromkeys(body.services))
    return Terms(services, min(body.expires_in_days or settings.days, settings.longest_days))


def _mandate(request: Request[MandatesState]) -> MandateId:
    return MandateId(request.path_params["mandate_id"])
