"""`/svc/{upstream}/{path}` on a mini-service's host: gather, decide, carry, record."""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from auth.api.authenticator import bearer_of
from auth.assertions import Assertions, Caller
from auth.errors import BearerRefused, TokenMissing
from auth.mini_sessions import MiniSessions
from auth.mini_tokens import MiniToken, MiniTokens
from core.problems import BadRequest
from gateway.ledger.entries import Access, Ledger
from gateway.middleware import request_id_of
from gateway.proxy.carry import Outgoing, UpstreamUnreachable, carry
from gateway.proxy.decide import Facts, Verdict, decide
from gateway.proxy.headers import to_upstream
from gateway.proxy.paths import Target, UpstreamUnknown, target_of
from gateway.proxy.pools import Pools
from miniapps.errors import ServiceUnknown
from miniapps.services import LiveService, Services
from miniapps.upstreams import Upstream, Upstreams

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class RequestAmbiguous(BadRequest):
    title = "This request can be read in two ways"


@dataclass(frozen=True, slots=True)
class Door:
    """The ASGI application of the data path; the gateway says for which service in `scope["service"]`."""

    services: Services
    upstreams: Upstreams
    mini_tokens: MiniTokens
    mini_sessions: MiniSessions
    assertions: Assertions
    ledger: Ledger
    pools: Pools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route_label"] = "/svc/{upstream}/{path}"
        _check_framing(scope)
        target = target_of(scope["raw_path"], scope["query_string"])
        service = await self.services.live(scope["service"])
        if service is None:
            raise ServiceUnknown("This service is not live.", hop="gateway")
        verdict, upstream = await self._decide(scope, service, target)
        assertion = await self.assertions.mint(_caller(verdict, service, upstream))
        if not await upstream.permits():
            raise UpstreamUnreachable("Its address moved to where it may not be called.", hop="gateway")
        outgoing = _outgoing(scope, target, upstream, assertion)
        client = await self.pools.of(upstream.id)
        await carry(client, outgoing, receive, send, self._recorder(scope, verdict, service, upstream))

    async def _decide(self, scope: Scope, service: LiveService, target: Target) -> tuple[Verdict, Upstream]:
        token = await self._token(scope, service)
        upstream = await self.upstreams.find(target.upstream)
        if upstream is None:
            raise UpstreamUnknown(f"No upstream {target.upstream} is registered.", hop="gateway")
        facts = Facts(
            service=service.id,
            asks=bool(service.scopes),
            declared=service.upstreams,
            upstream=target.upstream,
            operation=upstream.contract.find(scope["method"], target.path),
            token=token,
            standing=await self.mini_sessions.standing(token.handle),
        )
        return decide(facts), upstream

    async def _token(self, scope: Scope, service: LiveService) -> MiniToken:
        """What the call's token says; raises TokenMissing, TokenInvalid or TokenExpired, with the client as the hop."""
        token = bearer_of(Headers(scope=scope).get("authorization"))
        try:
            return await self.mini_tokens.verify(token, service.origin)
        except (TokenMissing, BearerRefused) as refused:
            refused.hop = "client"
            raise

    def _recorder(
        self, scope: Scope, verdict: Verdict, service: LiveService, upstream: Upstream
    ) -> Callable[[int], Awaitable[None]]:
        access = Access(
            account=verdict.standing.account,
            service=service.id,
            department=upstream.department,
            upstream=upstream.id,
            operation=verdict.operation.id,
            action=verdict.operation.action,
            summary=verdict.operation.summary,
            scopes=sorted(verdict.scopes),
            request_id=request_id_of(scope),
        )

        async def record(outcome: int) -> None:
            if verdict.operation.scope:  # without a scope, nothing of the resident's was reached
                await self.ledger.record(access, outcome)

        return record


def _check_framing(scope: Scope) -> None:
    """One reading of the body's length (RFC 9112, section 6.3), and one token."""
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers and "content-length" in headers:
        raise RequestAmbiguous("Send Content-Length or Transfer-Encoding, not both.", hop="client")
    for name in ("content-length", "authorization", "idempotency-key"):
        if len(headers.getlist(name)) > 1:
            raise RequestAmbiguous(f"Send {name} once.", hop="client")


def _caller(verdict: Verdict, service: LiveService, upstream: Upstream) -> Caller:
    return Caller(
        account=verdict.standing.account,
        session=verdict.standing.session,
        upstream=upstream.id,
        department=upstream.department,
        service=service.id,
        scopes=verdict.scopes,
        loa=verdict.standing.loa,
    )


def _outgoing(scope: Scope, target: Target, upstream: Upstream, assertion: str) -> Outgoing:
    headers = Headers(scope=scope)
    query = f"?{target.query.decode('ascii')}" if target.query else ""
    return Outgoing(
        method=scope["method"],
        url=f"{upstream.address}{target.path}{query}",
        headers=to_upstream(scope["headers"], assertion, request_id_of(scope), _traceparent(headers)),
        has_body="transfer-encoding" in headers or headers.get("content-length", "0") != "0",
        connect=upstream.timeouts.connect,
        first_byte=upstream.timeouts.first_byte,
        total=upstream.timeouts.total,
    )


def _traceparent(headers: Headers) -> str:
    """The caller's trace (W3C Trace Context, section 3.2), or a new one."""
    given = headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
