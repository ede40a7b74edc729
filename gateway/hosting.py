"""The rooms of miniapps, and what they ask of auth."""

from collections.abc import Collection
from dataclasses import dataclass

from auth.mandates.acting import MandateActing
from core.clock import Clock
from core.ids import AccountId, MandateId, ServiceId
from miniapps.ratings.ratings import Ratings
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


@dataclass(frozen=True, slots=True)
class MiniappsRooms:
    """Each room's services."""

    storage: Storage
    ratings: Ratings


def compose_miniapps_rooms(clock: Clock, services: Services, acting: MandateActing) -> MiniappsRooms:
    return MiniappsRooms(
        storage=Storage(clock, services, Representation(acting)),
        ratings=Ratings(clock, services),
    )
