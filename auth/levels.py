"""Proofing levels: as tokens name them, and what a hold leaves of them.

How well somebody is known (`loa`, `acr`) and how well they authenticated (`amr`) are two things; neither replaces the
other.
"""

from dataclasses import dataclass
from datetime import datetime

_PREFIX = "urn:onecity:loa:"


def acr_of(loa: int) -> str:
    return f"{_PREFIX}{loa}"


def loa_of(acr: str) -> int:
    """The level, 1 to 4; 0 for a text that names none."""
    return int(acr[-1]) if acr in {acr_of(loa) for loa in range(1, 5)} else 0


HELD_LOA = 2
"""What an account counts as at most while it is on hold: services of high value ask for more."""


def held(loa: int, hold_until: datetime | None, now: datetime) -> int:
    """The level that counts now."""
    return min(loa, HELD_LOA) if hold_until is not None and now < hold_until else loa


@dataclass(frozen=True, slots=True)
class Hold:
    """What lowers a level until `until`: from then on `loa` counts."""

    loa: int
    until: datetime


def hold_of(loa: int, hold_until: datetime | None, now: datetime) -> Hold | None:
    """What holds a level down now; None where nothing does, or where it is no higher anyway."""
    if hold_until is None or held(loa, hold_until, now) == loa:
        return None
    return Hold(loa, hold_until)
