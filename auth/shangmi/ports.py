"""What signs and what verifies, whoever does it: libcrypto here, a certified module in production."""

from typing import Protocol

from auth.shangmi.keys import PublicKey


class Signer(Protocol):
    """Holds a private key and never shows it."""

    @property
    def public(self) -> PublicKey:
        """The key that its signatures are verified with."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 octets, r ‖ s; raises SigningUnavailable."""
        ...


class Verifier(Protocol):
    """Knows a public key."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether these 64 octets are the key's signature of the message; never raises for what is not one."""
        ...
