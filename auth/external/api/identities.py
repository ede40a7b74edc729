"""The providers, and a resident's identities at them."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import clear_cookie, read_cookie
from auth.external.api.navigation import WAITING
from auth.external.api.schemas import IdentitiesAnswer, IdentityAnswer, ProviderAnswer, ProvidersAnswer
from auth.external.api.state import ExternalState
from auth.step_up import check_fresh
from core.access import resident_of
from core.bodies import answer


async def list_external_providers(request: Request[ExternalState]) -> Response:
    providers = request.state["external"].providers.all()
    return answer(ProvidersAnswer([ProviderAnswer.of(each) for each in providers if each.settings.realm == "resident"]))


async def list_external_identities(request: Request[ExternalState]) -> Response:
    services, waiting = request.state["external"], read_cookie(request, WAITING)
    bound = await services.identities.of(resident_of(request).account)
    return answer(IdentitiesAnswer.of(bound, await services.pending.show(waiting) if waiting else None))


async def bind_external_identity(request: Request[ExternalState]) -> Response:
    """Bind the identity that waits in this browser."""
    resident, services = resident_of(request), request.state["external"]
    check_fresh(resident, services.clock.now())
    bound = await services.identities.bind(resident, read_cookie(request, WAITING) or "")
    response = answer(IdentityAnswer.of(bound), 201)
    clear_cookie(response, WAITING)
    return response


async def remove_external_identity(request: Request[ExternalState]) -> Response:
    resident, services = resident_of(request), request.state["external"]
    check_fresh(resident, services.clock.now())
    await services.identities.remove(resident, request.path_params["identity_id"])
    return Response(status_code=204)
