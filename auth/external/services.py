"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """Made by gateway/identity/external.py."""
