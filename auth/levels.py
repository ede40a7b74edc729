"""Proofing levels as tokens name them."""

_PREFIX = "urn:onecity:loa:"


def acr_of(loa: int) -> str:
    return f"{_PREFIX}{loa}"


def loa_of(acr: str) -> int:
    """The level, 1 to 4; 0 for a text that names none."""
    return int(acr[-1]) if acr in {acr_of(loa) for loa in range(1, 5)} else 0
