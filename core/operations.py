"""One HTTP operation, said once: the route, its guard, and the schemas that the OpenAPI document is made of."""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.access import Guard
from core.ids import ID_PATTERN, LABEL_PATTERN
from core.problems import NotFound, Problem

_LABELS = frozenset({"client_id", "provider_id", "service_id", "slug", "upstream_id"})
"""Path parameters that people name; all others are ids that we made, but for keys."""
_KEYS = frozenset({"key"})
"""Path parameters that programs name, in whatever characters can be written; a slash is one of them."""
KEY_PATTERN = r"^[^\x00-\x1f\x7f]{1,128}$"
Endpoint = Callable[[Request[Any]], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method on one path takes and answers.

    `body` and `query` are the models that the endpoint reads with core.bodies; `answer` is the model of its success
    (None: no body); `body_required`: it may not be left out; `problems` are those it raises beside the guard's;
    `body_media` and `answer_media` say where either is not JSON; `wire_headers` are request headers it needs, by name
    and whether they are required; `also` are further answers that are no problems, by status (None: no body).
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    endpoint: Endpoint
    guard: Guard
    summary: str
    tag: str
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    problems: Sequence[type[Problem]] = ()
    body_required: bool = True
    body_media: str = "application/json"
    answer_media: str = "application/json"
    wire_headers: Sequence[tuple[str, bool]] = ()
    also: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's id: the endpoint's own name."""
        return self.endpoint.__name__

    @property
    def parameters(self) -> Mapping[str, str]:
        """The path's parameters by name, each with the pattern of what it can be."""
        names = re.findall(r"{(\w+)}", self.path)
        return {name: _pattern_of(name) for name in names}

    async def handle(self, request: Request[Any]) -> Response:
        await self.guard.admit(request)
        for name, pattern in self.parameters.items():
            unread = request.scope["path"].endswith("\n")  # a route's `$` lets one line break follow
            if unread or not re.fullmatch(pattern, request.path_params[name]):
                raise self._unknown(f"No {name} looks like that.")
        return await self.endpoint(request)

    @property
    def _unknown(self) -> type[Problem]:
        """What this operation says of a thing that it does not find."""
        return next((problem for problem in self.problems if issubclass(problem, NotFound)), NotFound)


def _pattern_of(name: str) -> str:
    if name in _KEYS:
        return KEY_PATTERN
    return LABEL_PATTERN if name in _LABELS else ID_PATTERN


def routes(operations: Iterable[Operation]) -> list[Route]:
    """One route a path, so that a 405 names every method the path takes."""
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in operations:
        by_path[operation.path][operation.method] = operation
    return [_route(path, methods) for path, methods in by_path.items()]


def _route(path: str, methods: dict[str, Operation]) -> Route:
    async def dispatch(request: Request[Any]) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await methods[method].handle(request)

    name = "+".join(operation.name for operation in methods.values())
    return Route(re.sub(rf"{{({'|'.join(_KEYS)})}}", r"{\1:path}", path), dispatch, methods=list(methods), name=name)
