"""What the endpoints of ratings need."""

from core.access import AccessState
from miniapps.ratings.ratings import Ratings


class RatingsState(AccessState):
    ratings: Ratings
