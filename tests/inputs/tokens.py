"""Tokens that do not do: RFC 8725, RFC 9068.

Each is wrong in one thing only, and signed with the city's own key where that is not the thing.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth.jwt import SigningKey
from tests.harness.attack import claims_of


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def part(members: Mapping[str, Any]) -> str:
    return b64(json.dumps(members, separators=(",", ":")).encode())


def es256(head: str, claims: str, key: ec.EllipticCurvePrivateKey) -> str:
    r, s = decode_dss_signature(key.sign(f"{head}.{claims}".encode(), ec.ECDSA(SHA256())))
    return f"{head}.{claims}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@dataclass(frozen=True, slots=True)
class Mint:
    """The city's key and a good token to deviate from."""

    key: SigningKey
    good: str

    @property
    def head(self) -> dict[str, Any]:
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}

    @property
    def claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {**claims_of(self.good), "iat": now, "exp": now + 300, "jti": secrets.token_urlsafe(16)}

    def token(self, head: Mapping[str, Any] | None = None, drop: str = "", **claims: Any) -> str:
        """A well-signed token with other members in its header or its claims, or with one claim left out."""
        members = {name: value for name, value in {**self.claims, **claims}.items() if name != drop}
        return es256(part({**self.head, **(head or {})}), part(members), self.key.private)

    def raw(self, head: str, claims: str) -> str:
        return es256(head, claims, self.key.private)

    def hs256(self, secret: bytes, **head: Any) -> str:
        signed = f"{part({**self.head, 'alg': 'HS256', **head})}.{part(self.claims)}"
        return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def unsigned(self, alg: str, signature: str = "") -> str:
        return f"{part({**self.head, 'alg': alg})}.{part(self.claims)}.{signature}"

    @property
    def pem(self) -> bytes:
        return self.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def with_own_key(self) -> str:
        """Signed with a key that the token itself brings along."""
        key = ec.generate_private_key(ec.SECP256R1())
        numbers = key.public_key().public_numbers()
        jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": b64(numbers.x.to_bytes(32, "big")),
            "y": b64(numbers.y.to_bytes(32, "big")),
        }
        return es256(part({**self.head, "jwk": jwk}), part(self.claims), key)

    def changed(self) -> str:
        """A good signature over other claims."""
        head, _, signature = self.good.split(".")
        return f"{head}.{part({**self.claims, 'scope': 'records:record:write'})}.{signature}"


