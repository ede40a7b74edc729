"""The services of auth/external."""

from auth.credentials.ports import Holds
from auth.credentials.precautions import Precautions
from auth.external.attempts import Attempts
from auth.external.code_exchange import CodeExchange
from auth.external.fetching import Fetcher
from auth.external.id_tokens import IDTokens
from auth.external.identities import Identities
from auth.external.logout import ProviderLogout
from auth.external.openings import Openings
from auth.external.pending import PendingIdentities
from auth.external.ports import NoStaff, StaffDirectory
from auth.external.providers import Providers
from auth.external.returns import Returns
from auth.external.services import ExternalServices
from auth.external.sign_in import ExternalSignIn
from auth.once import Once
from auth.sign_in import SecondFactors
from gateway.identity.foundation import Foundation


def compose_external(
    base: Foundation,
    holds: Holds,
    second_factors: SecondFactors | None = None,
    staff: StaffDirectory | None = None,
) -> ExternalServices:
    settings, clock = base.settings.external, base.clock
    fetcher = Fetcher(base.outbound, settings.call_seconds)
    directory = staff or NoStaff()
    attempts = Attempts(clock, base.secrecy, settings.attempt_seconds)
    pending = PendingIdentities(clock, settings.pending_seconds)
    openings = Openings(clock, base.sessions)
    identities = Identities(clock, pending, Precautions(clock, base.sessions, base.events, holds, base.changes))
    return ExternalServices(
        clock=clock,
        providers=Providers(clock, settings, fetcher),
        attempts=attempts,
        returns=Returns(base.origin, attempts, CodeExchange(clock, fetcher), IDTokens(clock)),
        sign_in=ExternalSignIn(identities, pending, openings, base.sessions, second_factors),
        staff=directory,
        identities=identities,
        pending=pending,
        openings=openings,
        logout=ProviderLogout(clock, openings, directory, Once(base.secrecy)),
        sessions=base.sessions,
    )
