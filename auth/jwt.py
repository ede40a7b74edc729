"""The one wrapper around PyJWT: strict where the library is not.

Closed here: the length before anything is decoded; ES256 and nothing else, or RS256 where that is expected; a key of
another kind than `alg` says; `typ`; `kid`; keys or URLs in the header; `crit`; members that stand twice; missing `exp`
or `iat`; an `aud` that is a list, unless lists are expected; times that are no whole numbers. The times are compared
with our clock, not with the library's.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from auth.jwk import KeyUnusable, PublicKey, ec_public_key
from core.bodies import parse_json
from core.problems import BadRequest

Algorithm = Literal["ES256", "RS256"]
ALGORITHM: Algorithm = "ES256"
TOKEN_LIMIT = 8 * 1024
LEEWAY_LIMIT = 5
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NEVER = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
_ID_LIMIT = 256
_LATEST_TIME = 2**53
_AUDIENCES = 10
_KINDS: Mapping[str, type[PublicKey]] = {"ES256": EllipticCurvePublicKey, "RS256": RSAPublicKey}
_JWS = jwt.PyJWS(algorithms=list(_KINDS), options={"enforce_minimum_key_length": True})


class TokenRefused(Exception):
    """A token that does not do; the text says why, without the token."""


class TokenOutdated(TokenRefused):
    """A token that was good, and whose time is over."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the name it is published under."""

    kid: str
    private: EllipticCurvePrivateKey | RSAPrivateKey

    @property
    def algorithm(self) -> Algorithm:
        return "RS256" if isinstance(self.private, RSAPrivateKey) else "ES256"


class KeySource(Protocol):
    """Finds the public key that a token names."""

    async def find(self, kid: str | None) -> PublicKey | None:
        """The key; None for a token that is not to be trusted. `kid` is None only where it may be missing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must be.

    `typ`, `audience`: one of these (None in `typ`: the header may be missing). `required`: claims beside iss, aud, exp
    and iat. `leeway`: seconds that clocks may differ by, 5 at most. `algorithms`: one of these. `audiences`: `aud` may
    be a list that names one of `audience` among others, as ID tokens have it (OpenID Connect Core, section 2).
    """

    typ: Collection[str | None]
    audience: Collection[str]
    issuer: str
    required: Collection[str] = ()
    kid_required: bool = True
    leeway: int = 5
    algorithms: Collection[Algorithm] = (ALGORITHM,)
    audiences: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.leeway <= LEEWAY_LIMIT:
            raise ValueError(f"leeway is 0 to {LEEWAY_LIMIT} seconds")


def sign(claims: Mapping[str, Any], typ: str, key: SigningKey) -> str:
    """A signed token (RFC 7519) in compact form."""
    return jwt.encode(dict(claims), key.private, key.algorithm, {"typ": typ, "kid": key.kid})


async def verify(token: str, expected: Expected, keys: KeySource, now: datetime) -> dict[str, Any]:
    """The claims of a token that is all that is expected; raises TokenOutdated, and TokenRefused for all else."""
    header = _header(token, expected)
    key = await keys.find(header.get("kid"))
    if key is None:
        raise TokenRefused("no key of that name counts here")
    claims = _signed_claims(token, key, header["alg"])
    _check_claims(claims, expected)
    _check_times(claims, int(now.timestamp()), expected.leeway)
    return claims


def verify_embedded(token: str, typ: str) -> tuple[dict[str, Any], EllipticCurvePublicKey]:
    """The claims of a proof of possession, and the key that it brings along and is signed with (RFC 9449, section 4.3).

    It proves that its sender has that key, and nothing else: whose key it is, and every claim, is the caller's to
    check. ES256 alone; raises TokenRefused, also for a private key.
    """
    header = header_of(token)
    if header.get("alg") != ALGORITHM or header.get("typ") != typ:
        raise TokenRefused(f"typ must be {typ}, and alg {ALGORITHM}")
    if (_NEVER - {"jwk"}) & header.keys() or not isinstance(header.get("jwk"), dict):
        raise TokenRefused("the header must carry jwk, and no other key, address or extension")
    try:
        key = ec_public_key(header["jwk"])
    except KeyUnusable as error:
        raise TokenRefused(f"jwk: {error}") from error
    return _signed_claims(token, key, ALGORITHM), key


