"""The services of auth/credentials."""

from auth.credentials.services import CredentialsServices
from gateway.identity.foundation import Foundation


def compose_credentials(base: Foundation) -> CredentialsServices:  # noqa: ARG001 - the room is being furnished
    return CredentialsServices()
