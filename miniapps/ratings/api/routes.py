"""The operations of ratings."""

from core.access import Scope, needs, resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page
from miniapps.errors import ServiceUnknown
from miniapps.ratings.api import endpoints
from miniapps.ratings.api.schemas import DepartmentRatingQuery, RatingAnswer, RatingBody, RatingQuery
from miniapps.ratings.errors import AlreadyRated, TooManyRatings

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/api/v1/ratings",
        endpoint=endpoints.give_rating,
        guard=resident,
        summary="Rate a finished event of a service, once; the same again gives the same answer",
        tag="ratings",
        status=201,
        body=RatingBody,
        answer=RatingAnswer,
        problems=(ServiceUnknown, AlreadyRated, TooManyRatings, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/api/v1/ratings",
        endpoint=endpoints.list_own_ratings,
        guard=resident,
        summary="The resident's own ratings, newest first",
        tag="ratings",
        query=RatingQuery,
        answer=Page[RatingAnswer],
    ),
    Operation(
        method="GET",
        path="/dept/v1/ratings",
        endpoint=endpoints.list_department_ratings,
        guard=needs(Scope.RATINGS_READ),
        summary="What residents said of the department's services, without who",
        tag="ratings",
        query=DepartmentRatingQuery,
        answer=Page[RatingAnswer],
    ),
)
