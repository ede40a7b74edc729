"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.credentials.assertions import PasskeyAssertions
from auth.credentials.entrances import Entrances
from auth.credentials.leftovers import CredentialLeftovers
from auth.credentials.passkeys import Passkeys
from auth.credentials.passwords import Passwords
from auth.credentials.recovery import RecoveryCodes
from auth.credentials.second_factors import SecondFactors
from auth.credentials.step_ups import StepUps
from auth.credentials.strength import Strength
from auth.credentials.tickets import Tickets
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class CredentialsServices:
    """Made by gateway/identity/credentials.py."""

    clock: Clock
    passwords: Passwords
    strength: Strength
    passkeys: Passkeys
    assertions: PasskeyAssertions
    second_factors: SecondFactors
    recovery: RecoveryCodes
    tickets: Tickets
    entrances: Entrances
    step_ups: StepUps
    leftovers: CredentialLeftovers
