"""The city as the department knows it: districts, services, sites."""

from collections.abc import Iterable, Sequence

from mock_services.appointments.city import AREAS
from mock_services.appointments.places import District, Service, Site
from mock_services.appointments.services import SERVICES
from mock_services.appointments.sites import SITES
from mock_services.shared.problems import NotFound


class UnknownSite(NotFound):
    title = "There is no such site"


class UnknownService(NotFound):
    title = "This is not booked here"


class Catalogue:
    """Looks things up by id; never changes while the process runs."""

    def __init__(self, districts: Iterable[District], services: Iterable[Service], sites: Iterable[Site]) -> None:
        self.districts = tuple(districts)
        self.services = tuple(services)
        self.all_sites = tuple(sites)
        self._services = {service.id: service for service in self.services}
        self._sites = {site.id: site for site in self.all_sites}

    def service(self, service_id: str) -> Service:
        try:
            return self._services[service_id]
        except KeyError:
            raise UnknownService("Take an id from GET /services.") from None

    def site(self, site_id: str) -> Site:
        try:
            return self._sites[site_id]
        except KeyError:
            raise UnknownSite("Take an id from GET /sites.") from None

    def offered(self, site_id: str, service_id: str) -> tuple[Site, Service]:
        """Both, when the site does offer the service."""
        site, service = self.site(site_id), self.service(service_id)
        if service_id not in site.services:
            raise UnknownService(f"This site offers {', '.join(site.services)}.")
        return site, service

    def sites(self, district: str | None, service: str | None) -> Sequence[Site]:
        return [
            site
            for site in self.all_sites
            if district in {None, site.district} and (service is None or service in site.services)
        ]


SHANGHAI_CATALOGUE = Catalogue((area.district for area in AREAS), SERVICES, SITES)
