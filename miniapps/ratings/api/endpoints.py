"""A resident rates; the department reads what was said, and not by whom."""

from starlette.requests import Request
from starlette.responses import Response

from core.access import department_of, resident_of
from core.bodies import answer, read_json, read_query
from core.pages import page_of
from miniapps.ratings.api.schemas import DepartmentRatingQuery, RatingAnswer, RatingBody, RatingQuery
from miniapps.ratings.api.state import RatingsState


async def give_rating(request: Request[RatingsState]) -> Response:
    given = (await read_json(request, RatingBody)).given()
    return answer(RatingAnswer.of(await request.state["ratings"].give(resident_of(request).account, given)), 201)


async def list_own_ratings(request: Request[RatingsState]) -> Response:
    query, account = read_query(request, RatingQuery), resident_of(request).account
    found = await request.state["ratings"].own(account, query.limit, query.cursor, query.service, query.event)
    return answer(page_of(found, query.limit, lambda rating: rating.id, RatingAnswer.of))


async def list_department_ratings(request: Request[RatingsState]) -> Response:
    query, department = read_query(request, DepartmentRatingQuery), department_of(request).department
    found = await request.state["ratings"].of_department(department, query.limit, query.cursor, query.service)
    return answer(page_of(found, query.limit, lambda rating: rating.id, RatingAnswer.of))
