"""The services of auth/security."""

from auth.security.services import SecurityServices
from gateway.identity.foundation import Foundation


def compose_security(base: Foundation) -> SecurityServices:  # noqa: ARG001 - the room is being furnished
    return SecurityServices()
