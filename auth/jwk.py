"""Public keys as JSON Web Keys (RFC 7517) and out of them: P-256 for ES256, RSA for RS256, nothing else."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_public_key

JWK = dict[str, str]
PublicKey = EllipticCurvePublicKey | RSAPublicKey
_COORDINATE_BYTES = 32
_RSA_BITS = range(2048, 4097)
_RSA_EXPONENT = 65537
_PRIVATE = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})


class KeyUnusable(ValueError):
    """A key that signatures on tokens cannot be checked with."""


def jwk_of(key: PublicKey) -> JWK:
    """The key as published for checking signatures."""
    return {**_members(key), "kid": thumbprint(key), "use": "sig", "alg": algorithm_of(key)}


def algorithm_of(key: PublicKey) -> str:
    """The one algorithm that this key is for."""
    return "RS256" if isinstance(key, RSAPublicKey) else "ES256"


def thumbprint(key: PublicKey) -> str:
    """The key's name: its JWK thumbprint (RFC 7638)."""
    members = json.dumps(_members(key), separators=(",", ":"), sort_keys=True)
    return _text(hashlib.sha256(members.encode()).digest())


def public_key(given: str | Mapping[str, Any]) -> PublicKey:
    """A public key out of PEM or a JWK; raises KeyUnusable, for a private key as well."""
    key = _from_pem(given) if isinstance(given, str) else _from_jwk(given)
    if isinstance(key, RSAPublicKey) and key.key_size in _RSA_BITS and key.public_numbers().e == _RSA_EXPONENT:
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise KeyUnusable("give a public key on the curve P-256, or an RSA key of 2048 to 4096 bits with exponent 65537")


def ec_public_key(jwk: Mapping[str, Any]) -> EllipticCurvePublicKey:
    """A JWK that must be on P-256, as in a proof of possession; raises KeyUnusable."""
    key = public_key(jwk)
    if not isinstance(key, EllipticCurvePublicKey):
        raise KeyUnusable("give an EC key on P-256 for ES256")
    return key


def _from_pem(text: str) -> object:
    try:
        return load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("this is no public key in PEM") from error


def _from_jwk(jwk: Mapping[str, Any]) -> object:
    if _PRIVATE & jwk.keys():
        raise KeyUnusable("keep the private part to yourself")
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise KeyUnusable("the key is not meant for checking signatures")
    if jwk.get("kty") == "RSA" and jwk.get("alg", "RS256") == "RS256":
        return _rsa(jwk)
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or jwk.get("alg", "ES256") != "ES256":
        raise KeyUnusable("give an EC key on P-256 for ES256, or an RSA key for RS256")
    try:
        return EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), SECP256R1()).public_key()
    except ValueError as error:
        raise KeyUnusable("x and y are no point on the curve") from error


def _rsa(jwk: Mapping[str, Any]) -> RSAPublicKey:
    modulus = _number(jwk, "n")
    if modulus.bit_length() not in _RSA_BITS:  # before the library works on a number of any length
        raise KeyUnusable("give an RSA key of 2048 to 4096 bits")
    try:
        return RSAPublicNumbers(_number(jwk, "e"), modulus).public_key()
    except ValueError as error:
        raise KeyUnusable("n and e are no RSA key") from error


def _number(jwk: Mapping[str, Any], name: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{jwk.get(name)}=="))
    except (ValueError, binascii.Error) as error:
        raise KeyUnusable(f"{name} is no base64url") from error


def _members(key: PublicKey) -> JWK:
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
    point = key.public_numbers()
    x, y = (_text(part.to_bytes(_COORDINATE_BYTES)) for part in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _integer(number: int) -> str:
    """As RFC 7518, section 2, has it: no leading zeros."""
    return _text(number.to_bytes((number.bit_length() + 7) // 8))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
