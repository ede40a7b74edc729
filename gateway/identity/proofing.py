"""The services of auth/proofing."""

from auth.proofing.certificate_checks import CertificateChecks
from auth.proofing.certificates import Authorities
from auth.proofing.checks import Checks
from auth.proofing.counters import Counters
from auth.proofing.evidence import Evidence
from auth.proofing.faces import FaceChecks
from auth.proofing.leftovers import ProofingLeftovers
from auth.proofing.names import NameChecks
from auth.proofing.ports import PopulationRegister
from auth.proofing.services import ProofingServices
from auth.proofing.standing import Proofings
from gateway.identity.foundation import Foundation
from gateway.identity.population import NoRegister, RegisterClient


def population_register(base: Foundation) -> PopulationRegister:
    """The register that is set, for whoever asks it: proofing, renaming, mandates."""
    options = base.settings.proofing.population
    return RegisterClient(base.outbound, base.tokens, options) if options else NoRegister()


def compose_proofing(base: Foundation) -> ProofingServices:
    clock, options, accounts = base.clock, base.settings.proofing, base.accounts
    register = population_register(base)
    checks = Checks(clock, base.secrecy)
    evidence = Evidence(clock, options, base.events, base.changes)
    authorities = Authorities(options.authorities)
    return ProofingServices(
        population=register,
        proofings=Proofings(clock, evidence),
        evidence=evidence,
        names=NameChecks(clock, options, accounts, checks, register, evidence),
        faces=FaceChecks(clock, options, accounts, checks, register, evidence),
        counters=Counters(clock, options, base.secrecy, accounts, checks, register, evidence),
        certificates=CertificateChecks(clock, options, base.origin, accounts, checks, authorities, register, evidence),
        leftovers=ProofingLeftovers(clock),
    )
