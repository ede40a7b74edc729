"""Who sent a request: a resident or a member of staff by cookie, a department's system by bearer token."""

from typing import Any

from starlette.requests import Request

from auth.api.cookies import SESSION, STAFF, read_cookie
from auth.api.origin import OwnOrigin
from auth.api.signed import message_of, signed_headers_of
from auth.department_tokens import DepartmentTokens
from auth.errors import TokenMissing
from auth.sessions import Sessions
from auth.shangmi.message_signatures import MessageSignatures
from auth.staff.sessions import StaffSessions
from core.access import DepartmentClient, Resident, Staff
from core.problems import Unauthenticated


class CookieOrBearer:
    """The authenticator (core.access) of residents, departments and staff."""

    def __init__(
        self,
        own_origin: OwnOrigin,
        sessions: Sessions,
        department_tokens: DepartmentTokens,
        staff_sessions: StaffSessions,
        signatures: MessageSignatures,
    ) -> None:
        self._own_origin = own_origin
        self._sessions = sessions
        self._department_tokens = department_tokens
        self._staff_sessions = staff_sessions
        self._signatures = signatures

    async def resident(self, request: Request[Any]) -> Resident:
        """The resident of the cookie's session; raises OriginForeign, Unauthenticated."""
        self._own_origin.check(request)
        secret = read_cookie(request, SESSION)
        resident = await self._sessions.resident(secret) if secret else None
        if resident is None:
            raise Unauthenticated("Sign in, and send the session's cookie.")
        return resident

    async def department(self, request: Request[Any]) -> DepartmentClient:
        """The system of the bearer token; raises TokenMissing, TokenInvalid, TokenExpired.

        One that is set to sign its messages with SM2 has to: raises SignatureRefused.
        """
        token = bearer_of(request.headers.get("authorization"))
        if token is None:
            raise TokenMissing
        client = await self._department_tokens.verify(token)
        if self._signatures.concern(client.client):
            await self._signatures.check(client.client, await message_of(request), signed_headers_of(request))
        return client

    async def staff(self, request: Request[Any]) -> Staff:
        """The member of the cookie's staff session; raises OriginForeign, Unauthenticated."""
        self._own_origin.check(request)
        secret = read_cookie(request, STAFF)
        member = await self._staff_sessions.staff(secret) if secret else None
        if member is None:
            raise Unauthenticated("Sign in as staff, and send the session's cookie.")
        return member


def bearer_of(authorization: str | None) -> str | None:
    """The token of an Authorization header (RFC 6750, section 2.1); None where there is none of that kind."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
