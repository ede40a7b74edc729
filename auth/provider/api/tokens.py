"""Tokens looked at and taken back by the clients that hold them (RFC 7662, RFC 7009)."""

import json

from starlette.requests import Request
from starlette.responses import Response

from auth.provider.api.forms import NEVER_STORED, authorization_of, read_form, refusal
from auth.provider.api.state import ProviderState
from auth.provider.clients import PUBLIC
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client
from auth.provider.token_grants import required


async def introspect_token(request: Request[ProviderState]) -> Response:
    """RFC 7662: always 200 for a client that authenticated, whatever the token is worth."""
    try:
        client, token = await _asked(request)
        _check_confidential(client)
    except OAuthRefused as refused:
        return refusal(refused)
    told = await request.state["provider"].introspection.of(client, token)
    return Response(json.dumps(dict(told)), headers=NEVER_STORED, media_type="application/json")


async def revoke_token(request: Request[ProviderState]) -> Response:
    """RFC 7009: 200 for a token of one's own, for another's and for none at all."""
    try:
        client, token = await _asked(request)
        await request.state["provider"].revocation.revoke(client, token)
    except OAuthRefused as refused:
        return refusal(refused)
    return Response(status_code=200, headers=NEVER_STORED)


async def _asked(request: Request[ProviderState]) -> tuple[Client, str]:
    """Who asks, and about which token; `token_type_hint` is not needed (RFC 7009, section 2.1). Raises OAuthRefused."""
    form = await read_form(request)
    client = await request.state["provider"].client_authentication.of(form, authorization_of(request))
    (token,) = required(form, "token")
    return client, token


def _check_confidential(client: Client) -> None:
    if client.auth_method == PUBLIC:
        raise OAuthRefused("unauthorized_client", "a public client cannot prove whose tokens it asks about")
