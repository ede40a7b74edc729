"""Errors as the wire knows them: problem details (RFC 9457).

Rules raise them, endpoints let them pass, the gateway's handlers write them. Each class is one `type`: its slug is the
class name in kebab case and a heading in docs/problems.md.

    Problem
    ├── BadRequest 400            the message cannot be read
    ├── Unauthenticated 401       nobody is there (always with WWW-Authenticate)
    ├── Forbidden 403             somebody is there, and may not
    ├── NotFound 404
    ├── MethodNotAllowed 405
    ├── Conflict 409              the state of things says no
    ├── ContentTooLarge 413
    ├── UnsupportedMediaType 415
    ├── MisdirectedRequest 421    a host that is not ours (RFC 9110, section 15.5.20)
    ├── Unprocessable 422         read, but not acceptable: `errors` carries JSON pointers
    ├── TooManyRequests 429       always with Retry-After
    ├── InternalError 500         ours, and logged
    ├── BadGateway 502            the department's back end failed
    ├── Unavailable 503           always with Retry-After
    └── GatewayTimeout 504        the department's back end was too slow

Features derive theirs from these in their own errors.py; what two of them say stands here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, TypedDict

Json = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
"""What can be said in JSON; a time is said as text (RFC 3339)."""
Hop = Literal["client", "gateway", "upstream"]
"""Where a proxied call failed."""


class FieldError(TypedDict):
    """One thing wrong with a body: where (RFC 6901) and what to change."""

    pointer: str
    detail: str


class Problem(Exception):
    """One error on its way to the wire."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    slug: ClassVar[str] = "problem"

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        hop: Hop | None = None,
        errors: Sequence[FieldError] = (),
        **members: Json,
    ) -> None:
        """State the fact; `detail` says what to change, `members` are extension members (RFC 9457, section 3.2)."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = dict(headers or {})
        self.hop = hop
        self.errors = list(errors)
        self.members = members

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.slug = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    def content(self, origin: str, request_id: str) -> dict[str, Any]:
        """The JSON members (RFC 9457, section 3.1), with the request's id."""
        content: dict[str, Any] = {
            "type": f"{origin}/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.hop:
            content["hop"] = self.hop
        if self.errors:
            content["errors"] = self.errors
        return content | self.members


class BadRequest(Problem):
    status = 400
    title = "The request cannot be read"


class Unauthenticated(Problem):
    status = 401
    title = "Sign in first"

    def __init__(self, detail: str | None = None, *, challenge: str = "Cookie", **rest: Any) -> None:
        """`challenge` goes into WWW-Authenticate (RFC 9110, section 11.6.1)."""
        super().__init__(detail, headers={"WWW-Authenticate": challenge}, **rest)


class Forbidden(Problem):
    status = 403
    title = "You may not do this"


class NotFound(Problem):
    status = 404
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    status = 405
    title = "This address does not take that method"


class Conflict(Problem):
    status = 409
    title = "The state of things does not allow this"


class ContentTooLarge(Problem):
    status = 413
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    status = 415
    title = "This content type is not taken here"


class MisdirectedRequest(Problem):
    status = 421
    title = "This host is not served here"


class Unprocessable(Problem):
    status = 422
    title = "The content is not acceptable"


class TooManyRequests(Problem):
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str | None = None, *, retry_after: int, **rest: Any) -> None:
        """`retry_after` in seconds (RFC 6585, section 4)."""
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after))}, **rest)


class InternalError(Problem):
    status = 500
    title = "Something went wrong on our side"


class BadGateway(Problem):
    status = 502
    title = "The department's system did not answer as it should"


class Unavailable(Problem):
    status = 503
    title = "Not available for the moment"

    def __init__(self, detail: str | None = None, *, retry_after: int = 1, **rest: Any) -> None:
        """`retry_after` in seconds (RFC 9110, section 15.6.4)."""
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after))}, **rest)


class GatewayTimeout(Problem):
    status = 504
    title = "The department's system took too long"


class IdempotencyKeyReused(Unprocessable):
    title = "The Idempotency-Key came before, with another body"
