"""One table of operations per department: its routes and its OpenAPI document both come from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_services.shared.assertions import Assertions, Resident
from mock_services.shared.idempotency import Made
from mock_services.shared.problems import Problem, problem_response

REFUSED = 400

Endpoint = Callable[[Request[Any]], Awaitable[Response]]


class GuardState(TypedDict):
    """What the guard needs, and what it leaves for the endpoint."""

    assertions: Assertions
    resident: Resident


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing a mini-service may ask of the department.

    JSON both ways, but for `takes` (the media type of a body that is passed as it comes, `max_body` bytes at the most)
    and `gives` (that of such an answer).
    """

    id: str
    method: str
    path: str
    summary: str
    summary_en: str
    endpoint: Endpoint
    answer: type[BaseModel] | None = None
    gives: str = "application/json"
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    takes: str | None = None
    max_body: int | None = None
    keyed: bool = False
    scope: str | None = None
    loa: int | None = None
    problems: Sequence[type[Problem]] = ()

    def route(self) -> Route:
        return Route(self.path, self._guarded, methods=[self.method], name=self.id)

    async def _guarded(self, request: Request[GuardState]) -> Response:
        resident = await request.state["assertions"].verify(request.headers)
        resident.require(self.scope, self.loa)
        request.state["resident"] = resident
        return await self.endpoint(request)


def respond(answer: BaseModel, status: int = 200, *, max_age: int = 0) -> JSONResponse:
    """An answer for one person; `max_age` (seconds) where it may be kept by that person's browser."""
    control = f"private, max-age={max_age}" if max_age else "no-store"
    return JSONResponse(wire(answer), status, headers={"Cache-Control": control})


def respond_made(made: Made, request: Request[Any], origin: str) -> JSONResponse:
    """What a keyed call made, or the refusal that it made."""
    if made.status >= REFUSED:
        return problem_response(made.content, request, origin)
    return JSONResponse(made.content, made.status, headers={"Cache-Control": "no-store"})


def wire(answer: BaseModel) -> dict[str, Any]:
    return answer.model_dump(mode="json", by_alias=True)