NOW = time.time
FORGERIES: tuple[tuple[str, Callable[[Mint], str]], ...] = (
    ("alg none", lambda mint: mint.unsigned("none")),
    ("alg None", lambda mint: mint.unsigned("None")),
    ("alg nOnE, with the good signature", lambda mint: mint.unsigned("nOnE", mint.good.split(".")[2])),
    ("alg of nothing", lambda mint: mint.unsigned("")),
    ("HS256 with the public key", lambda mint: mint.hs256(mint.pem)),
    ("HS256 with the public key, no line break", lambda mint: mint.hs256(mint.pem.strip())),
    ("HS256 with nothing", lambda mint: mint.hs256(b"")),
    ("HS256 with the name of the key", lambda mint: mint.hs256(mint.key.kid.encode())),
    ("alg RS256", lambda mint: mint.token({"alg": "RS256"})),
    ("alg ES384", lambda mint: mint.token({"alg": "ES384"})),
    ("alg es256 in small letters", lambda mint: mint.token({"alg": "es256"})),
    ("no alg", lambda mint: mint.raw(part({"typ": "at+jwt", "kid": mint.key.kid}), part(mint.claims))),
    ("unknown kid", lambda mint: mint.token({"kid": "nobody"})),
    ("kid with a path", lambda mint: mint.token({"kid": "../../../../dev/null"})),
    ("kid with SQL", lambda mint: mint.token({"kid": "' OR 1=1 --"})),
    ("kid of another kind", lambda mint: mint.token({"kid": 1})),
    ("no kid", lambda mint: mint.raw(part({"alg": "ES256", "typ": "at+jwt"}), part(mint.claims))),
    ("jwk in the header", lambda mint: mint.with_own_key()),
    ("jku in the header", lambda mint: mint.token({"jku": "https://evil.example/jwks.json"})),
    ("x5u in the header", lambda mint: mint.token({"x5u": "https://evil.example/x.pem"})),
    ("x5c in the header", lambda mint: mint.token({"x5c": ["MIIB"]})),
    ("crit in the header", lambda mint: mint.token({"crit": ["exp"]})),
    ("b64 in the header", lambda mint: mint.token({"b64": False, "crit": ["b64"]})),
    ("zip in the header", lambda mint: mint.token({"zip": "DEF"})),
    ("no typ", lambda mint: mint.raw(part({"alg": "ES256", "kid": mint.key.kid}), part(mint.claims))),
    ("typ JWT", lambda mint: mint.token({"typ": "JWT"})),
    ("typ of an assertion", lambda mint: mint.token({"typ": "onecity-assertion+jwt"})),
    ("typ in capitals", lambda mint: mint.token({"typ": "AT+JWT"})),
    ("expired", lambda mint: mint.token(iat=int(NOW()) - 600, exp=int(NOW()) - 10)),
    ("expired long ago", lambda mint: mint.token(iat=0, exp=1)),
    ("not yet", lambda mint: mint.token(nbf=int(NOW()) + 60)),
    ("issued in the future", lambda mint: mint.token(iat=int(NOW()) + 60)),
    ("exp of a text", lambda mint: mint.token(exp=str(int(NOW()) + 60))),
    ("exp of a fraction", lambda mint: mint.token(exp=NOW() + 60.5)),
    ("exp beyond all", lambda mint: mint.token(exp=1e300)),
    ("no exp", lambda mint: mint.token(drop="exp")),
    ("no iat", lambda mint: mint.token(drop="iat")),
    ("no aud", lambda mint: mint.token(drop="aud")),
    ("no iss", lambda mint: mint.token(drop="iss")),
    ("no sid", lambda mint: mint.token(drop="sid")),
    ("no sub", lambda mint: mint.token(drop="sub")),
    ("no client_id", lambda mint: mint.token(drop="client_id")),
    ("no jti", lambda mint: mint.token(drop="jti")),
    ("aud of another service", lambda mint: mint.token(aud=mint.claims["aud"].replace("hello", "other"))),
    ("aud of the city", lambda mint: mint.token(aud=mint.claims["iss"])),
    ("aud with a slash behind", lambda mint: mint.token(aud=mint.claims["aud"] + "/")),
    ("aud in capitals", lambda mint: mint.token(aud=mint.claims["aud"].upper())),
    ("aud of a list", lambda mint: mint.token(aud=[mint.claims["aud"]])),
    ("aud of nothing", lambda mint: mint.token(aud="")),
    ("iss of another city", lambda mint: mint.token(iss="https://evil.example")),
    ("iss with a slash behind", lambda mint: mint.token(iss=mint.claims["iss"] + "/")),
    ("sid of nobody", lambda mint: mint.token(sid="x" * 26)),
    ("sid of another kind", lambda mint: mint.token(sid=1)),
    ("claims changed", lambda mint: mint.changed()),
    ("signature changed", lambda mint: mint.good[:-6] + ("AAAAAA" if mint.good[-6:] != "AAAAAA" else "BBBBBB")),
    ("signature of noughts", lambda mint: mint.good.rpartition(".")[0] + "." + b64(bytes(64))),
    ("signature cut", lambda mint: mint.good[:-10]),
    ("signature with something behind", lambda mint: mint.good + "AAAA"),
    ("no signature", lambda mint: mint.good.rpartition(".")[0] + "."),
    ("two dots too few", lambda mint: mint.good.replace(".", "")),
    ("one dot too few", lambda mint: mint.good.rpartition(".")[0]),
    ("a dot too many", lambda mint: mint.good + ".x"),
    ("padding", lambda mint: mint.good + "=="),
    ("a plus sign", lambda mint: mint.good[:20] + "+" + mint.good[21:]),
    ("9 KB", lambda mint: mint.token(padding="x" * 6600)),
    ("no JSON inside", lambda mint: mint.raw(b64(b"hello"), part(mint.claims))),
    ("a list inside", lambda mint: mint.raw(b64(b"[]"), part(mint.claims))),
    ("a member twice", lambda mint: mint.raw(part(mint.head), b64(part_text(mint.claims)[:-1] + b',"aud":"x"}'))),
    ("brackets without end", lambda mint: mint.raw(b64(b"[" * 4000), part(mint.claims))),
    (
        "another key under our name",
        lambda mint: es256(part(mint.head), part(mint.claims), ec.generate_private_key(ec.SECP256R1())),
    ),
    ("words", lambda _: "hello"),
    ("dots", lambda _: ".."),
    ("nothing", lambda _: ""),
)
SCHEMES: tuple[tuple[str, str], ...] = (
    ("none", ""),
    ("nothing", "Authorization:\r\n"),
    ("Basic", "Authorization: Basic eDp5\r\n"),
    ("DPoP", "Authorization: DPoP {token}\r\n"),
    ("Token", "Authorization: Token {token}\r\n"),
    ("no scheme", "Authorization: {token}\r\n"),
    ("Bearer alone", "Authorization: Bearer\r\n"),
    ("Bearer without a space", "Authorization: Bearer{token}\r\n"),
    ("Bearer with a colon", "Authorization: Bearer: {token}\r\n"),
    ("in quotes", 'Authorization: Bearer "{token}"\r\n'),
    ("in a cookie", "Cookie: access_token={token}\r\n"),
    ("in another field", "X-Authorization: Bearer {token}\r\n"),
    ("under another name", "Proxy-Authorization: Bearer {token}\r\n"),
    ("with an underscore", "Author_ization: Bearer {token}\r\n"),
)
"""Ways to bring a good token along that do not count."""


def part_text(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
