"""Forged requests from foreign pages: a write must say that it comes from the app's own (RFC 6454, section 7)."""

from typing import Any

from starlette.requests import Request

from auth.errors import OriginForeign

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnOrigin:
    """Knows the origin of the app's pages, from settings and never from the request."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def check(self, request: Request[Any]) -> None:
        """Let reading pass, and writing from the app's pages; raises OriginForeign."""
        if request.method not in _SAFE and request.headers.getlist("origin") != [self._origin]:
            raise OriginForeign(f"Send the header Origin: {self._origin}.")
