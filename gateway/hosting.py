"""The rooms of miniapps, and what they ask of auth."""

from collections.abc import Collection
from dataclasses import dataclass

from auth.intent_results import IntentResults
from auth.mandates.acting import MandateActing
from core.clock import Clock
from core.ids import AccountId, MandateId, ServiceId
from miniapps.intents.intents import Intents
from miniapps.intents.ports import Answered
from miniapps.intents.providers import Providers
from miniapps.ratings.ratings import Ratings
from miniapps.reports.reports import Reports
from miniapps.services import Services
from miniapps.storage.storage import Storage


class Representation:
    """storage's Acting, out of the mandates."""

    def __init__(self, acting: MandateActing) -> None:
        self._acting = acting

    async def principal(self, actor: AccountId, mandate: MandateId, service: ServiceId) -> AccountId:
        return (await self._acting.may(actor, mandate, service)).principal

    async def live(self, mandates: Collection[MandateId]) -> frozenset[MandateId]:
        return await self._acting.live(mandates)


class ResultSigner:
    """intents' Signer, by auth's keys and its names for residents."""

    def __init__(self, results: IntentResults) -> None:
        self._results = results

    async def sign(self, answered: Answered) -> str:
        said = {
            "intent": answered.intent,
            "name": answered.name,
            "provider": answered.provider,
            "payload_digest": answered.payload_digest,
            "result": answered.result,
        }
        return await self._results.sign(answered.account, answered.department, answered.service, said)


@dataclass(frozen=True, slots=True)
class MiniappsRooms:
    """Each room's services."""

    storage: Storage
    ratings: Ratings
    intent_providers: Providers
    intents: Intents
    reports: Reports


def compose_miniapps_rooms(
    clock: Clock, services: Services, acting: MandateActing, results: IntentResults
) -> MiniappsRooms:
    providers = Providers(services)
    return MiniappsRooms(
        storage=Storage(clock, services, Representation(acting)),
        ratings=Ratings(clock, services),
        intent_providers=providers,
        intents=Intents(clock, providers, ResultSigner(results)),
        reports=Reports(clock, services),
    )
