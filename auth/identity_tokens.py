"""Identity tokens: who the resident is, for a department's own server, to which the page hands one on.

They are for what no gateway leads to: sixty seconds, the department alone, and nothing of the resident's but the name
that this department knows them by anyway.
"""

from auth.acting_claims import acting_claims, called_by
from auth.entitlements import Entitlement, Entitlements
from auth.levels import acr_of
from auth.ports import Acting, ActingFor
from auth.subjects import Subjects, department_sector
from auth.tokens import Tokens
from core.access import Resident
from core.ids import MandateId, ServiceId

IDENTITY_TOKEN = "identity+jwt"  # noqa: S105 - a media type
LIFE_SECONDS = 60


class IdentityTokens:
    def __init__(self, tokens: Tokens, entitlements: Entitlements, subjects: Subjects, acting: Acting) -> None:
        self._tokens = tokens
        self._entitlements = entitlements
        self._subjects = subjects
        self._acting = acting

    async def issue(self, resident: Resident, service_id: ServiceId, mandate: MandateId | None = None) -> str:
        """A token for the server of the service's department; raises what MiniTokens.issue raises."""
        if mandate is None:
            return await self._signed(resident, await self._entitlements.of(resident.account, service_id), None)
        whom = await self._acting.may(resident.account, mandate, service_id)
        entitlement = await self._entitlements.of(resident.account, service_id, whom)
        await self._acting.handle(resident, service_id, mandate)  # both sides see that it was acted on
        return await self._signed(resident, entitlement, whom)

    async def _signed(self, resident: Resident, entitlement: Entitlement, whom: ActingFor | None) -> str:
        service = entitlement.service
        department = service.department_id
        about = whom.principal if whom else resident.account
        claims = {
            "aud": department,
            "sub": await self._subjects.of(about, department_sector(department)),
            "acr": acr_of(entitlement.loa),
            "amr": list(resident.amr),
            **called_by(service.service_id),
        }
        if whom:
            claims |= await acting_claims(self._subjects, department, service.service_id, whom.mandate)
        return await self._tokens.sign(claims, IDENTITY_TOKEN, LIFE_SECONDS)
