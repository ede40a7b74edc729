"""A resident and the clients: what one asks for, what was decided, what holds, and taking it back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import read_cookie
from auth.api.schemas import DeviceQuery
from auth.masking import masked_phone
from auth.provider.api.authorize import CONNECT
from auth.provider.api.forms import NEVER_STORED
from auth.provider.api.schemas import (
    AskedScope,
    AuthorizationAnswer,
    ClientCard,
    ConnectionAnswer,
    Decided,
    Decision,
    scope_name,
)
from auth.provider.api.state import ProviderState
from auth.provider.models import Authorization, Client, Grant
from core.access import resident_of
from core.bodies import answer, read_json, read_query
from core.ids import DepartmentId
from core.pages import Page


async def show_authorization(request: Request[ProviderState]) -> Response:
    """What the shell's page asks the resident."""
    authorization = await _authorization(request)
    client, asked = await request.state["provider"].authorizations.read(authorization)
    account = await request.state["accounts"].get(resident_of(request).account)
    shown = AuthorizationAnswer(
        client=await _card(request, client),
        scopes=[AskedScope.of(ask) for ask in client.asks if ask["name"] in asked.scopes],
        account_hint=masked_phone(account.phone),
    )
    return answer(shown, headers=NEVER_STORED)


async def decide_authorization(request: Request[ProviderState]) -> Response:
    body = await read_json(request, Decision)
    authorization = await _authorization(request)
    await request.state["provider"].authorizations.decide(
        authorization, resident_of(request), allow=body.allow, scopes=body.scopes
    )
    issuer = request.state["provider"].issuer
    return answer(Decided(redirect=f"{issuer}/oauth/authorize/{authorization.id}"), headers=NEVER_STORED)


async def list_connections(request: Request[ProviderState]) -> Response:
    query = read_query(request, DeviceQuery)
    found = await request.state["provider"].connections.page(resident_of(request).account, query.cursor, query.limit)
    shown = [await _connection(request, grant, client) for grant, client in found[: query.limit]]
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    return answer(Page[ConnectionAnswer](items=shown, next=following))


async def withdraw_connection(request: Request[ProviderState]) -> Response:
    connections = request.state["provider"].connections
    await connections.withdraw(resident_of(request).account, request.path_params["client_id"])
    return Response(status_code=204)


async def _authorization(request: Request[ProviderState]) -> Authorization:
    return await request.state["provider"].authorizations.find(
        request.path_params["authorization_id"], read_cookie(request, CONNECT)
    )


async def _connection(request: Request[ProviderState], grant: Grant, client: Client) -> ConnectionAnswer:
    scopes = [scope_name(name) for name in grant.scopes]
    return ConnectionAnswer(client=await _card(request, client), scopes=scopes, since=grant.since)


async def _card(request: Request[Any], client: Client) -> ClientCard:
    department = await request.state["provider"].departments.name(DepartmentId(client.department_id))
    return ClientCard(
        id=client.id,
        name=client.name,
        department=department,
        uri=client.uri,
        environment="sandbox" if client.environment == "sandbox" else "production",
    )
