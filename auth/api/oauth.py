"""The token endpoint of departments' systems, and the key set."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import DepartmentTokenAnswer, KeySet, OAuthError, TokenRequest
from auth.api.state import AuthState
from auth.errors import OAuthRefused
from auth.keys import PUBLISHED_FOR
from core.bodies import answer, read_bytes

FORM = "application/x-www-form-urlencoded"
_FORM_LIMIT = 16 * 1024
_FIELDS_LIMIT = 20
_NEVER_STORED = {"Cache-Control": "no-store"}


async def issue_department_token(request: Request[AuthState]) -> Response:
    """RFC 6749, section 4.4; its refusals have the RFC's own shape (5.2), which OAuth clients read."""
    try:
        body = _token_request(await _form(request))
        issued = await request.state["department_tokens"].issue(body.client_assertion, body.scope)
    except OAuthRefused as refused:
        error = OAuthError(error=refused.code, error_description=refused.description)
        return answer(error, refused.status, _NEVER_STORED)
    token = DepartmentTokenAnswer(
        access_token=issued.access_token,
        token_type="Bearer",  # noqa: S106 - the kind of token, no secret
        expires_in=issued.expires_in,
        scope=issued.scope,
    )
    return answer(token, headers=_NEVER_STORED)


async def show_keys(request: Request[AuthState]) -> Response:
    """RFC 7517, section 5; conditional (RFC 9110, section 13.1.2)."""
    content = KeySet.model_validate({"keys": await request.state["keys"].public()})
    etag = f'"{hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={int(PUBLISHED_FOR.total_seconds())}"}
    if etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return answer(content, headers=headers)


def _tags(listed: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in listed.split(",")}


async def _form(request: Request[Any]) -> dict[str, str]:
    """The form's fields, each once (RFC 6749, section 3.2)."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise OAuthRefused("invalid_request", f"send the body as {FORM}")
    text = await read_bytes(request, _FORM_LIMIT)
    try:
        pairs = parse_qsl(
            text.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_FIELDS_LIMIT
        )
    except ValueError as error:
        raise OAuthRefused("invalid_request", "the body is no form") from error
    if len(dict(pairs)) != len(pairs):
        raise OAuthRefused("invalid_request", "a parameter stands twice")
    return dict(pairs)


def _token_request(form: dict[str, str]) -> TokenRequest:
    """The parameters that count; others are ignored (RFC 6749, section 3.2)."""
    if form.get("grant_type", "client_credentials") != "client_credentials":
        raise OAuthRefused("unsupported_grant_type", "use client_credentials")
    try:
        return TokenRequest.model_validate({name: form[name] for name in TokenRequest.model_fields if name in form})
    except ValidationError as error:
        names = sorted({str(each["loc"][0]) for each in error.errors()})
        raise OAuthRefused("invalid_request", f"missing or malformed: {', '.join(names)}") from error
