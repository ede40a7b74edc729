"""Pure ASGI around everything: a request id, the log line, the figures, and the headers every answer has."""

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.clock import Clock
from core.ids import new_id
from core.telemetry import Metrics, log

_FOR_CLIENTS = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth/jwks",
        "/oauth/par",
        "/oauth/revoke",
        "/oauth/token",
        "/oauth/userinfo",
    }
)


def request_id_of(scope: Scope) -> str:
    """The id given to this request at the edge."""
    return str(scope["request_id"])


class Observed:
    """Gives each request its id and counts its answer; ids come from us alone, so a caller cannot forge a trace."""

    def __init__(self, app: ASGIApp, clock: Clock, metrics: Metrics) -> None:
        self._app = app
        self._clock = clock
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = new_id(self._clock.now())
        started, status = time.perf_counter(), 500

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id_of(scope)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=scope["request_id"]):
            try:
                await self._app(scope, receive, send_observed)
            finally:
                seconds = time.perf_counter() - started
                route = route_of(scope)
                self._metrics.answered(route, scope["method"], status, seconds)
                log(__name__).info(
                    "answered", route=route, method=scope["method"], status=status, ms=round(seconds * 1000, 1)
                )


def route_of(scope: Scope) -> str:
    """The route's template, never the path: a bounded label without personal data."""
    return str(getattr(scope.get("route"), "path", None) or scope.get("route_label") or "unmatched")


class OpenToPages:
    """Lets pages of any origin call what OpenID clients call (the Fetch standard, section 3.2): no cookie counts there.

    Everything else is for the app's own pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "DPoP"],
            expose_headers=["DPoP-Nonce", "WWW-Authenticate", "X-Request-Id"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in _FOR_CLIENTS:
            await self._open(scope, receive, _shared(send))
        else:
            await self._app(scope, receive, send)


def _shared(send: Send) -> Send:
    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cross-Origin-Resource-Policy"] = "cross-origin"
        await send(message)

    return send_shared


class Guarded:
    """Security headers on every answer of the app host (the mini hosts have their own, generated from the manifest)."""

    def __init__(self, app: ASGIApp, policy: str, *, secure: bool) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
            # The shell's own sheets scan and locate; frames get neither, for it delegates nothing to them.
            "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        }
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded if scope["type"] == "http" else send)
