"""Who may ask for an intent, and who provides it, by the manifests of the live releases."""

from dataclasses import dataclass

from core.ids import ServiceId
from miniapps.errors import ServiceUnknown
from miniapps.intents.errors import IntentNotDeclared, NoProvider, ProviderUnclear
from miniapps.manifest import Provided
from miniapps.services import LiveService, Services


@dataclass(frozen=True, slots=True)
class Provider:
    """A live service, and where in it the intent begins."""

    service: LiveService
    provided: Provided


class Providers:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def asker(self, service_id: ServiceId, name: str) -> LiveService:
        """The live service that asks; raises ServiceUnknown, IntentNotDeclared."""
        service = await self._services.live(service_id)
        if service is None:
            raise ServiceUnknown("Take an id from /api/v1/services.")
        if name not in service.manifest.uses:
            raise IntentNotDeclared(f"Name {name} under onecity.intents.uses of the manifest.")
        return service

    async def of(self, name: str, asker: ServiceId, wanted: ServiceId | None) -> Provider:
        """The one that is wanted, or the only one; raises NoProvider, ProviderUnclear."""
        found = [each for each in await self._all(name) if each.service.id != asker]
        fitting = [each for each in found if wanted in {None, each.service.id}]
        if not fitting:
            raise NoProvider(f"No live service but the one that asks names {name} under onecity.intents.provides.")
        if len(fitting) > 1:
            raise ProviderUnclear("Name one of `providers`.", providers=[_card(each.service) for each in fitting])
        return fitting[0]

    async def one(self, name: str, service_id: ServiceId) -> Provider:
        """That service, as long as it is live and provides the intent; raises NoProvider."""
        service = await self._services.live(service_id)
        provided = service and service.manifest.provides.get(name)
        if not service or not provided:
            raise NoProvider("The service that was asked is not there any more.")
        return Provider(service, provided)

    async def name(self, service_id: ServiceId) -> LiveService | None:
        """The service by its live release, or by its newest."""
        return await self._services.newest(service_id)

    async def _all(self, name: str) -> list[Provider]:
        live = (await self._services.all()).values()
        offers = [(service, service.manifest.provides.get(name)) for service in live]
        found = [Provider(service, provided) for service, provided in offers if provided]
        return sorted(found, key=lambda each: each.service.id)


def _card(service: LiveService) -> dict[str, str | dict[str, str]]:
    """How a resident chooses among them."""
    return {
        "id": service.id,
        "name": {**service.name},
        "icon": service.icon,
        "category": service.manifest.city["category"],
    }
