"""Errors as problem details (RFC 9457): rules raise them, `problem_handlers` writes them.

Problem
├── BadRequest 400
│   ├── IdempotencyKeyMissing
│   └── IdempotencyKeyInvalid
├── AssertionInvalid 401
├── Forbidden 403
│   ├── ScopeMissing
│   ├── LevelTooLow
│   └── IdentityNeeded
├── NotFound 404
├── Conflict 409
├── BodyTooLarge 413
└── InvalidContent 422
    └── IdempotencyKeyReused
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypedDict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

Handler = Callable[[Request, Exception], Awaitable[JSONResponse]]


class FieldError(TypedDict):
    """One thing wrong with what was sent: a JSON pointer (RFC 6901) and what to change."""

    pointer: str
    detail: str


class Problem(Exception):
    """An error on its way to the wire; the class name in kebab case is its slug."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, detail: str | None = None, *, errors: Sequence[FieldError] = (), **members: Any) -> None:
        """`detail` says what to change; `members` are extension members."""
        super().__init__(detail or self.title)
        self.members: dict[str, Any] = {"detail": detail or self.title} | members
        if errors:
            self.members["errors"] = list(errors)

    @classmethod
    def slug(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def content(self) -> dict[str, Any]:
        """The members that do not depend on the request."""
        return {"type": self.slug(), "title": self.title, "status": self.status} | self.members


class BadRequest(Problem):
    status = 400
    title = "The request cannot be read"


class IdempotencyKeyMissing(BadRequest):
    title = "Send an Idempotency-Key header"


class IdempotencyKeyInvalid(BadRequest):
    title = "The Idempotency-Key header must have 1 to 255 characters"


class AssertionInvalid(Problem):
    status = 401
    title = "The gateway's assertion is missing or not valid"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class Forbidden(Problem):
    status = 403
    title = "This is not allowed"


class ScopeMissing(Forbidden):
    title = "The resident has not agreed to this"


class LevelTooLow(Forbidden):
    title = "This needs a higher proofing level"


class IdentityNeeded(Forbidden):
    title = "Records are found by identity number"


class NotFound(Problem):
    status = 404
    title = "There is nothing here"


class Conflict(Problem):
    status = 409
    title = "The state of things does not allow this"


class BodyTooLarge(Problem):
    status = 413
    title = "The body is too large"


class InvalidContent(Problem):
    status = 422
    title = "The content is not acceptable"


class IdempotencyKeyReused(InvalidContent):
    title = "This Idempotency-Key came with another body before"


def problem_response(content: Mapping[str, Any], request: Request[Any], origin: str) -> JSONResponse:
    """Complete the stored or fresh members with what belongs to this request."""
    whole = dict(content) | {
        "type": f"{origin}/problems/{content['type']}",
        "request_id": request.scope["state"]["request_id"],
    }
    return JSONResponse(whole, status_code=content["status"], media_type="application/problem+json")


def problem_handlers(origin: str) -> dict[Any, Handler]:
    """Handlers for our own errors, for Starlette's, and for what nobody foresaw."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)  # noqa: S101 - Starlette's signature is wider than its promise
        response = problem_response(error.content(), request, origin)
        response.headers.update(error.headers)
        return response

    async def starlettes(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - the same
        phrase = HTTPStatus(error.status_code).phrase
        content = {"type": phrase.lower().replace(" ", "-"), "title": phrase, "status": error.status_code}
        response = problem_response(content | {"detail": _advice(error)}, request, origin)
        response.headers.update(error.headers or {})
        return response

    async def unforeseen(request: Request, _: Exception) -> JSONResponse:
        content = {"type": "internal-error", "title": Problem.title, "status": 500}
        return problem_response(content | {"detail": "Try again; the request id finds it in our log."}, request, origin)

    return {Problem: ours, HTTPException: starlettes, Exception: unforeseen}


def _advice(error: HTTPException) -> str:
    match error.status_code:
        case 404:
            return "Look at /openapi.json for the addresses served here."
        case 405:
            return "Use one of the methods in the Allow header."
        case _:
            return error.detail
