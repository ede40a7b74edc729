"""Verification without a library, for machines that have no libcrypto of OpenSSL 3. It signs nothing.

Arithmetic on Python's numbers takes longer for some values than for others, which tells nothing about a public key and
a signature, and everything about a private key.
"""

from auth.shangmi.curve import N, combined
from auth.shangmi.digests import DEFAULT_ID, checked_id, message_digest
from auth.shangmi.errors import SignatureUnusable
from auth.shangmi.keys import PublicKey
from auth.shangmi.signatures import Signature


class PlainVerifier:
    """One public key, with the id of whoever signs."""

    def __init__(self, public: PublicKey, signer_id: bytes = DEFAULT_ID) -> None:
        self.public = public
        self._id = checked_id(signer_id)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """GB/T 32918.2, section 7.1."""
        try:
            read = Signature.of_raw(signature)
        except SignatureUnusable:
            return False
        t = (read.r + read.s) % N
        if t == 0:
            return False
        point = combined(read.s, t, (self.public.x, self.public.y))
        e = message_digest(message, self.public, self._id)
        return point is not None and (e + point[0]) % N == read.r
