"""What clients call directly: the token endpoint, and the key set."""

import hashlib
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.keys import PUBLISHED_FOR
from auth.provider.api.forms import NEVER_STORED, authorization_of, read_form, refusal
from auth.provider.api.schemas import KeySet, TokenAnswer
from auth.provider.api.state import ProviderState
from auth.provider.dpop import NONCE_HEADER
from auth.provider.errors import OAuthRefused
from auth.provider.token_grants import Issued


async def issue_tokens(request: Request[ProviderState]) -> Response:
    """RFC 6749, section 3.2; its refusals have the RFC's own shape, which OAuth clients read."""
    dpop = request.state["provider"].dpop
    proofs = request.headers.getlist("dpop")
    nonce = {NONCE_HEADER: dpop.nonce()} if proofs else {}
    try:
        issued = await _issued(request, proofs)
    except OAuthRefused as refused:
        return refusal(refused, nonce)
    content = TokenAnswer.of(issued).model_dump_json(exclude_none=True)
    return Response(content, headers={**NEVER_STORED, **nonce}, media_type="application/json")


async def _issued(request: Request[ProviderState], proofs: list[str]) -> Issued:
    provider = request.state["provider"]
    form = await read_form(request)
    grant = provider.token_grants.find(form)
    with provider.under_way.noted(form):
        client = await provider.client_authentication.of(form, authorization_of(request))
        proof = await provider.dpop.check(proofs, "POST", "/oauth/token")
        return await grant.answer(client, form, proof)


async def show_userinfo(request: Request[ProviderState]) -> Response:
    """OpenID Connect Core, section 5.3: by GET."""
    return await _userinfo(request, "GET")


async def show_posted_userinfo(request: Request[ProviderState]) -> Response:
    """The same by POST; the token stands in the header here too, and nowhere else."""
    return await _userinfo(request, "POST")


async def show_metadata(request: Request[ProviderState]) -> Response:
    """OpenID Connect Discovery 1.0, section 4."""
    return _metadata(request)


async def show_server_metadata(request: Request[ProviderState]) -> Response:
    """RFC 8414, section 3: the same document under its other name."""
    return _metadata(request)


async def show_keys(request: Request[ProviderState]) -> Response:
    """RFC 7517, section 5; conditional (RFC 9110, section 13.1.2)."""
    content = KeySet.model_validate({"keys": await request.state["keys"].public()}).model_dump_json(exclude_none=True)
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={int(PUBLISHED_FOR.total_seconds())}"}
    if etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


async def _userinfo(request: Request[ProviderState], method: Literal["GET", "POST"]) -> Response:
    provider = request.state["provider"]
    authorization = request.headers.getlist("authorization")
    proofs = request.headers.getlist("dpop")
    shown = await provider.userinfo.show(authorization[0] if len(authorization) == 1 else None, proofs, method)
    nonce = {NONCE_HEADER: provider.dpop.nonce()} if proofs else {}
    return JSONResponse(shown, headers={**NEVER_STORED, **nonce})


def _metadata(request: Request[ProviderState]) -> Response:
    headers = {"Cache-Control": f"public, max-age={int(PUBLISHED_FOR.total_seconds())}"}
    return JSONResponse(request.state["provider"].metadata, headers=headers)


def _tags(listed: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in listed.split(",")}
