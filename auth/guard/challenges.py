"""Proofs of work: what a browser does instead of a puzzle for people, which not everybody can see, hear or solve.

A challenge is its own record: its life, bits and chance under a keyed hash, together with what it is for. Nothing is
stored until it is solved; then its id is, so that it counts once. Checking costs two hashes, whatever is sent.
"""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from auth.guard.caller import Proof
from auth.guard.errors import Challenge
from auth.once import Once
from auth.secrecy import Secrecy
from core.clock import Clock

_ID = re.compile(r"([0-9]{1,12})\.([0-9]{1,2})\.([0-9a-f]{32})\.([0-9a-f]{64})")
_NONCE = re.compile(r"[0-9]{1,20}")
_SLACK = 2
"""A proof still does when the work asked for grew by so many bits while it was made."""


class Challenges:
    """Makes challenges and checks their proofs."""

    def __init__(self, clock: Clock, secrecy: Secrecy, once: Once, seconds: int) -> None:
        self._clock = clock
        self._secrecy = secrecy
        self._once = once
        self._seconds = seconds

    def make(self, bits: int, purpose: tuple[str, ...]) -> Challenge:
        """A new challenge, good for this purpose alone: kind, whom at, in which browser."""
        ends_at, salt = str(int(self._clock.now().timestamp()) + self._seconds), secrets.token_hex(16)
        mark = self._mark(ends_at, str(bits), salt, purpose)
        return Challenge(id=f"{ends_at}.{bits}.{salt}.{mark}", salt=salt, bits=bits, expires_in=self._seconds)

    async def takes(self, proof: Proof | None, bits: int, purpose: tuple[str, ...]) -> bool:
        """Whether the proof is of `bits` (or hardly less) and for this purpose; it does once."""
        if proof is None:
            return False
        read, now = _ID.fullmatch(proof.challenge), self._clock.now()
        if not read or not _NONCE.fullmatch(proof.nonce):
            return False
        ends_at, promised, salt, mark = read.groups()
        if not hmac.compare_digest(mark, self._mark(ends_at, promised, salt, purpose)):
            return False
        if int(ends_at) <= now.timestamp() or int(promised) < bits - _SLACK:
            return False
        if not solves(salt, proof.nonce, int(promised)):
            return False
        return await self._once.spend("work", mark, until=now + timedelta(seconds=self._seconds))

    def _mark(self, ends_at: str, bits: str, salt: str, purpose: tuple[str, ...]) -> str:
        return self._secrecy.hashed("challenge", ends_at, bits, salt, *purpose)


def solves(salt: str, nonce: str, bits: int) -> bool:
    """Whether SHA-256(salt + ":" + nonce) begins with `bits` zero bits."""
    return int.from_bytes(hashlib.sha256(f"{salt}:{nonce}".encode()).digest()) >> (256 - bits) == 0
