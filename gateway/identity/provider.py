"""The services of auth/provider."""

from auth.once import Once
from auth.outside import Outside
from auth.provider.access_tokens import AccessTokens
from auth.provider.api.routes import OPERATIONS
from auth.provider.authorizations import Authorizations
from auth.provider.client_assertions import ClientAssertions
from auth.provider.client_authentication import ClientAuthentication
from auth.provider.client_sessions import ClientSessions
from auth.provider.codes import AUTHORIZATION_CODE, CodeExchange, Codes
from auth.provider.connections import Connections
from auth.provider.dpop import DPoP
from auth.provider.exchange import TOKEN_EXCHANGE, TokenExchange
from auth.provider.exchanged_tokens import ExchangedTokens
from auth.provider.families import Families
from auth.provider.family_tokens import FamilyTokens
from auth.provider.id_tokens import IdTokens
from auth.provider.initial_tokens import InitialTokens
from auth.provider.introspection import Introspection
from auth.provider.leftovers import ProviderLeftovers
from auth.provider.logout_deliveries import LogoutDeliveries
from auth.provider.logout_queue import LogoutQueue
from auth.provider.logout_tokens import LogoutTokens
from auth.provider.metadata import metadata
from auth.provider.pushed import PushedRequests
from auth.provider.refresh_tokens import RefreshTokens
from auth.provider.refreshing import REFRESH_TOKEN, Refreshing
from auth.provider.revocation import Revocation
from auth.provider.services import ProviderServices
from auth.provider.sign_out import SignOut
from auth.provider.token_grants import CLIENT_CREDENTIALS, ClientCredentials, TokenGrant, TokenGrants
from auth.provider.under_way import UnderWay
from auth.provider.userinfo import Userinfo
from gateway.identity.foundation import Foundation
from miniapps.departments import Departments


def compose_provider(base: Foundation) -> ProviderServices:
    settings, once = base.settings.provider, Once(base.secrecy)
    assertions = ClientAssertions(base.clock, base.origin, base.clients, once)
    client_sessions = ClientSessions(base.clock)
    dpop = DPoP(base.clock, settings, base.secrecy, base.origin, once)
    families = Families(base.clock, settings, base.sessions, base.settings.security.hold_hours)
    access_tokens = AccessTokens(settings, base.tokens, base.subjects, families, once)
    id_tokens = IdTokens(
        base.clock, settings, base.origin, keys=base.keys, accounts=base.accounts, subjects=base.subjects
    )
    connections = Connections(base.clock, base.changes, base.events, families)
    pushed = PushedRequests(base.clock, settings)
    family_tokens = FamilyTokens(families, access_tokens, id_tokens)
    exchanged = ExchangedTokens(base.clock, base.tokens, base.subjects, families, once)
    refresh_tokens = RefreshTokens(base.clock)
    logout_queue = LogoutQueue(base.clock, base.sessions, settings.logout_hours)
    under_way = UnderWay()
    grants: dict[str, TokenGrant] = {
        AUTHORIZATION_CODE: CodeExchange(base.clock, families, family_tokens),
        REFRESH_TOKEN: Refreshing(families, family_tokens, under_way),
        CLIENT_CREDENTIALS: ClientCredentials(base.department_tokens),
        TOKEN_EXCHANGE: TokenExchange(access_tokens, exchanged),
    }
    paths = {operation.path for operation in OPERATIONS}
    return ProviderServices(
        issuer=base.origin,
        settings=settings,
        clients=base.clients,
        client_authentication=ClientAuthentication(base.clock, base.clients, assertions),
        client_sessions=client_sessions,
        dpop=dpop,
        families=families,
        access_tokens=access_tokens,
        token_grants=TokenGrants(grants),
        under_way=under_way,
        once=once,
        initial_tokens=InitialTokens(base.clock, settings),
        leftovers=ProviderLeftovers(base.clock),
        userinfo=Userinfo(base.accounts, access_tokens, dpop),
        pushed=pushed,
        id_tokens=id_tokens,
        connections=connections,
        authorizations=_authorizations(base, pushed, connections, client_sessions, id_tokens),
        departments=Departments(),
        metadata=metadata(base.origin, tuple(grants), paths if settings.registration else paths - {"/oauth/register"}),
        introspection=Introspection(access_tokens, exchanged, refresh_tokens, families, base.subjects),
        revocation=Revocation(access_tokens, exchanged, refresh_tokens, families, base.department_tokens),
        sign_out=SignOut(base.clients, client_sessions, id_tokens, base.sessions),
        logout_queue=logout_queue,
        logout_deliveries=_logout_deliveries(base, logout_queue),
    )


def _authorizations(
    base: Foundation,
    pushed: PushedRequests,
    connections: Connections,
    client_sessions: ClientSessions,
    id_tokens: IdTokens,
) -> Authorizations:
    settings = base.settings.provider
    return Authorizations(
        base.clock,
        settings,
        base.origin,
        clients=base.clients,
        pushed=pushed,
        accounts=base.accounts,
        subjects=base.subjects,
        connections=connections,
        codes=Codes(base.clock, settings, client_sessions),
        id_tokens=id_tokens,
    )


def _logout_deliveries(base: Foundation, queue: LogoutQueue) -> LogoutDeliveries:
    settings = base.settings.provider
    return LogoutDeliveries(
        queue,
        base.clients,
        LogoutTokens(base.clock, base.origin, base.keys, base.subjects),
        Outside(base.outbound, settings.logout_networks, settings.logout_call_seconds),
    )
