"""Tokens that were exchanged (RFC 8693): the resident's own, made out to one department, for a minute at the most.

`sub` is the resident as that department knows them, `act` the client that asked, and within it whoever asked before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auth.errors import TokenInvalid
from auth.jwt import TokenRefused, unverified_claims
from auth.once import Once
from auth.provider.families import Families, Standing
from auth.provider.models import Client
from auth.subjects import Subjects, department_sector
from auth.tokens import ACCESS_TOKEN, Tokens
from core.clock import Clock
from core.ids import DepartmentId

LIFE_SECONDS = 60
_AUDIENCE = "urn:onecity:department:"
_REQUIRED = ("sub", "client_id", "family")
_TAKEN_BACK = "access token"


def audience_of(department: str) -> str:
    return f"{_AUDIENCE}{department}"


def department_of(audience: str) -> DepartmentId | None:
    """The department that an audience names."""
    return DepartmentId(audience.removeprefix(_AUDIENCE)) if audience.startswith(_AUDIENCE) else None


@dataclass(frozen=True, slots=True)
class Source:
    """The token that is passed on: what it says, and what it stands on now."""

    claims: Mapping[str, Any]
    standing: Standing
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExchangedToken:
    """A good token of that kind, and what it stands on now."""

    claims: Mapping[str, Any]
    standing: Standing
    scopes: frozenset[str]

    @property
    def department(self) -> DepartmentId:
        return DepartmentId(str(self.claims["aud"]).removeprefix(_AUDIENCE))


class ExchangedTokens:
    """Signs them and reads them again."""

    def __init__(self, clock: Clock, tokens: Tokens, subjects: Subjects, families: Families, once: Once) -> None:
        self._clock = clock
        self._tokens = tokens
        self._subjects = subjects
        self._families = families
        self._once = once

    async def issue(
        self, client: Client, department: DepartmentId, source: Source, scopes: frozenset[str], jkt: str | None
    ) -> tuple[str, int]:
        """A token for a department, which the one before outlives; and its seconds."""
        subject, standing = source.claims, source.standing
        seconds = min(LIFE_SECONDS, max(1, int(subject["exp"] - self._clock.now().timestamp())))
        claims: dict[str, Any] = {
            "aud": audience_of(department),
            "sub": await self._subjects.of(standing.account, department_sector(department)),
            "client_id": client.id,
            "scope": " ".join(sorted(scopes)),
            "act": {"sub": client.id, **({"act": subject["act"]} if "act" in subject else {})},
            **{name: subject[name] for name in ("family", "acr", "amr", "auth_time") if name in subject},
            **({"cnf": {"jkt": jkt}} if jkt else {}),
        }
        return await self._tokens.sign(claims, ACCESS_TOKEN, seconds), seconds

    async def verify(self, token: str, department: DepartmentId) -> ExchangedToken:
        """What a token for that department says, and stands on by now; raises TokenInvalid, TokenExpired."""
        claims = await self._tokens.read(token, ACCESS_TOKEN, audience_of(department), _REQUIRED)
        standing = await self._families.standing(claims["family"])
        if standing is None or await self._once.was_spent(_TAKEN_BACK, claims["jti"]):
            raise TokenInvalid("Get a new token: what this one rested on has ended.")
        return ExchangedToken(claims, standing, standing.scopes & frozenset(claims.get("scope", "").split()))

    async def find(self, token: str) -> ExchangedToken:
        """The same for whichever department it is for; raises TokenInvalid, TokenExpired."""
        try:
            audience = unverified_claims(token).get("aud")
        except TokenRefused as error:
            raise TokenInvalid("This is no token.") from error
        department = department_of(audience) if isinstance(audience, str) else None
        if department is None:
            raise TokenInvalid("The token is for no department.")
        return await self.verify(token, department)

    async def revoke(self, token: ExchangedToken) -> None:
        """Take back this one token; what it came from goes on."""
        until = datetime.fromtimestamp(token.claims["exp"] + 10, UTC)
        await self._once.spend(_TAKEN_BACK, token.claims["jti"], until=until)
