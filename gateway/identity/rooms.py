"""All rooms of auth together."""

from dataclasses import dataclass

from auth.credentials.services import CredentialsServices
from auth.external.services import ExternalServices
from auth.guard.services import GuardServices
from auth.lifecycle.services import LifecycleServices
from auth.mandates.services import MandatesServices
from auth.proofing.services import ProofingServices
from auth.provider.services import ProviderServices
from auth.security.services import SecurityServices
from auth.staff.services import StaffServices
from gateway.identity.credentials import compose_credentials
from gateway.identity.external import compose_external
from gateway.identity.foundation import Foundation
from gateway.identity.guard import compose_guard
from gateway.identity.lifecycle import compose_lifecycle
from gateway.identity.mandates import compose_mandates
from gateway.identity.proofing import compose_proofing
from gateway.identity.provider import compose_provider
from gateway.identity.security import compose_security
from gateway.identity.staff import compose_staff


@dataclass(frozen=True, slots=True)
class Rooms:
    """Each room's services."""

    guard: GuardServices
    credentials: CredentialsServices
    proofing: ProofingServices
    security: SecurityServices
    lifecycle: LifecycleServices
    mandates: MandatesServices
    provider: ProviderServices
    external: ExternalServices
    staff: StaffServices


def compose_rooms(base: Foundation) -> Rooms:
    guard = compose_guard(base)
    security = compose_security(base, guard.devices)
    credentials = compose_credentials(base, security.holds, guard)
    staff = compose_staff(base)
    proofing, mandates = compose_proofing(base), compose_mandates(base)
    return Rooms(
        guard=guard,
        credentials=credentials,
        proofing=proofing,
        security=security,
        lifecycle=compose_lifecycle(base, security.holds, credentials, proofing.population, mandates.mandates),
        mandates=mandates,
        provider=compose_provider(base),
        external=compose_external(base, security.holds, credentials.tickets, staff.sign_in),
        staff=staff,
    )
