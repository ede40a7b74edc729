"""Public keys on P-256 as JSON Web Keys (RFC 7517) and out of them."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_public_key

JWK = dict[str, str]
_COORDINATE_BYTES = 32
_PRIVATE = frozenset({"d", "k", "p", "q"})


class KeyUnusable(ValueError):
    """A key that signatures on ES256 tokens cannot be checked with."""


def jwk_of(key: EllipticCurvePublicKey) -> JWK:
    """The key as published for checking signatures."""
    return {**_members(key), "kid": thumbprint(key), "use": "sig", "alg": "ES256"}


def thumbprint(key: EllipticCurvePublicKey) -> str:
    """The key's name: its JWK thumbprint (RFC 7638)."""
    members = json.dumps(_members(key), separators=(",", ":"), sort_keys=True)
    return _text(hashlib.sha256(members.encode()).digest())


def public_key(given: str | Mapping[str, Any]) -> EllipticCurvePublicKey:
    """A public key out of PEM or a JWK; raises KeyUnusable, for a private key as well."""
    key = _from_pem(given) if isinstance(given, str) else _from_jwk(given)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise KeyUnusable("give a public key on the curve P-256")
    return key


def _from_pem(text: str) -> object:
    try:
        return load_pem_public_key(text.encode())
    except ValueError as error:
        raise KeyUnusable("this is no public key in PEM") from error


def _from_jwk(jwk: Mapping[str, Any]) -> object:
    if _PRIVATE & jwk.keys():
        raise KeyUnusable("keep the private part to yourself")
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or jwk.get("alg", "ES256") != "ES256":
        raise KeyUnusable("give an EC key on P-256 for ES256")
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise KeyUnusable("the key is not meant for checking signatures")
    try:
        return EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), SECP256R1()).public_key()
    except ValueError as error:
        raise KeyUnusable("x and y are no point on the curve") from error


def _number(jwk: Mapping[str, Any], name: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{jwk.get(name)}=="))
    except (ValueError, binascii.Error) as error:
        raise KeyUnusable(f"{name} is no base64url") from error


def _members(key: EllipticCurvePublicKey) -> JWK:
    numbers = key.public_numbers()
    x, y = (_text(part.to_bytes(_COORDINATE_BYTES)) for part in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
