"""The services of auth/security."""

from auth.security.holds import Holds
from auth.security.services import SecurityServices
from gateway.identity.foundation import Foundation


def compose_security(base: Foundation) -> SecurityServices:
    return SecurityServices(holds=Holds(base.clock, base.settings.security, base.changes))
