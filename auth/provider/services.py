"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.provider.access_tokens import AccessTokens
from auth.provider.client_authentication import ClientAuthentication
from auth.provider.client_sessions import ClientSessions
from auth.provider.clients import Clients
from auth.provider.dpop import DPoP
from auth.provider.families import Families
from auth.provider.once import Once
from auth.provider.settings import ProviderSettings
from auth.provider.token_grants import TokenGrants


@dataclass(frozen=True, slots=True)
class ProviderServices:
    """Made by gateway/identity/provider.py."""

    issuer: str
    settings: ProviderSettings
    clients: Clients
    client_authentication: ClientAuthentication
    client_sessions: ClientSessions
    dpop: DPoP
    families: Families
    access_tokens: AccessTokens
    token_grants: TokenGrants
    once: Once
