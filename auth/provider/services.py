"""The services of this room, as its endpoints find them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.once import Once
from auth.provider.access_tokens import AccessTokens
from auth.provider.authorizations import Authorizations
from auth.provider.client_authentication import ClientAuthentication
from auth.provider.client_sessions import ClientSessions
from auth.provider.clients import Clients
from auth.provider.connections import Connections
from auth.provider.dpop import DPoP
from auth.provider.families import Families
from auth.provider.id_tokens import IdTokens
from auth.provider.initial_tokens import InitialTokens
from auth.provider.introspection import Introspection
from auth.provider.leftovers import ProviderLeftovers
from auth.provider.logout_deliveries import LogoutDeliveries
from auth.provider.logout_queue import LogoutQueue
from auth.provider.ports import DepartmentNames
from auth.provider.pushed import PushedRequests
from auth.provider.revocation import Revocation
from auth.provider.settings import ProviderSettings
from auth.provider.sign_out import SignOut
from auth.provider.token_grants import TokenGrants
from auth.provider.under_way import UnderWay
from auth.provider.userinfo import Userinfo


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
    under_way: UnderWay
    once: Once
    initial_tokens: InitialTokens
    leftovers: ProviderLeftovers
    userinfo: Userinfo
    pushed: PushedRequests
    id_tokens: IdTokens
    connections: Connections
    authorizations: Authorizations
    departments: DepartmentNames
    metadata: Mapping[str, Any]
    introspection: Introspection
    revocation: Revocation
    sign_out: SignOut
    logout_queue: LogoutQueue
    logout_deliveries: LogoutDeliveries
