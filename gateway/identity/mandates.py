"""The services of auth/mandates."""

from auth.mandates.services import MandatesServices
from gateway.identity.foundation import Foundation


def compose_mandates(base: Foundation) -> MandatesServices:  # noqa: ARG001 - the room is being furnished
    return MandatesServices()
