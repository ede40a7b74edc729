"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuardServices:
    """Made by gateway/identity/guard.py."""
