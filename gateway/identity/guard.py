"""The services of auth/guard."""

from auth.guard.services import GuardServices
from gateway.identity.foundation import Foundation


def compose_guard(base: Foundation) -> GuardServices:  # noqa: ARG001 - the room is being furnished
    return GuardServices()
