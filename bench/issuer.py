"""The token issuer that the peers trust: a key, a thousand good tokens, and one bad token of each kind.

The claims are those of a mini-session token of ours, so that the peers read heads of the same size.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "http://localhost:8000"
AUDIENCE = "http://bench.localhost:8000"
SCOPE = "bench:record:read"
RESIDENTS = 1000
_LIFE = 3600


def claims_of(issuer: str, audience: str, scope: str = SCOPE, life: int = _LIFE) -> dict[str, Any]:
    """The claims of one resident's token, from now on."""
    now = int(time.time())
    return {
        "iss": issuer,
        "iat": now,
        "exp": now + life,
        "jti": secrets.token_urlsafe(16),
        "aud": audience,
        "sub": secrets.token_hex(13),
        "client_id": "bench",
        "scope": scope,
        "acr": "urn:onecity:loa:2",
        "amr": ["sms"],
        "sid": secrets.token_hex(13),
    }


@dataclass(frozen=True)
class Issuer:
    """A P-256 key pair under a key id."""

    kid: str = "k1"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    issuer: str = ISSUER
    audience: str = AUDIENCE

    @property
    def pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def jwks(self) -> str:
        numbers = self.key.public_key().public_numbers()
        x, y = (_base64(each.to_bytes(32)) for each in (numbers.x, numbers.y))
        jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid, "alg": "ES256", "use": "sig"}
        return json.dumps({"keys": [jwk]})

    def sign(self, claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey | None = None) -> str:
        return jwt.encode(dict(claims), key or self.key, "ES256", {"typ": "at+jwt", "kid": self.kid})

    def tokens(self, count: int = RESIDENTS) -> list[str]:
        return [self.sign(claims_of(self.issuer, self.audience)) for _ in range(count)]

    def bad_tokens(self, good: Mapping[str, Any] | None = None) -> dict[str, str]:
        """One token for each way of being bad, otherwise like `good`; "" stands for no token at all."""
        claims = dict(good or claims_of(self.issuer, self.audience))
        past = {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}
        return {
            "no token": "",
            "expired": self.sign(claims | past),
            "wrong audience": self.sign(claims | {"aud": "http://other.localhost:8000"}),
            "wrong issuer": self.sign(claims | {"iss": "http://elsewhere.example"}),
            "wrong key": self.sign(claims, ec.generate_private_key(ec.SECP256R1())),
            "alg none": _unsigned(claims, self.kid),
            "HS256 with the public key": self._confused(claims),
            "missing scope": self.sign(claims | {"scope": "bench:other:read"}),
        }

    def _confused(self, claims: Mapping[str, Any]) -> str:
        """The public key taken for an HMAC key (RFC 8725, section 2.1); pyjwt would refuse to make it."""
        signed = _signed_part({"alg": "HS256", "typ": "at+jwt", "kid": self.kid}, claims)
        digest = hmac.HMAC(self.pem, hashes.SHA256())
        digest.update(signed.encode())
        return f"{signed}.{_base64(digest.finalize())}"


def _unsigned(claims: Mapping[str, Any], kid: str) -> str:
    return _signed_part({"alg": "none", "typ": "at+jwt", "kid": kid}, claims) + "."


def _signed_part(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(_base64(json.dumps(each).encode()) for each in (header, claims))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def write_tokens(tokens: list[str], file: Path) -> Path:
    """One a line, as wrk.lua reads them."""
    file.write_text("\n".join(tokens) + "\n")
    return file
