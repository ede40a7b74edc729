"""What a resident keeps at hand: favourite services, and those opened last."""

from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, ServiceId, new_id
from miniapps.errors import ServiceUnknown
from miniapps.models import Favourite, Recent
from miniapps.services import LiveService, Services

_RECENTS = 8
_LOOKED_AT = 50


class Keepsakes:
    def __init__(self, clock: Clock, services: Services) -> None:
        self._clock = clock
        self._services = services

    async def favourites(self, account: AccountId) -> list[LiveService]:
        """The newest first; those not live at the moment are left out."""
        kept = await Favourite.filter(account_id=account).order_by("-id").limit(200)
        return await self._live([ServiceId(row.service_id) for row in kept])

    async def add_favourite(self, account: AccountId, service: ServiceId) -> None:
        """Keep a service at hand; raises ServiceUnknown."""
        await self._check(service)
        async with transaction():
            await rows(
                "INSERT INTO miniapps_favourite (id, account_id, service_id) VALUES (?, ?, ?) "
                "ON CONFLICT (account_id, service_id) DO NOTHING",
                new_id(self._clock.now()),
                account,
                service,
            )

    async def remove_favourite(self, account: AccountId, service: ServiceId) -> None:
        async with transaction():
            await Favourite.filter(account_id=account, service_id=service).delete()

    async def recents(self, account: AccountId) -> list[LiveService]:
        """The last opened first; those not live at the moment are left out, and make room for others."""
        opened = await Recent.filter(account_id=account).order_by("-opened_at", "-id").limit(_LOOKED_AT)
        return (await self._live([ServiceId(row.service_id) for row in opened]))[:_RECENTS]

    async def note_opened(self, account: AccountId, service: ServiceId) -> None:
        """The resident opened it just now; raises ServiceUnknown."""
        await self._check(service)
        now = self._clock.now()
        async with transaction():
            await rows(
                "INSERT INTO miniapps_recent (id, account_id, service_id, opened_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (account_id, service_id) DO UPDATE SET opened_at = excluded.opened_at",
                new_id(now),
                account,
                service,
                now,
            )

    async def _check(self, service: ServiceId) -> None:
        if await self._services.live(service) is None:
            raise ServiceUnknown("Take an id from /api/v1/services.")

    async def _live(self, ids: list[ServiceId]) -> list[LiveService]:
        live = await self._services.all()
        return [live[each] for each in ids if each in live]
