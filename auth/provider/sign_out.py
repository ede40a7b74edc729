"""A client asks that the resident be signed out of the city too (OpenID Connect RP-Initiated Logout 1.0).

Whoever shows an ID token that we gave them, of the very session of this browser, is believed. Everybody else has the
resident asked. The browser is sent on to an address that the client registered, to the letter, and to no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from auth.jwt import TokenRefused, unverified_claims
from auth.provider.client_sessions import ClientSessions
from auth.provider.clients import Clients
from auth.provider.id_tokens import IdTokens
from auth.provider.models import Client
from auth.sessions import Sessions
from core.access import Resident

DONE = "/sign-out?done"
_STATE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Leave:
    """What to do: whether the session of this browser has ended, and where the browser goes."""

    ended: bool
    address: str


class SignOut:
    """Answers such requests."""

    def __init__(
        self, clients: Clients, client_sessions: ClientSessions, id_tokens: IdTokens, sessions: Sessions
    ) -> None:
        self._clients = clients
        self._client_sessions = client_sessions
        self._id_tokens = id_tokens
        self._sessions = sessions

    async def ask(self, asked: Mapping[str, str], resident: Resident | None) -> Leave:
        """`asked` holds the request's parameters (section 2). Ends the session where that may be done unasked."""
        client, sid = await self._who(asked)
        back = _back(client, asked)
        if resident is None:
            return Leave(ended=True, address=back or DONE)
        if client is not None and sid is not None and await self._is_of(client, sid, resident):
            await self._sessions.revoke(resident.account, resident.session)
            return Leave(ended=True, address=back or DONE)
        return Leave(ended=False, address=_confirmation(client, asked if back else {}))

    async def confirm(self, asked: Mapping[str, str], resident: Resident) -> str | None:
        """The resident agrees: their session ends; the address to go on to, if the client registered it."""
        client = await self._clients.find(asked.get("client_id", ""))
        await self._sessions.revoke(resident.account, resident.session)
        return _back(client, asked)

    async def _who(self, asked: Mapping[str, str]) -> tuple[Client | None, str | None]:
        """The client, and the session that its ID token names; no client where the two do not agree."""
        hint = asked.get("id_token_hint")
        if hint is None:
            return await self._clients.find(asked.get("client_id", "")), None
        named = _audience(hint)
        if named is None or asked.get("client_id", named) != named:
            return None, None
        client, claims = await self._clients.find(named), await self._id_tokens.read_hint(hint, named)
        return (client, claims.get("sid")) if client and claims else (None, None)

    async def _is_of(self, client: Client, sid: str, resident: Resident) -> bool:
        """Whether this `sid` is that client's name for the session of this browser."""
        found = await self._client_sessions.find(client, sid)
        return found is not None and found.session_id == resident.session


def _audience(hint: str) -> str | None:
    try:
        audience = unverified_claims(hint).get("aud")
    except TokenRefused:
        return None
    return audience if isinstance(audience, str) else None


def _back(client: Client | None, asked: Mapping[str, str]) -> str | None:
    """The client's own address with its `state`; None for an address that it did not register."""
    address = asked.get("post_logout_redirect_uri")
    if client is None or address is None or address not in client.post_logout_uris:
        return None
    state = asked.get("state")
    if state is None or len(state) > _STATE_LIMIT:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'state': state})}"


def _confirmation(client: Client | None, asked: Mapping[str, str]) -> str:
    """The shell's page; what it is to be told again comes along, and is checked again when the resident agrees."""
    if client is None:
        return "/sign-out"
    again = {name: asked[name] for name in ("post_logout_redirect_uri", "state") if name in asked}
    return f"/sign-out?{urlencode({'client': client.name.get('zh-CN', client.id), 'client_id': client.id, **again})}"
