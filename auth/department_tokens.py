"""Department tokens: client credentials (RFC 6749, section 4.4) for departments' systems, ten minutes long."""

from dataclasses import dataclass

from auth.errors import TokenInvalid
from auth.provider.clients import Clients
from auth.provider.errors import OAuthRefused
from auth.provider.models import Client
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

    def __init__(self, settings: AuthSettings, tokens: Tokens, clients: Clients) -> None:
        self._life = settings.department_token_seconds
        self._tokens = tokens
        self._audience = f"{tokens.issuer}/dept"
        self._clients = clients

    async def issue(self, client: Client, scope: str | None) -> DepartmentToken:
        """A token for a system that authenticated, with the scopes asked for, or all it has.

        Raises OAuthRefused (unauthorized_client, invalid_scope).
        """
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
    if not client.scopes:
        raise OAuthRefused("unauthorized_client", "this client may do nothing in its own name")
    scopes = set((asked or "").split()) or set(client.scopes)
    if scopes - set(client.scopes):
        raise OAuthRefused("invalid_scope", "ask only for scopes that this client was given")
    return " ".join(sorted(scopes))
