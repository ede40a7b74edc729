"""Passwords that are known from breaches, without asking anybody: scripts/breached_passwords.py makes the list.

The file holds the first five bytes of the SHA-256 of each, sorted and without separators: of a million passwords that
are not in it, one at most is taken for one that is (list length / 2^40).
"""

import hashlib
from pathlib import Path

BYTES = 5
FILE = Path(__file__).with_name("breached.bin")


def fingerprint(password: str) -> bytes:
    """Capitals make no difference: whoever guesses tries both."""
    return hashlib.sha256(password.casefold().encode()).digest()[:BYTES]


class BreachedPasswords:
    """The list, in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @classmethod
    def shipped(cls) -> "BreachedPasswords":
        return cls(FILE.read_bytes())

    def __len__(self) -> int:
        return len(self._content) // BYTES

    def __contains__(self, password: str) -> bool:
        wanted, low, high = fingerprint(password), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return self._at(low) == wanted

    def _at(self, place: int) -> bytes:
        return self._content[place * BYTES : (place + 1) * BYTES]
