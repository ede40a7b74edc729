"""The services of auth/provider."""

from auth.provider.services import ProviderServices
from gateway.identity.foundation import Foundation


def compose_provider(base: Foundation) -> ProviderServices:  # noqa: ARG001 - the room is being furnished
    return ProviderServices()
