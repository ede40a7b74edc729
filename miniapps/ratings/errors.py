"""The Problems of ratings. 409: AlreadyRated. 429: TooManyRatings."""

from core.problems import Conflict, TooManyRequests


class AlreadyRated(Conflict):
    title = "You have rated this already"


class TooManyRatings(TooManyRequests):
    title = "You have rated too often today"
