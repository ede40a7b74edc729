"""Where providers tell us that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""

from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from auth.external.api.schemas import LogoutError, LogoutForm
from auth.external.api.state import ExternalState
from auth.external.errors import ExternalRefused
from core.bodies import answer, read_bytes
from core.telemetry import log

FORM = "application/x-www-form-urlencoded"
_FORM_LIMIT = 16 * 1024
_FIELDS_LIMIT = 20
_NEVER_STORED = {"Cache-Control": "no-store"}


async def receive_provider_logout(request: Request[ExternalState]) -> Response:
    """200 when what the token names has ended, 400 in the shape of section 2.8 for a token that does not do."""
    services = request.state["external"]
    provider = services.providers.get(request.path_params["provider_id"])
    try:
        await services.logout.receive(provider, (await _form(request)).logout_token)
    except ExternalRefused as refused:
        log(__name__).info("logout token refused", provider=provider.id, reason=str(refused))
        error = LogoutError(error="invalid_request", error_description=str(refused))
        return answer(error, 400, _NEVER_STORED)
    return Response(status_code=200, headers=_NEVER_STORED)


async def _form(request: Request[Any]) -> LogoutForm:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ExternalRefused(f"send the body as {FORM}")
    text = await read_bytes(request, _FORM_LIMIT)
    try:
        pairs = parse_qsl(text.decode(), strict_parsing=True, errors="strict", max_num_fields=_FIELDS_LIMIT)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise ExternalRefused("a parameter stands twice")
        return LogoutForm.model_validate(fields)
    except (ValueError, ValidationError) as error:
        raise ExternalRefused("the body is no form with a logout_token") from error
