"""The authorization endpoint: what a resident's browser is sent to, and comes back to between the shell's pages."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import SESSION, read_cookie, set_cookie
from auth.provider.api.forms import FORM, NEVER_STORED, authorization_of, parameters, read_form, refusal
from auth.provider.api.pages import dead_end, redirect, reply
from auth.provider.api.schemas import PushedAnswer
from auth.provider.api.state import ProviderState
from auth.provider.authorizations import Reply, Step
from auth.provider.dpop import NONCE_HEADER
from auth.provider.errors import AuthorizationUnusable, OAuthRefused
from core.access import Resident
from core.bodies import answer
from core.ids import new_secret
from core.problems import Problem

CONNECT = "__Host-onecity_connect"
"""Binds authorizations to the browser that began them."""


async def begin_authorization(request: Request[ProviderState]) -> Response:
    """By address (RFC 6749, section 3.1)."""
    return await _or_dead_end(request, _begin(request, request.scope["query_string"]))


async def begin_posted_authorization(request: Request[ProviderState]) -> Response:
    """By form (OpenID Connect Core, section 3.1.2.1)."""
    return await _or_dead_end(request, _begin_posted(request))


async def resume_authorization(request: Request[ProviderState]) -> Response:
    """Back from a page of the shell."""
    return await _or_dead_end(request, _resume(request))


async def push_request(request: Request[ProviderState]) -> Response:
    """RFC 9126, section 2."""
    provider = request.state["provider"]
    proofs = request.headers.getlist("dpop")
    nonce = {NONCE_HEADER: provider.dpop.nonce()} if proofs else {}
    try:
        form = await read_form(request)
        client = await provider.client_authentication.of(form, authorization_of(request))
        proof = await provider.dpop.check(proofs, "POST", "/oauth/par")
        request_uri = await provider.pushed.push(client, form, proof)
    except OAuthRefused as refused:
        return refusal(refused, nonce)
    pushed = PushedAnswer(request_uri=request_uri, expires_in=provider.pushed.life)
    return answer(pushed, 201, {**NEVER_STORED, **nonce})


async def _begin(request: Request[ProviderState], text: bytes) -> Response:
    try:
        asked = parameters(text)
    except OAuthRefused as refused:
        raise AuthorizationUnusable(f"The request cannot be read: {refused.description}.") from refused
    browser = read_cookie(request, CONNECT) or new_secret()
    begun = await request.state["provider"].authorizations.begin(asked, browser)
    if isinstance(begun, Reply):
        return reply(begun)
    # a form from another site brings no cookie of ours along (SameSite=Lax): the way back by GET does
    response = redirect(f"/oauth/authorize/{begun.id}")
    set_cookie(response, CONNECT, browser, request.state["provider"].settings.interaction_seconds * 2)
    return response


async def _begin_posted(request: Request[ProviderState]) -> Response:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise AuthorizationUnusable(f"Send the body as {FORM}.")
    return await _begin(request, await request.body())


async def _resume(request: Request[ProviderState]) -> Response:
    authorizations = request.state["provider"].authorizations
    authorization = await authorizations.find(request.path_params["authorization_id"], read_cookie(request, CONNECT))
    return _response(await authorizations.next_step(authorization, await _resident(request)))


def _response(step: Step) -> Response:
    return reply(step) if isinstance(step, Reply) else redirect(step.path)


async def _resident(request: Request[ProviderState]) -> Resident | None:
    secret = read_cookie(request, SESSION)
    return await request.state["sessions"].resident(secret) if secret else None


async def _or_dead_end(request: Request[Any], work: Any) -> Response:
    """A page for whoever looks at it, and the Problem for programs."""
    try:
        response: Response = await work
    except Problem as problem:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return dead_end(problem)
    return response
