"""Departments administer their clients, and clients register themselves where that is switched on."""

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from auth.api.authenticator import bearer_of
from auth.jwk import KeyUnusable
from auth.provider.api.client_schemas import (
    ClientQuery,
    KeyAnswer,
    Metadata,
    NewClient,
    NewKey,
    RegisteredClient,
    RegistrationAnswer,
    SecretAnswer,
)
from auth.provider.api.forms import NEVER_STORED, refusal
from auth.provider.api.state import ProviderState
from auth.provider.clients import SECRET
from auth.provider.errors import ClientRefused, OAuthRefused
from auth.provider.models import Client, InitialToken
from auth.provider.registration import Environment, Registration
from core.access import department_of
from core.bodies import answer, read_json, read_query
from core.database import transaction
from core.ids import DepartmentId
from core.pages import Page
from core.problems import FieldError, Problem


async def add_client(request: Request[ProviderState]) -> Response:
    body = await read_json(request, NewClient)
    caller, clients = department_of(request), request.state["provider"].clients
    if not set(body.scopes) <= caller.scopes:
        raise ClientRefused("A client cannot be given scopes that you do not have yourself.")
    registration = Registration.model_validate(body.model_dump(exclude={"id", "keys"}))
    try:
        async with transaction():
            client = await clients.add(body.id, caller.department, registration, body.keys)
            secret = await clients.add_secret(client.id) if client.auth_method == SECRET else None
    except KeyUnusable as error:
        raise _unusable("/keys", error) from error
    return answer(await _registered(request, client, secret), 201, NEVER_STORED)


async def list_clients(request: Request[ProviderState]) -> Response:
    query = read_query(request, ClientQuery)
    clients = request.state["provider"].clients
    found = await clients.page(department_of(request).department, query.cursor, query.limit)
    shown = [await _registered(request, client) for client in found[: query.limit]]
    return answer(Page[RegisteredClient](items=shown, next=shown[-1].id if len(found) > query.limit else None))


async def show_client(request: Request[ProviderState]) -> Response:
    return answer(await _registered(request, await _own(request)))


async def disable_client(request: Request[ProviderState]) -> Response:
    await request.state["provider"].clients.disable((await _own(request)).id)
    return Response(status_code=204)


async def add_client_secret(request: Request[ProviderState]) -> Response:
    client = await _own(request)
    _check_reach(request, client)
    if client.auth_method != SECRET:
        raise ClientRefused("This client does not authenticate with a secret.")
    secret = await request.state["provider"].clients.add_secret(client.id)
    return answer(SecretAnswer(client_secret=secret), 201, NEVER_STORED)


async def add_client_key(request: Request[ProviderState]) -> Response:
    body, client = await read_json(request, NewKey), await _own(request)
    _check_reach(request, client)
    try:
        key = await request.state["provider"].clients.add_key(client.id, body.key)
    except KeyUnusable as error:
        raise _unusable("/key", error) from error
    return answer(KeyAnswer.of(key), 201)


async def remove_client_key(request: Request[ProviderState]) -> Response:
    client = await _own(request)
    await request.state["provider"].clients.remove_key(client.id, request.path_params["key_id"])
    return Response(status_code=204)


async def register_client(request: Request[ProviderState]) -> Response:
    """RFC 7591, section 3: for whoever has an initial access token."""
    try:
        async with transaction():
            allowed = await request.state["provider"].initial_tokens.spend(
                bearer_of(request.headers.get("authorization")) or ""
            )
            registered = await _register(request, allowed)
    except OAuthRefused as refused:
        return refusal(refused)
    return Response(registered.model_dump_json(exclude_none=True), 201, NEVER_STORED, "application/json")


async def _register(request: Request[ProviderState], allowed: InitialToken) -> RegistrationAnswer:
    clients = request.state["provider"].clients
    try:
        metadata = await read_json(request, Metadata)
        environment: Environment = "sandbox" if allowed.environment == "sandbox" else "production"
        registration = Registration.model_validate(metadata.registration(environment))
        keys = metadata.jwks.get("keys", [])
        client = await clients.add(clients.new_name(), DepartmentId(allowed.department_id), registration, keys)
    except (ValidationError, KeyUnusable, Problem) as error:
        raise OAuthRefused("invalid_client_metadata", _said(error)) from error
    secret = await clients.add_secret(client.id) if client.auth_method == SECRET else None
    return RegistrationAnswer(
        client_id=client.id,
        client_id_issued_at=int(client.created_at.timestamp()),
        client_secret=secret,
        client_secret_expires_at=0 if secret else None,
        client_name=metadata.client_name,
        redirect_uris=client.redirect_uris,
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        application_type=client.kind,
        token_endpoint_auth_method=client.auth_method,
        scope=" ".join(ask["name"] for ask in client.asks),
        id_token_signed_response_alg=client.id_token_alg,
        require_pushed_authorization_requests=client.par_required,
        dpop_bound_access_tokens=client.dpop_required,
    )


def _said(error: Exception) -> str:
    """What is wrong, in the letters that RFC 6749 lets a description have."""
    text = "; ".join(each["msg"] for each in error.errors()) if isinstance(error, ValidationError) else str(error)
    return "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else " " for letter in text
    )


def _unusable(pointer: str, error: KeyUnusable) -> ClientRefused:
    errors: list[FieldError] = [{"pointer": pointer, "detail": str(error)}]
    return ClientRefused("Correct the keys.", errors=errors)


async def _own(request: Request[ProviderState]) -> Client:
    department = department_of(request).department
    return await request.state["provider"].clients.owned(request.path_params["client_id"], department)


def _check_reach(request: Request[ProviderState], client: Client) -> None:
    """Whoever gives a client another secret or key can be that client: raises ClientRefused where it may do more."""
    if not set(client.scopes) <= department_of(request).scopes:
        raise ClientRefused("Only a system that has all scopes of this client can give it secrets and keys.")


async def _registered(request: Request[Any], client: Client, secret: str | None = None) -> RegisteredClient:
    return RegisteredClient.of(client, await request.state["provider"].clients.keys(client.id), secret)
