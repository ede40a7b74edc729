"""Department tokens: client credentials (RFC 6749, section 4.4) for departments' systems, ten minutes long."""

from dataclasses import dataclass

from auth.client_assertions import ClientAssertions
from auth.clients import Clients
from auth.errors import OAuthRefused, TokenInvalid
from auth.models import Client
from auth.settings import AuthSettings
from auth.tokens import ACCESS_TOKEN, Tokens
from core.access import DepartmentClient
from core.ids import DepartmentId


@dataclass(frozen=True, slots=True)
class DepartmentToken:
    """A token just signed; `expires_in` in seconds."""

    access_token: str
    expires_in: int
    scope: str


class DepartmentTokens:
    """Gives departments' systems their tokens and reads them again."""

    def __init__(self, settings: AuthSettings, tokens: Tokens, clients: Clients, assertions: ClientAssertions) -> None:
        self._life = settings.department_token_seconds
        self._tokens = tokens
        self._audience = f"{tokens.issuer}/dept"
        self._clients = clients
        self._assertions = assertions

    async def issue(self, assertion: str, scope: str | None) -> DepartmentToken:
        """A token for the system that made `assertion`, with the scopes asked for, or all it has.

        Raises OAuthRefused (invalid_client, invalid_scope).
        """
        client = await self._assertions.client_of(assertion)
        scopes = _granted(client, scope)
        return DepartmentToken(await self._signed(client, scopes), self._life, scopes)

    async def verify(self, token: str) -> DepartmentClient:
        """The system that holds this token; one disabled meanwhile is refused at once.

        Raises TokenInvalid, TokenExpired.
        """
        required = ("sub", "client_id", "department")
        claims = await self._tokens.read(token, ACCESS_TOKEN, self._audience, required)
        client = await self._clients.find(claims["client_id"])
        if client is None or client.department_id != claims["department"]:
            raise TokenInvalid("This client is not registered any more.")
        scopes = frozenset(claims["scope"].split()) & frozenset(client.scopes)
        return DepartmentClient(client.id, DepartmentId(client.department_id), scopes)

    async def _signed(self, client: Client, scope: str) -> str:
        claims = {
            "aud": self._audience,
            "sub": client.id,
            "client_id": client.id,
            "department": client.department_id,
            "scope": scope,
        }
        return await self._tokens.sign(claims, ACCESS_TOKEN, self._life)


def _granted(client: Client, asked: str | None) -> str:
    scopes = set((asked or "").split()) or set(client.scopes)
    if scopes - set(client.scopes):
        raise OAuthRefused("invalid_scope", "ask only for scopes that this client was given")
    return " ".join(sorted(scopes))
