"""The cookies of the app host. None is readable by a script, and none is sent to a mini-service's host."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-onecity_session"
BROWSER = "__Host-onecity_browser"
DEVICE = "__Host-onecity_device"
STAFF = "__Host-onecity_staff"
_SECRET_LENGTHS = range(20, 201)


def read_cookie(request: Request[Any], name: str) -> str | None:
    """The cookie's value, if it has the length of a secret of ours."""
    value = request.cookies.get(name, "")
    return value if len(value) in _SECRET_LENGTHS else None


def set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Keep `value` in the browser; the name's prefix asks for Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2)."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def clear_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
