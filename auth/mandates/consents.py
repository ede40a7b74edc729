"""Consents that somebody gives or takes back for whom they act for: the represented one's, and who did it is kept."""

from auth.consents import Consents
from auth.mandates.acting import MandateActing
from auth.mandates.acts import Acts
from auth.models import Consent
from core.access import Resident
from core.database import transaction
from core.ids import MandateId, ServiceId


class ActingConsents:
    """Both raise what MandateActing.may raises, besides what Consents does."""

    def __init__(self, acting: MandateActing, consents: Consents, acts: Acts) -> None:
        self._acting = acting
        self._consents = consents
        self._acts = acts

    async def put(
        self, resident: Resident, mandate: MandateId, service_id: ServiceId, names: list[str], version: str
    ) -> Consent:
        async with transaction():
            whom = await self._acting.may(resident.account, mandate, service_id)
            await self._acts.record(mandate, resident.account, "consent-given", service_id)
            return await self._consents.put(whom.principal, service_id, names, version)

    async def withdraw(self, resident: Resident, mandate: MandateId, service_id: ServiceId) -> None:
        async with transaction():
            whom = await self._acting.may(resident.account, mandate, service_id)
            await self._acts.record(mandate, resident.account, "consent-withdrawn", service_id)
            await self._consents.withdraw(whom.principal, service_id)
