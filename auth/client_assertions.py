"""How a department's system proves who it is: private_key_jwt (RFC 7523, section 3), each assertion once."""

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from auth.clients import Clients
from auth.errors import OAuthRefused
from auth.jwk import public_key
from auth.jwt import Expected, TokenRefused, unverified_claims, verify
from auth.models import Client
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows, transaction

_LONGEST_SECONDS = 120
_LEEWAY_SECONDS = 5
_TYPES = frozenset({None, "JWT", "client-authentication+jwt"})
"""RFC 7523 names no `typ`; its revision names the last."""


class _KeyOf:
    """The registered key of one client; its assertions need not name it."""

    def __init__(self, client: Client) -> None:
        self._jwk = client.public_jwk

    async def find(self, kid: str | None) -> EllipticCurvePublicKey | None:
        return public_key(self._jwk) if kid in {None, self._jwk["kid"]} else None


class ClientAssertions:
    """Checks the assertions of departments' systems."""

    def __init__(self, clock: Clock, issuer: str, clients: Clients) -> None:
        self._clock = clock
        self._audience = frozenset({issuer, f"{issuer}/oauth/token"})
        self._clients = clients

    async def client_of(self, assertion: str) -> Client:
        """The system that made this assertion just now; raises OAuthRefused (invalid_client)."""
        try:
            client = await self._named(assertion)
            claims = await self._verified(assertion, client)
        except TokenRefused as error:
            raise OAuthRefused("invalid_client", f"client_assertion: {error}") from error
        await self._spend(client, claims)
        return client

    async def _named(self, assertion: str) -> Client:
        named = unverified_claims(assertion).get("sub")
        client = await self._clients.find(named) if isinstance(named, str) else None
        if client is None:
            raise TokenRefused("sub names no registered client")
        return client

    async def _verified(self, assertion: str, client: Client) -> dict[str, Any]:
        expected = Expected(
            typ=_TYPES,
            audience=self._audience,
            issuer=client.id,
            required=("sub", "jti"),
            kid_required=False,
            leeway=_LEEWAY_SECONDS,
        )
        claims = await verify(assertion, expected, _KeyOf(client), self._clock.now())
        if claims["exp"] > claims["iat"] + _LONGEST_SECONDS:
            raise TokenRefused(f"exp may be {_LONGEST_SECONDS} seconds after iat at most")
        return claims

    async def _spend(self, client: Client, claims: dict[str, Any]) -> None:
        """Note the assertion as used, for as long as it could come again."""
        async with transaction():
            spent = await rows(
                "INSERT INTO auth_assertion_used (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING "
                "RETURNING id",
                digest(f"{client.id} {claims['jti']}"),
                datetime.fromtimestamp(claims["exp"] + 2 * _LEEWAY_SECONDS, UTC),
            )
        if not spent:
            raise OAuthRefused("invalid_client", "client_assertion: jti was used before")
