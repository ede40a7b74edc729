"""Where providers tell us that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.external.api.schemas import LogoutError
from auth.external.api.state import ExternalState
from auth.external.errors import ExternalRefused
from auth.provider.api.forms import NEVER_STORED, read_form
from auth.provider.errors import OAuthRefused
from core.bodies import answer
from core.telemetry import log


async def receive_provider_logout(request: Request[ExternalState]) -> Response:
    """200 when what the token names has ended, 400 in the shape of section 2.8 for a token that does not do."""
    services = request.state["external"]
    provider = services.providers.get(request.path_params["provider_id"])
    try:
        await services.logout.receive(provider, await _token(request))
    except ExternalRefused as refused:
        log(__name__).info("logout token refused", provider=provider.id, reason=str(refused))
        error = LogoutError(error="invalid_request", error_description=str(refused))
        return answer(error, 400, NEVER_STORED)
    return Response(status_code=200, headers=NEVER_STORED)


async def _token(request: Request[Any]) -> str:
    try:
        form = await read_form(request)
    except OAuthRefused as refused:
        raise ExternalRefused(refused.description) from refused
    if "logout_token" not in form:
        raise ExternalRefused("logout_token is missing")
    return form["logout_token"]
