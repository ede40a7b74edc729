"""The services of auth/external."""

from auth.external.services import ExternalServices
from gateway.identity.foundation import Foundation


def compose_external(base: Foundation) -> ExternalServices:  # noqa: ARG001 - the room is being furnished
    return ExternalServices()
