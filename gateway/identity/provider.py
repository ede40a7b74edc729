"""The services of auth/provider."""

from auth.provider.access_tokens import AccessTokens
from auth.provider.client_assertions import ClientAssertions
from auth.provider.client_authentication import ClientAuthentication
from auth.provider.client_sessions import ClientSessions
from auth.provider.dpop import DPoP
from auth.provider.families import Families
from auth.provider.once import Once
from auth.provider.services import ProviderServices
from auth.provider.token_grants import CLIENT_CREDENTIALS, ClientCredentials, TokenGrants
from gateway.identity.foundation import Foundation


def compose_provider(base: Foundation) -> ProviderServices:
    settings, once = base.settings.provider, Once()
    assertions = ClientAssertions(base.clock, base.origin, base.clients, once)
    families = Families(base.clock, settings, base.sessions)
    return ProviderServices(
        issuer=base.origin,
        settings=settings,
        clients=base.clients,
        client_authentication=ClientAuthentication(base.clock, base.clients, assertions),
        client_sessions=ClientSessions(base.clock),
        dpop=DPoP(base.clock, settings, base.secrecy, base.origin, once),
        families=families,
        access_tokens=AccessTokens(settings, base.tokens, base.subjects, families, once),
        token_grants=TokenGrants({CLIENT_CREDENTIALS: ClientCredentials(base.department_tokens)}),
        once=once,
    )
