"""A ciphertext of SM2 in its two forms: C1 ‖ C3 ‖ C2, and the sequence of GM/T 0009."""

from auth.shangmi import der
from auth.shangmi.errors import CiphertextUnusable, KeyUnusable
from auth.shangmi.keys import BYTES, PublicKey

_HEAD = 1 + 2 * BYTES
_LEAST = _HEAD + BYTES + 1


def der_of(raw: bytes) -> bytes:
    """From C1 ‖ C3 ‖ C2; raises CiphertextUnusable, also when C1 is not on the curve."""
    if len(raw) < _LEAST:
        raise CiphertextUnusable("the text is too short")
    try:
        c1 = PublicKey.of(raw[:_HEAD])
    except KeyUnusable as error:
        raise CiphertextUnusable("the text does not begin with a point of the curve") from error
    c3, c2 = raw[_HEAD : _HEAD + BYTES], raw[_HEAD + BYTES :]
    return der.sequence(der.integer(c1.x), der.integer(c1.y), der.octets(c3), der.octets(c2))


def raw_of(text: bytes) -> bytes:
    """From the sequence; raises CiphertextUnusable."""
    try:
        x, rest = der.read_integer(der.read_sequence(text))
        y, rest = der.read_integer(rest)
        c3, rest = der.read_octets(rest)
        c2, rest = der.read_octets(rest)
        c1 = PublicKey(x, y).octets
    except ValueError as error:
        raise CiphertextUnusable(f"the text is no ciphertext: {error}") from error
    if rest or len(c3) != BYTES:
        raise CiphertextUnusable("the text is no ciphertext")
    return c1 + c3 + c2
