"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.proofing.ports import PopulationRegister


@dataclass(frozen=True, slots=True)
class ProofingServices:
    """Made by gateway/identity/proofing.py."""

    population: PopulationRegister
