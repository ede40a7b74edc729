"""Every error on the wire as problem+json (RFC 9457), Starlette's own included."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.problems import (
    BadRequest,
    ContentTooLarge,
    InternalError,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from core.telemetry import log
from gateway.middleware import request_id_of

Handler = Callable[[Request[Any], Exception], Awaitable[Response]]
_OF_STARLETTE: Mapping[int, type[Problem]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: ContentTooLarge,
}


def problem_response(problem: Problem, origin: str, request_id: str) -> Response:
    """The answer that states `problem`; never stored by a cache."""
    return JSONResponse(
        problem.content(origin, request_id),
        problem.status,
        {"Cache-Control": "no-store", **problem.headers},
        "application/problem+json",
    )


def handlers(origin: str) -> dict[Any, Handler]:
    """The three exception handlers of a Starlette application."""

    async def on_problem(request: Request[Any], error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - registered for Problem
        return problem_response(error, origin, request_id_of(request.scope))

    async def on_http_exception(request: Request[Any], error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for HTTPException
        kind = _OF_STARLETTE.get(error.status_code, BadRequest)
        return problem_response(
            kind(None if kind is NotFound else error.detail, headers=error.headers),
            origin,
            request_id_of(request.scope),
        )

    async def on_error(request: Request[Any], error: Exception) -> Response:
        log(__name__).error("request failed", exc_info=error)
        return problem_response(
            InternalError("Try again; if it stays, report the request id."), origin, request_id_of(request.scope)
        )

    return {Problem: on_problem, HTTPException: on_http_exception, Exception: on_error}
