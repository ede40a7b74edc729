"""A signature's two numbers, and their two forms."""

from dataclasses import dataclass
from typing import Self

from auth.shangmi import der
from auth.shangmi.curve import N
from auth.shangmi.errors import SignatureUnusable
from auth.shangmi.keys import BYTES


@dataclass(frozen=True, slots=True)
class Signature:
    """Both numbers are from 1 to n - 1; raises SignatureUnusable where they are not."""

    r: int
    s: int

    def __post_init__(self) -> None:
        if not (1 <= self.r < N and 1 <= self.s < N):
            raise SignatureUnusable("a number of the signature is out of range")

    @classmethod
    def of_raw(cls, raw: bytes) -> Self:
        """From r ‖ s: 64 octets."""
        if len(raw) != 2 * BYTES:
            raise SignatureUnusable("a signature is 64 octets")
        return cls(int.from_bytes(raw[:BYTES]), int.from_bytes(raw[BYTES:]))

    @classmethod
    def of_der(cls, text: bytes) -> Self:
        """From the form of GM/T 0009: a sequence of two numbers, in DER and nothing looser."""
        try:
            r, rest = der.read_integer(der.read_sequence(text))
            s, rest = der.read_integer(rest)
        except ValueError as error:
            raise SignatureUnusable(f"the signature is not DER: {error}") from error
        if rest:
            raise SignatureUnusable("the signature is not DER: something follows")
        return cls(r, s)

    @property
    def raw(self) -> bytes:
        return self.r.to_bytes(BYTES) + self.s.to_bytes(BYTES)

    @property
    def der(self) -> bytes:
        return der.sequence(der.integer(self.r), der.integer(self.s))
