"""SM2 keys: checked when they are made, and written as others write them (SEC 1, PKCS #8, SubjectPublicKeyInfo)."""

import base64
import re
from dataclasses import dataclass, field
from typing import Self

from auth.shangmi.curve import N, is_on_curve
from auth.shangmi.errors import KeyUnusable

BYTES = 32
_POINT_BYTES = 1 + 2 * BYTES
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
"""id-ecPublicKey on the curve 1.2.156.10197.1.301."""
_SPKI = bytes.fromhex("3059") + _ALGORITHM + bytes.fromhex("034200")
_PKCS8 = bytes.fromhex("308187020100") + _ALGORITHM + bytes.fromhex("046d306b0201010420")
_PKCS8_PUBLIC = bytes.fromhex("a144034200")
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+)-----END \1-----\s*")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point on the curve; raises KeyUnusable where it is none."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not is_on_curve(self.x, self.y):
            raise KeyUnusable("the point is not on the curve")

    @classmethod
    def of(cls, octets: bytes) -> Self:
        """From the 65 octets of an uncompressed point (SEC 1, section 2.3.4)."""
        if len(octets) != _POINT_BYTES or octets[0] != 4:  # noqa: PLR2004 - the form
            raise KeyUnusable("a public key is 65 octets that begin with 04")
        return cls(int.from_bytes(octets[1 : 1 + BYTES]), int.from_bytes(octets[1 + BYTES :]))

    @classmethod
    def of_hex(cls, text: str) -> Self:
        """From 130 hexadecimal digits."""
        try:
            return cls.of(bytes.fromhex(text))
        except ValueError as error:
            raise KeyUnusable(str(error)) from error

    @classmethod
    def of_pem(cls, pem: str) -> Self:
        """From a SubjectPublicKeyInfo, as OpenSSL writes it."""
        der = _content(pem, "PUBLIC KEY")
        if not der.startswith(_SPKI):
            raise KeyUnusable("this is no public key of the curve SM2")
        return cls.of(der[len(_SPKI) :])

    @property
    def octets(self) -> bytes:
        return b"\x04" + self.x.to_bytes(BYTES) + self.y.to_bytes(BYTES)

    @property
    def pem(self) -> str:
        return _pem("PUBLIC KEY", _SPKI + self.octets)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A number with the point that belongs to it; raises KeyUnusable where it is out of range."""

    d: int = field(repr=False)
    public: PublicKey

    def __post_init__(self) -> None:
        if not 1 <= self.d <= N - 2:
            raise KeyUnusable("the private key is out of range")

    @classmethod
    def of(cls, octets: bytes) -> Self:
        """From the octets of `octets`."""
        return cls(int.from_bytes(octets[:BYTES]), PublicKey.of(octets[BYTES:]))

    @classmethod
    def of_pem(cls, pem: str) -> Self:
        """From a PKCS #8 document that is not encrypted, as OpenSSL writes it."""
        der = _content(pem, "PRIVATE KEY")
        middle = len(_PKCS8) + BYTES
        if not der.startswith(_PKCS8) or der[middle : middle + len(_PKCS8_PUBLIC)] != _PKCS8_PUBLIC:
            raise KeyUnusable("this is no private key of the curve SM2")
        return cls.of(der[len(_PKCS8) : middle] + der[middle + len(_PKCS8_PUBLIC) :])

    @property
    def octets(self) -> bytes:
        """The number, then its point: 97 octets."""
        return self.d.to_bytes(BYTES) + self.public.octets

    @property
    def pem(self) -> str:
        return _pem("PRIVATE KEY", _PKCS8 + self.d.to_bytes(BYTES) + _PKCS8_PUBLIC + self.public.octets)


def _content(pem: str, label: str) -> bytes:
    read = _PEM.fullmatch(pem.lstrip())
    if read is None or read[1] != label:
        raise KeyUnusable(f"a PEM document with the label {label} is wanted")
    try:
        return base64.b64decode("".join(read[2].split()), validate=True)
    except ValueError as error:
        raise KeyUnusable("the document is not base64") from error


def _pem(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
