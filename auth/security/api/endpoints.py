"""What watches over an account, as its owner sees it."""

from starlette.requests import Request
from starlette.responses import Response

from auth.security.api.schemas import EventAnswer
from auth.security.api.state import SecurityState
from core.access import resident_of
from core.bodies import answer, read_query
from core.pages import PageQuery, page_of


async def list_security_events(request: Request[SecurityState]) -> Response:
    query = read_query(request, PageQuery)
    found = await request.state["security"].journal.page(resident_of(request).account, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda event: event.id, EventAnswer.of))


async def end_other_sessions(request: Request[SecurityState]) -> Response:
    await request.state["sessions"].end_others(resident_of(request))
    return Response(status_code=204)
