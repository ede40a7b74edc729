"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.guard.attempts import Attempts
from auth.guard.devices import KnownDevices
from auth.guard.leftovers import GuardLeftovers


@dataclass(frozen=True, slots=True)
class GuardServices:
    """Made by gateway/identity/guard.py."""

    attempts: Attempts
    devices: KnownDevices
    leftovers: GuardLeftovers
