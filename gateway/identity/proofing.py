"""The services of auth/proofing."""

from auth.proofing.ports import PopulationRegister
from auth.proofing.services import ProofingServices
from gateway.identity.foundation import Foundation
from gateway.identity.population import NoRegister, RegisterClient


def population_register(base: Foundation) -> PopulationRegister:
    """The register that is set, for whoever asks it: proofing, renaming, mandates."""
    options = base.settings.proofing.population
    return RegisterClient(base.outbound, base.tokens, options) if options else NoRegister()


def compose_proofing(base: Foundation) -> ProofingServices:
    return ProofingServices(population=population_register(base))
