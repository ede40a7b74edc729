"""Who calls: the gateway's signed assertion, verified (RFC 7515, 7519, 8725)."""

from dataclasses import dataclass
from typing import Any

import jwt
from starlette.datastructures import Headers

from mock_services.shared.jwks import PublishedKeys
from mock_services.shared.problems import AssertionInvalid, IdentityNeeded, LevelTooLow, ScopeMissing

TYPE = "onecity-assertion+jwt"
LONGEST = 8 * 1024
LEEWAY_SECONDS = 5
_LOA_PREFIX = "urn:onecity:loa:"


@dataclass(frozen=True, slots=True)
class Resident:
    """What the gateway vouches for. `subject` is this department's own stable id of the person."""

    subject: str
    scopes: frozenset[str]
    loa: int
    name: str | None = None
    phone: str | None = None
    id_number: str | None = None

    def require(self, scope: str | None, loa: int | None) -> None:
        """Refuse (403) a call the resident did not agree to, or whose proofing level is too low."""
        if scope and scope not in self.scopes:
            raise ScopeMissing(f"Ask the resident's consent for {scope}.", scopes=[scope])
        if loa and self.loa < loa:
            raise LevelTooLow(f"The resident needs proofing level {loa}.", loa=loa)

    def required_id_number(self) -> str:
        """The number of the identity card; IdentityNeeded (403) when the resident did not agree to it."""
        if self.id_number is None:
            raise IdentityNeeded(
                "Ask the resident's consent for profile:id_number:read.", scopes=["profile:id_number:read"]
            )
        return self.id_number


class Assertions:
    """Verifies assertions made out to one upstream."""

    def __init__(self, keys: PublishedKeys, *, issuer: str, upstream: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = f"urn:onecity:upstream:{upstream}"

    async def verify(self, headers: Headers) -> Resident:
        """The resident behind this request; AssertionInvalid (401) for whatever is wrong with the assertion."""
        token = _bearer(headers)
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise AssertionInvalid("The gateway publishes no key with this id.")
        return _resident(self._claims(token, key))

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "exp", "iat", "sub", "jti"], "strict_aud": True},
            )
        except jwt.InvalidTokenError as error:
            raise AssertionInvalid(f"{error}.") from error


def _bearer(headers: Headers) -> str:
    given = headers.getlist("authorization")
    if len(given) != 1 or given[0][:7].lower() != "bearer ":
        raise AssertionInvalid("Send the assertion as one Authorization: Bearer header.")
    token = given[0][7:]
    if len(token) > LONGEST:
        raise AssertionInvalid(f"The assertion is longer than {LONGEST} bytes.")
    return token


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, RecursionError) as error:
        raise AssertionInvalid("The assertion is no signed JWT.") from error
    if header.get("typ") != TYPE:
        raise AssertionInvalid(f"The header's typ must be {TYPE}.")
    key_id = header.get("kid")
    if header.get("alg") != "ES256" or not isinstance(key_id, str):
        raise AssertionInvalid("The header must name alg ES256 and a kid.")
    return key_id


def _resident(claims: dict[str, Any]) -> Resident:
    try:
        return Resident(
            subject=_text(claims["sub"]),
            scopes=_scopes(claims.get("scope", "")),
            loa=_level(claims.get("acr")),
            name=_optional(claims.get("name")),
            phone=_optional(claims.get("phone")),
            id_number=_optional(claims.get("id_number")),
        )
    except ValueError as error:
        raise AssertionInvalid(str(error)) from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("A claim that must be text is not.")
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _scopes(value: object) -> frozenset[str]:
    if not isinstance(value, str):
        raise ValueError("The scope claim must be text.")  # noqa: TRY004 - one kind of error for what is in a claim
    return frozenset(value.split())


def _level(acr: object) -> int:
    if acr is None:
        return 1
    level = _text(acr).removeprefix(_LOA_PREFIX)
    if level not in {"1", "2", "3", "4"}:
        raise ValueError("The acr claim names no proofing level.")
    return int(level)
