"""SM3 (GB/T 32905), and what SM2 hashes before a message (GB/T 32918.2, section 5.5)."""

import hashlib

from cryptography.hazmat.primitives.hashes import SM3, Hash

from auth.shangmi.curve import A, B, G
from auth.shangmi.keys import BYTES, PublicKey

DEFAULT_ID = b"1234567812345678"
"""Whose signature it is, where nobody says (GM/T 0009, section 10)."""
_LONGEST_ID = 8190
"""OpenSSL takes no more; the standard's own bound is one higher."""


def sm3(data: bytes) -> bytes:
    """32 octets; by OpenSSL's hashlib where it knows SM3, otherwise by cryptography."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return _sm3_of_cryptography(data)


def _sm3_of_cryptography(data: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


def checked_id(signer_id: bytes) -> bytes:
    """The id, if it is short enough; raises ValueError."""
    if len(signer_id) > _LONGEST_ID:
        raise ValueError(f"an id has at most {_LONGEST_ID} octets")
    return signer_id


def identity_digest(public: PublicKey, signer_id: bytes) -> bytes:
    """Z: the signer's id, the curve and the key under one hash."""
    numbers = (A, B, *G, public.x, public.y)
    length = (len(signer_id) * 8).to_bytes(2)
    return sm3(length + signer_id + b"".join(number.to_bytes(BYTES) for number in numbers))


def message_digest(message: bytes, public: PublicKey, signer_id: bytes) -> int:
    """e: what is signed."""
    return int.from_bytes(sm3(identity_digest(public, signer_id) + message))
