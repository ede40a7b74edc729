"""Who a client is, at the token endpoint and its kin (RFC 6749, section 2.3).

A client authenticates by the one method that it was registered with. An unknown client, a disabled one and a wrong
secret are refused with one text, and after the same work.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus

from auth.provider.client_assertions import ClientAssertions
from auth.provider.clients import PUBLIC, SECRET, Clients
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METHODS = ("private_key_jwt", "client_secret_basic", "none")
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="OneCity", charset="UTF-8"'}
_NOBODY = digest("")


class ClientAuthentication:
    """Establishes which client sent a form."""

    def __init__(self, clock: Clock, clients: Clients, assertions: ClientAssertions) -> None:
        self._clock = clock
        self._clients = clients
        self._assertions = assertions

    async def of(self, form: Mapping[str, str], authorization: str | None) -> Client:
        """The client of a form and its Authorization header (None: there was none).

        Raises OAuthRefused: invalid_client, or invalid_request where it authenticates in two ways at once.
        """
        if "client_secret" in form:
            raise OAuthRefused("invalid_client", "client_secret belongs into Authorization: Basic", _CHALLENGE)
        asserted = "client_assertion" in form or "client_assertion_type" in form
        if asserted and authorization is not None:
            raise OAuthRefused("invalid_request", "authenticate in one way")
        if asserted:
            client = await self._by_assertion(form)
        elif authorization is not None:
            client = await self._by_secret(authorization)
        else:
            client = await self._public(form)
        if form.get("client_id", client.id) != client.id:
            raise OAuthRefused("invalid_client", "client_id names another client", _CHALLENGE)
        return client

    async def _by_assertion(self, form: Mapping[str, str]) -> Client:
        if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
            raise OAuthRefused("invalid_request", f"send client_assertion with client_assertion_type {ASSERTION_TYPE}")
        return await self._assertions.client_of(form["client_assertion"])

    async def _by_secret(self, authorization: str) -> Client:
        client_id, secret = _basic(authorization)
        client = await self._clients.find(client_id)
        given = digest(secret)
        known = await rows(
            "SELECT digest FROM provider_client_secret WHERE client_id = ? AND (expires_at IS NULL OR expires_at > ?)",
            client.id if client else "",
            self._clock.now(),
        )
        fits = [hmac.compare_digest(each["digest"], given) for each in known or ({"digest": _NOBODY},)]
        if client is None or client.auth_method != SECRET or not any(fits):
            raise _unknown()
        return client

    async def _public(self, form: Mapping[str, str]) -> Client:
        client = await self._clients.find(form.get("client_id", ""))
        if client is None or client.auth_method != PUBLIC:
            raise _unknown()
        return client


def _unknown() -> OAuthRefused:
    return OAuthRefused("invalid_client", "the client is unknown, or did not authenticate", _CHALLENGE)


def _basic(authorization: str) -> tuple[str, str]:
    """Id and secret, which are form-encoded inside (RFC 6749, section 2.3.1)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise _unknown()
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _unknown() from error
    if not colon:
        raise _unknown()
    return unquote_plus(client_id), unquote_plus(secret)
