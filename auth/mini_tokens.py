"""Mini-session tokens: access tokens (RFC 9068) for one mini-service, five minutes long."""

from dataclasses import dataclass

from auth.entitlements import Entitlement, Entitlements
from auth.errors import TokenMissing
from auth.jwt import kid_of
from auth.levels import acr_of, loa_of
from auth.mini_sessions import MiniSessions
from auth.ports import Acting, ActingFor
from auth.settings import AuthSettings
from auth.subjects import Subjects, mandate_sector, service_sector
from auth.tokens import ACCESS_TOKEN, Tokens
from core.access import Resident
from core.ids import AccountId, MandateId, ServiceId, Subject


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token just signed; `expires_in` in seconds; `acting_for`: whose data it is about, if not the resident's own."""

    token: str
    expires_in: int
    scope: str
    sub: Subject
    acting_for: ActingFor | None = None


@dataclass(frozen=True, slots=True)
class MiniToken:
    """What a good token says; what is true by now, MiniSessions.standing(handle) says.

    `expires_at` in Unix seconds; `kid` names the key that signed it.
    """

    sub: Subject
    service: ServiceId
    handle: str
    scopes: frozenset[str]
    loa: int
    expires_at: int
    kid: str


class MiniTokens:
    """Gives mini-services their tokens and reads them again."""

    def __init__(  # noqa: PLR0913, PLR0917 - what tokens rest on, handed in in one place
        self,
        tokens: Tokens,
        settings: AuthSettings,
        entitlements: Entitlements,
        subjects: Subjects,
        mini_sessions: MiniSessions,
        acting: Acting | None = None,
    ) -> None:
        self._tokens = tokens
        self._life = settings.mini_token_seconds
        self._entitlements = entitlements
        self._subjects = subjects
        self._mini_sessions = mini_sessions
        self._acting = acting

    async def issue(self, resident: Resident, service_id: ServiceId, mandate: MandateId | None = None) -> IssuedToken:
        """A token for the service's pages, in the resident's own name or on a mandate of theirs.

        Raises ServiceUnknown, AudienceOther, LevelTooLow, AccountOnHold, ConsentNeeded; with a mandate what Acting.may
        raises.
        """
        if mandate is not None and self._acting is not None:
            return await self._issue_acting(self._acting, resident, service_id, mandate)
        entitlement = await self._entitlements.of(resident.account, service_id)
        sub = await self._subjects.of(resident.account, service_sector(service_id))
        handle = await self._mini_sessions.handle(resident, service_id)
        token = await self._tokens.sign(_claims(entitlement, sub, handle, resident.amr), ACCESS_TOKEN, self._life)
        return IssuedToken(token, self._life, " ".join(entitlement.scopes), sub)

    async def _issue_acting(
        self, acting: Acting, resident: Resident, service_id: ServiceId, mandate: MandateId
    ) -> IssuedToken:
        """`sub` is whoever is represented, `act` the resident, `mandate` as this service knows it (RFC 8693, 4.1)."""
        whom = await acting.may(resident.account, mandate, service_id)
        entitlement = await self._entitlements.of(resident.account, service_id, whom)
        sector = service_sector(service_id)
        sub = await self._subjects.of(whom.principal, sector)
        handle = await acting.handle(resident, service_id, mandate)
        claims = _claims(entitlement, sub, handle, resident.amr) | {
            "act": {"sub": await self._subjects.of(resident.account, sector)},
            "mandate": {
                "id": await self._subjects.of(AccountId(mandate), mandate_sector(sector)),
                "kind": whom.mandate.kind,
            },
        }
        token = await self._tokens.sign(claims, ACCESS_TOKEN, self._life)
        return IssuedToken(token, self._life, " ".join(entitlement.scopes), sub, whom)

    async def verify(self, token: str | None, audience: str) -> MiniToken:
        """What a token says that was made for `audience`, the mini-service's origin.

        Raises TokenMissing, TokenInvalid, TokenExpired.
        """
        if not token:
            raise TokenMissing
        required = ("sub", "client_id", "sid", "acr")
        claims = await self._tokens.read(token, ACCESS_TOKEN, audience, required)
        return MiniToken(
            sub=Subject(claims["sub"]),
            service=ServiceId(claims["client_id"]),
            handle=claims["sid"],
            scopes=frozenset(claims["scope"].split()),
            loa=loa_of(claims["acr"]),
            expires_at=claims["exp"],
            kid=kid_of(token),
        )


def _claims(entitlement: Entitlement, sub: Subject, handle: str, amr: tuple[str, ...]) -> dict[str, object]:
    return {
        "aud": entitlement.service.origin,
        "sub": sub,
        "client_id": entitlement.service.service_id,
        "scope": " ".join(entitlement.scopes),
        "acr": acr_of(entitlement.loa),
        "amr": list(amr),
        "sid": handle,
    }
