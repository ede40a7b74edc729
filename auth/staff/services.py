"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffServices:
    """Made by gateway/identity/staff.py."""
