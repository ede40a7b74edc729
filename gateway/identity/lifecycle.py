"""The services of auth/lifecycle."""

from auth.lifecycle.services import LifecycleServices
from gateway.identity.foundation import Foundation


def compose_lifecycle(base: Foundation) -> LifecycleServices:  # noqa: ARG001 - the room is being furnished
    return LifecycleServices()
