"""How a client proves who it is with a key: private_key_jwt (RFC 7523, section 3), each assertion once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from auth.jwk import PublicKey, public_key
from auth.jwt import Expected, TokenRefused, header_of, unverified_claims, verify
from auth.once import Once
from auth.provider.clients import PRIVATE_KEY_JWT, Clients
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client, ClientKey
from core.clock import Clock

_LONGEST_SECONDS = 120
_LEEWAY_SECONDS = 5
_TYPES = frozenset({None, "JWT", "client-authentication+jwt"})
"""RFC 7523 names no `typ`; its revision names the last."""
_ENDPOINTS = ("", "/oauth/token", "/oauth/par", "/oauth/introspect", "/oauth/revoke")


class _OneKey:
    def __init__(self, key: PublicKey) -> None:
        self._key = key

    async def find(self, kid: str | None) -> PublicKey | None:
        del kid
        return self._key


class ClientAssertions:
    """Checks the assertions of clients."""

    def __init__(self, clock: Clock, issuer: str, clients: Clients, once: Once) -> None:
        self._clock = clock
        self._audience = frozenset(f"{issuer}{path}" for path in _ENDPOINTS)
        self._clients = clients
        self._once = once
        self._nobodys = generate_private_key(SECP256R1()).public_key()
        """Checked where there is no key, so that an unknown client takes as long as a wrong signature."""

    async def client_of(self, assertion: str) -> Client:
        """The client that made this assertion just now; raises OAuthRefused (invalid_client)."""
        try:
            named = unverified_claims(assertion).get("sub")
            client = await self._clients.find(named) if isinstance(named, str) else None
            claims = await self._verified(assertion, client)
        except TokenRefused as error:
            raise OAuthRefused("invalid_client", f"client_assertion: {error}") from error
        assert client  # noqa: S101 - nobody signs with nobody's key
        await self._spend(client, claims)
        return client

    async def _verified(self, assertion: str, client: Client | None) -> dict[str, Any]:
        claims = await self._signed_by(assertion, client)
        if claims["exp"] > claims["iat"] + _LONGEST_SECONDS:
            raise TokenRefused(f"exp may be {_LONGEST_SECONDS} seconds after iat at most")
        return claims

    async def _signed_by(self, assertion: str, client: Client | None) -> dict[str, Any]:
        """The claims, with whichever of the client's keys fits: an assertion need not name it."""
        expected = Expected(
            typ=_TYPES,
            audience=self._audience,
            issuer=client.id if client else "",
            required=("sub", "jti"),
            kid_required=False,
            leeway=_LEEWAY_SECONDS,
            algorithms=("ES256", "RS256"),
        )
        *others, last = await self._keys_of(client, assertion)
        for key in others:
            try:
                return await verify(assertion, expected, _OneKey(key), self._clock.now())
            except TokenRefused:
                continue
        return await verify(assertion, expected, _OneKey(last), self._clock.now())

    async def _keys_of(self, client: Client | None, assertion: str) -> list[PublicKey]:
        """The client's keys, the newest last; those of the name that the assertion gives, where it gives one."""
        kid = header_of(assertion).get("kid")
        usable = client is not None and client.auth_method == PRIVATE_KEY_JWT
        listed = await ClientKey.filter(client_id=client.id if client and usable else "").order_by("id")
        return [public_key(each.jwk) for each in listed if kid is None or kid == each.kid] or [self._nobodys]

    async def _spend(self, client: Client, claims: dict[str, Any]) -> None:
        """Note the assertion as used, for as long as it could come again."""
        if not (claims["jti"].isascii() and claims["jti"].isprintable()):
            raise OAuthRefused("invalid_client", "client_assertion: jti must be printable")
        until = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=2 * _LEEWAY_SECONDS)
        if not await self._once.spend("assertion", client.id, claims["jti"], until=until):
            raise OAuthRefused("invalid_client", "client_assertion: jti was used before")
