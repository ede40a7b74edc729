"""Who is asking, and what a route asks of them.

A route names its guard: `public`, `resident`, `needs(scope)` or `staff(role)`. The guard has the principal established
by the `Authenticator` that the gateway puts into the state, and leaves it in the request's scope for `principal_of`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, TypedDict

from starlette.requests import Request

from core.ids import AccountId, DepartmentId, SessionId
from core.problems import Forbidden


class Scope(StrEnum):
    """What a department's system may be allowed: `<area>:<resource>:<action>`."""

    ACCOUNTS_READ = "dept:accounts:read"
    CLIENTS_WRITE = "dept:clients:write"
    NOTICES_SEND = "dept:notices:send"
    PROOFING_WRITE = "dept:proofing:write"
    RATINGS_READ = "dept:ratings:read"
    RELEASES_WRITE = "dept:releases:write"
    REPORTS_READ = "dept:reports:read"
    UPSTREAMS_READ = "dept:upstreams:read"


class StaffRole(StrEnum):
    """What a member of staff is: several at once, of one department or of the platform."""

    DEVELOPER = "developer"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class RoleMissing(Forbidden):
    title = "Your role does not cover this"


class ScopeNotGranted(Forbidden):
    title = "Your token does not carry the scope that this needs"


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident, by the session of one device.

    `amr`: the means of the session's last authentication (RFC 8176); `authenticated_at`: its time.
    """

    account: AccountId
    session: SessionId
    amr: tuple[str, ...] = field(default=("sms",), compare=False)
    authenticated_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DepartmentClient:
    """A department's system, by its own token."""

    client: str
    department: DepartmentId
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff, by a session of theirs; without a department: of the platform team."""

    member: str
    session: str
    department: DepartmentId | None
    roles: frozenset[StaffRole]


class Authenticator(Protocol):
    """Establishes who sent a request."""

    async def resident(self, request: Request[Any]) -> Resident:
        """The signed-in resident; raises Unauthenticated, or Forbidden for a write from a foreign page."""
        ...

    async def department(self, request: Request[Any]) -> DepartmentClient:
        """The department's system; raises Unauthenticated."""
        ...

    async def staff(self, request: Request[Any]) -> Staff:
        """The member of staff; raises Unauthenticated, or Forbidden for a write from a foreign page."""
        ...


class AccessState(TypedDict):
    authenticator: Authenticator


Security = Literal["session", "department", "staff"]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks of its caller; `security` and `scope` go into the OpenAPI document."""

    security: Security | None = None
    scope: Scope | None = None
    _admit: Callable[[Request[Any]], Awaitable[object]] | None = field(default=None, repr=False)

    async def admit(self, request: Request[Any]) -> None:
        """Establish the principal or raise; `public` asks nothing."""
        if self._admit:
            request.scope["principal"] = await self._admit(request)


async def _admit_resident(request: Request[AccessState]) -> Resident:
    return await request.state["authenticator"].resident(request)


public = Guard()
resident = Guard("session", None, _admit_resident)


def needs(scope: Scope) -> Guard:
    """A department's token that carries `scope`."""

    async def admit(request: Request[AccessState]) -> DepartmentClient:
        client = await request.state["authenticator"].department(request)
        if scope not in client.scopes:
            raise ScopeNotGranted(f"Ask for the scope {scope} when you get your token.", scope=scope)
        return client

    return Guard("department", scope, admit)


def staff(*roles: StaffRole) -> Guard:
    """A member of staff with at least one of `roles`; with any, where none is named."""

    async def admit(request: Request[AccessState]) -> Staff:
        member = await request.state["authenticator"].staff(request)
        if roles and not member.roles & set(roles):
            raise RoleMissing(f"This needs one of the roles {', '.join(roles)}.", roles=list(roles))
        return member

    return Guard("staff", None, admit)


def staff_of(request: Request[Any]) -> Staff:
    """The member of staff whom the route's guard let in."""
    principal = request.scope["principal"]
    assert isinstance(principal, Staff)  # noqa: S101 - as below
    return principal


def resident_of(request: Request[Any]) -> Resident:
    """The resident whom the route's guard let in."""
    principal = request.scope["principal"]
    assert isinstance(principal, Resident)  # noqa: S101 - the route's guard is wrong otherwise, and a test would show it
    return principal


def department_of(request: Request[Any]) -> DepartmentClient:
    """The department's system that the route's guard let in."""
    principal = request.scope["principal"]
    assert isinstance(principal, DepartmentClient)  # noqa: S101 - as above
    return principal
