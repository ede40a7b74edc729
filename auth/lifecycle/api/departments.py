"""What departments are told of accounts that are closed."""

from starlette.requests import Request
from starlette.responses import Response

from auth.lifecycle.api.schemas import ClosureAnswer
from auth.lifecycle.api.state import LifecycleState
from core.access import department_of
from core.bodies import answer, read_query
from core.pages import PageQuery, page_of

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


async def list_account_closures(request: Request[LifecycleState]) -> Response:
    """In order, oldest first: the last `id` of what was read is the cursor to go on with, today or in a year."""
    query = read_query(request, PageQuery)
    after = _number_of(query.cursor) if query.cursor else 0
    found = await request.state["lifecycle"].closures.after(department_of(request).department, after, query.limit)
    return answer(page_of(found, query.limit, lambda closure: ClosureAnswer.of(closure).id, ClosureAnswer.of))


def _number_of(cursor: str) -> int:
    number = 0
    for digit in cursor:
        number = number << 5 | _DIGITS.index(digit)
    return min(number, 2**62)
