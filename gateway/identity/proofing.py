"""The services of auth/proofing."""

from auth.proofing.services import ProofingServices
from gateway.identity.foundation import Foundation


def compose_proofing(base: Foundation) -> ProofingServices:  # noqa: ARG001 - the room is being furnished
    return ProofingServices()
