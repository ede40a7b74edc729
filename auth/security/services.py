"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.security.holds import Holds


@dataclass(frozen=True, slots=True)
class SecurityServices:
    """Made by gateway/identity/security.py."""

    holds: Holds
