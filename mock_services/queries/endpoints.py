"""HTTP in, HTTP out; the rules are elsewhere."""

from starlette.requests import Request
from starlette.responses import Response

from mock_services.queries.answers import InsuranceRecordsQuery
from mock_services.queries.records import Records
from mock_services.shared.operations import GuardState, respond
from mock_services.shared.pages import PageQuery
from mock_services.shared.reading import read_query


class State(GuardState):
    """What the lifespan hands to the endpoints."""

    records: Records


async def get_social_insurance(request: Request[State]) -> Response:
    return respond(await request.state["records"].social_insurance(request.state["resident"]))


async def list_social_insurance_records(request: Request[State]) -> Response:
    query = read_query(request, InsuranceRecordsQuery)
    page = await request.state["records"].insurance_records(
        request.state["resident"], query.year, query.cursor, query.limit
    )
    return respond(page)


async def get_housing_fund(request: Request[State]) -> Response:
    return respond(await request.state["records"].housing_fund(request.state["resident"]))


async def list_housing_fund_records(request: Request[State]) -> Response:
    query = read_query(request, PageQuery)
    return respond(await request.state["records"].fund_records(request.state["resident"], query.cursor, query.limit))
