"""What the endpoints of mini-services need."""

from core.access import AccessState
from miniapps.catalogue import Catalogue
from miniapps.keepsakes import Keepsakes
from miniapps.ratings.ratings import Ratings
from miniapps.releases import Releases
from miniapps.services import Services
from miniapps.settings import PackageLimits
from miniapps.titles import ScopeTitles


class MiniappsState(AccessState):
    services: Services
    catalogue: Catalogue
    keepsakes: Keepsakes
    releases: Releases
    scope_titles: ScopeTitles
    package_limits: PackageLimits
    ratings: Ratings
