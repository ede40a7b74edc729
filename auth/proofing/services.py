"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.proofing.certificate_checks import CertificateChecks
from auth.proofing.counters import Counters
from auth.proofing.evidence import Evidence
from auth.proofing.faces import FaceChecks
from auth.proofing.leftovers import ProofingLeftovers
from auth.proofing.names import NameChecks
from auth.proofing.ports import PopulationRegister
from auth.proofing.standing import Proofings


@dataclass(frozen=True, slots=True)
class ProofingServices:
    """Made by gateway/identity/proofing.py."""

    population: PopulationRegister
    proofings: Proofings
    evidence: Evidence
    names: NameChecks
    faces: FaceChecks
    counters: Counters
    certificates: CertificateChecks
    leftovers: ProofingLeftovers
