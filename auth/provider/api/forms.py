"""Forms in, and answers in the shape of the OAuth RFCs."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from auth.provider.api.schemas import OAuthError
from auth.provider.errors import OAuthRefused
from core.bodies import answer, read_bytes

FORM = "application/x-www-form-urlencoded"
NEVER_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache", "Referrer-Policy": "no-referrer"}
_FORM_LIMIT = 16 * 1024
_FIELDS_LIMIT = 30


async def read_form(request: Request[Any]) -> dict[str, str]:
    """The form's fields, each once (RFC 6749, section 3.2); raises OAuthRefused, ContentTooLarge."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise OAuthRefused("invalid_request", f"send the body as {FORM}")
    return parameters(await read_bytes(request, _FORM_LIMIT))


def parameters(text: bytes) -> dict[str, str]:
    """The parameters of a form or a query; those without a value count as left out (RFC 6749, section 3.1)."""
    try:
        pairs = parse_qsl(
            text.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_FIELDS_LIMIT
        )
    except ValueError as error:
        raise OAuthRefused("invalid_request", "the parameters cannot be read") from error
    if "\0" in "".join(name + value for name, value in pairs):
        raise OAuthRefused("invalid_request", "a parameter holds NUL")
    if len(dict(pairs)) != len(pairs):
        raise OAuthRefused("invalid_request", "a parameter stands twice")
    return {name: value for name, value in pairs if value}


def authorization_of(request: Request[Any]) -> str | None:
    """The one Authorization header; raises OAuthRefused where there are several."""
    found: Sequence[str] = request.headers.getlist("authorization")
    if len(found) > 1:
        raise OAuthRefused("invalid_request", "send one Authorization header")
    return found[0] if found else None


def refusal(refused: OAuthRefused, headers: Mapping[str, str] | None = None) -> Response:
    """RFC 6749, section 5.2."""
    error = OAuthError(error=refused.code, error_description=refused.description)
    return answer(error, refused.status, {**NEVER_STORED, **(headers or {}), **refused.headers})