def unverified_claims(token: str) -> dict[str, Any]:
    """What a token says of itself, to find out whose key to check it with; trust nothing in it."""
    return _segments(token)[1]


def header_of(token: str) -> dict[str, Any]:
    """What a token says of its key and kind, to be checked before it is believed."""
    return _segments(token)[0]


def kid_of(token: str) -> str:
    """The name of the key that a token was verified with."""
    return str(_segments(token)[0]["kid"])


def _segments(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(token) > TOKEN_LIMIT:
        raise TokenRefused(f"the token is longer than {TOKEN_LIMIT} bytes")
    if not _COMPACT.fullmatch(token):
        raise TokenRefused("this is no signed token in compact form")
    header, payload, _ = token.split(".")
    return _object(header), _object(payload)


def _object(segment: str) -> dict[str, Any]:
    try:
        value = parse_json(jwt.utils.base64url_decode(segment))
    except (ValueError, BadRequest) as error:
        raise TokenRefused("a part of the token is no JSON in base64url") from error
    if not isinstance(value, dict):
        raise TokenRefused("a part of the token is no JSON object")
    return value


def _header(token: str, expected: Expected) -> dict[str, Any]:
    header, _ = _segments(token)
    if not all(isinstance(header.get(name), str | None) for name in ("alg", "typ")):
        raise TokenRefused("alg and typ must be texts")
    if header.get("alg") not in expected.algorithms:
        raise TokenRefused(f"alg must be {' or '.join(expected.algorithms)}")
    if header.get("typ") not in expected.typ:
        raise TokenRefused("typ is not that of a token for this place")
    if _NEVER & header.keys():
        raise TokenRefused("the header carries what no token may bring along")
    if expected.kid_required or "kid" in header:
        _check_text(header, "kid")
    return header


def _signed_claims(token: str, key: PublicKey, algorithm: str) -> dict[str, Any]:
    if not isinstance(key, _KINDS[algorithm]):
        raise TokenRefused("the key is not one for this alg")
    try:
        _JWS.decode(token, key, algorithms=[algorithm])
    except jwt.PyJWTError as error:
        raise TokenRefused("the signature does not fit") from error
    return unverified_claims(token)


def _check_claims(claims: Mapping[str, Any], expected: Expected) -> None:
    for name in ("iss", *expected.required):
        _check_text(claims, name)
    if claims["iss"] != expected.issuer:
        raise TokenRefused("iss is another issuer")
    if not set(_audiences(claims, expected)) & set(expected.audience):
        raise TokenRefused("aud is another audience")


def _audiences(claims: Mapping[str, Any], expected: Expected) -> list[str]:
    listed = claims.get("aud")
    if not expected.audiences or not isinstance(listed, list):
        _check_text(claims, "aud")
        return [claims["aud"]]
    if len(listed) > _AUDIENCES or not all(isinstance(each, str) for each in listed):
        raise TokenRefused(f"aud must be a text or a list of {_AUDIENCES} at the most")
    return listed


def _check_text(members: Mapping[str, Any], name: str) -> None:
    value = members.get(name)
    if not isinstance(value, str) or not value or len(value) > _ID_LIMIT:
        raise TokenRefused(f"{name} must be a text of 1 to {_ID_LIMIT} characters")


def _check_times(claims: Mapping[str, Any], now: int, leeway: int) -> None:
    issued, expires, not_before = (_time(claims, name) for name in ("iat", "exp", "nbf"))
    if expires is None or issued is None:
        raise TokenRefused("exp and iat are required")
    if issued > now + leeway or (not_before or 0) > now + leeway:
        raise TokenRefused("the token is from the future")
    if expires <= now - leeway:
        raise TokenOutdated("the token has expired")


def _time(claims: Mapping[str, Any], name: str) -> int | None:
    value = claims.get(name)
    if name not in claims:
        return None
    if type(value) is not int or not 0 <= value < _LATEST_TIME:
        raise TokenRefused(f"{name} must be a whole number of seconds")
    return value
