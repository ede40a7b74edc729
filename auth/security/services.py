"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.security.devices import Devices
from auth.security.holds import Holds
from auth.security.journal import Journal
from auth.security.telling import Telling


@dataclass(frozen=True, slots=True)
class SecurityServices:
    """Made by gateway/identity/security.py."""

    holds: Holds
    devices: Devices
    journal: Journal
    telling: Telling
