"""All that a decision rests on, gathered: from memory where it is there, else by asking, once.

A `Pass` is a decision that was made: this token, this operation, as this resident. It holds while everything under it
does: the seat (session, consent, level), the live release, the register's entry, the token, the assertion.
"""

from collections.abc import Callable

from auth.assertions import Assertions, Caller
from auth.errors import BearerRefused, TokenMissing
from auth.mini_tokens import MiniToken
from auth.standings import Seat, Standings
from auth.verified_tokens import VerifiedTokens
from core.ids import ServiceId, UpstreamId
from gateway.ledger.access import Access
from gateway.ledger.content import Prepared
from gateway.ledger.entries import Ledger
from gateway.proxy.decide import Facts, Verdict, decide
from gateway.proxy.errors import TargetUnreadable, UpstreamUnknown, UpstreamUnreachable
from gateway.proxy.head import Block, Line
from gateway.proxy.limits import Bucket, policy
from gateway.proxy.memo import Memo
from gateway.proxy.paths import Target, target_of
from gateway.proxy.system import System
from miniapps.contract.fields import Hidden
from miniapps.errors import ServiceUnknown
from miniapps.operations import Operation
from miniapps.services import LiveService, Services
from miniapps.upstreams import Upstream, Upstreams

PASS_SECONDS = 4.0
"""A decision is made anew after so long, whatever it rests on."""
_LINES = 20_000
_PASSES = 50_000
_PASSES_OF_A_HEAD = 64
_TRIES = 3
LOOK_SECONDS = 0.02
"""For how long what is live and where systems are is taken as it was; a seat that ended is seen at once."""


class Route:
    """What a request line asks of one system: found once, valid while the system object is."""

    __slots__ = ("operation", "system", "target", "wire")

    def __init__(self, target: Target, system: System, operation: Operation | None, line: Line) -> None:
        self.target = target
        self.system = system
        self.operation = operation
        path = system.upstream.path + target.path
        self.wire = b"%b %b%b HTTP/1.1\r\n" % (line.method.encode(), path.encode(), line.suffix)


class Pass:
    """A decision with what follows from it; `until`: monotonic seconds."""

    __slots__ = (
        "buckets",
        "generation",
        "hidden",
        "operation",
        "policy",
        "prepared",
        "seat",
        "service",
        "system",
        "tail",
        "until",
        "verdict",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - made in two places, from what each has at hand
        self,
        seat: Seat,
        service: LiveService,
        system: System,
        verdict: Verdict,
        tail: bytes,
        prepared: Prepared | None,
        buckets: tuple[Bucket, Bucket, Bucket],
        until: float,
    ) -> None:
        self.seat = seat
        self.service = service
        self.system = system
        self.verdict = verdict
        self.operation: Operation = verdict.operation
        self.hidden: Hidden | None = (
            verdict.operation.fields.hidden(verdict.scopes) if verdict.operation.fields is not None else None
        )
        self.tail = tail
        self.prepared = prepared
        self.buckets = buckets
        self.policy = b"ratelimit-policy: %b\r\n" % policy(b"resident", buckets[0].rate)
        self.until = until
        self.generation = -1
        """Of what is live: while it is the same, so is the service."""


class Gate:
    """Makes passes and finds them again. `known` is immediate, `find` asks."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a decision rests on, handed in in one place
        self,
        services: Services,
        upstreams: Upstreams,
        verified: VerifiedTokens,
        standings: Standings,
        assertions: Assertions,
        ledger: Ledger,
        system_of: Callable[[Upstream], System],
        clocks: tuple[Callable[[], float], Callable[[], float]],
    ) -> None:
        """`clocks`: monotonic seconds, and Unix seconds."""
        self._services = services
        self._upstreams = upstreams
        self._verified = verified
        self._standings = standings
        self._assertions = assertions
        self._ledger = ledger
        self._system_of = system_of
        self._now, self._wall = clocks
        self._targets: Memo[bytes, Target] = Memo(_LINES)
        self._looked_until = 0.0
        self._steady = False
        self._generation = -1
        self._passes: Memo[tuple[str, ServiceId, UpstreamId, str], Pass] = Memo(_PASSES)

    def known(self, line: Line, block: Block, now: float) -> tuple[Pass, Route] | None:
        """The pass and the route of a call, from memory; None when something has to be asked for.

        Raises what the target itself is refused for.
        """
        if now >= self._looked_until:
            self._look(now)
        route = line.route
        if route is None or now >= route.system.good_until:
            route = self._known_route(line, now)
            if route is None:
                return None
        operation = route.operation
        if operation is None or not self._steady:
            return None
        found = block.passes.get(id(operation))
        if (
            found is not None
            and found.operation is operation
            and found.system is route.system
            and found.seat.valid
            and now < found.until
            and found.generation == self._generation
        ):
            return found, route
        return self._known_elsewhere(block, route, operation, now)

    def _known_elsewhere(
        self, block: Block, route: Route, operation: Operation, now: float
    ) -> tuple[Pass, Route] | None:
        """The pass that another head with the same token found, or one made anew; kept with this head."""
        service_id, token = block.service, block.token
        if service_id is None or token is None:
            return None
        key = (token, service_id, route.system.id, operation.id)
        found = self._passes.get(key)
        if (
            found is None
            or not found.seat.valid
            or now >= found.until
            or found.system is not route.system
            or found.operation is not operation
            or found.service is not self._services.known(service_id)
        ):
            found = self._from_memory(service_id, token, route, now)
            if found is None:
                return None
            self._passes.put(key, found)
        found.generation = self._generation
        if len(block.passes) >= _PASSES_OF_A_HEAD:
            block.passes.clear()
        block.passes[id(operation)] = found
        return found, route

    def _look(self, now: float) -> None:
        """A few times a second, not at each call: whether what is live, and who may call, is known at all."""
        self._looked_until = now + LOOK_SECONDS
        self._steady = self._services.fresh and self._standings.healthy(now)
        self._generation = self._services.generation

    def _known_route(self, line: Line, now: float) -> Route | None:
        """The route by the register as it is known now; None where the register or a name has to be asked."""
        target = self._target(line)
        upstream = self._upstreams.known(target.upstream)
        if upstream is None:
            return None
        route = self._route(line, target, self._system_of(upstream))
        if not self._leads(route.system):
            return None
        route.system.good_until = now + LOOK_SECONDS
        return route

    def _leads(self, system: System) -> bool:
        """Whether where the system is now is known, and allowed."""
        endpoints = system.upstream.known_endpoints()
        if endpoints is None:
            return False
        system.lead_to(endpoints)
        return True

    def _from_memory(self, service_id: ServiceId, token: str, route: Route, now: float) -> Pass | None:
        service = self._services.known(service_id)
        if service is None:
            return None
        unix = self._wall()
        claims = self._verified.known(token, service.origin, unix)
        if claims is None:
            return None
        seat = self._standings.known(claims.handle, now)
        if seat is None:
            return None
        verdict = decide(_facts(service, route, claims, seat))
        caller = _caller(verdict, service, route.system.upstream)
        assertion = None if verdict.operation.public else self._assertions.known(caller, now)
        if assertion is None and not verdict.operation.public:
            return None
        prepared = (
            self._ledger.prepared(_access(verdict, service, route.system.upstream)) if _recorded(verdict) else None
        )
        if prepared is None and _recorded(verdict):
            return None
        until = min(now + PASS_SECONDS, seat.until, now + claims.expires_at - unix)
        text = b""
        if assertion is not None:
            text = assertion.text.encode()
            until = min(until, assertion.until)
        return Pass(
            seat,
            service,
            route.system,
            verdict,
            _tail(text, verdict.operation, route.system.upstream),
            prepared,
            route.system.buckets(verdict.standing.actor, service.id, now),
            until,
        )

    async def find(self, line: Line, block: Block) -> tuple[Pass, Route]:
        """The same, asking for whatever is not in memory; raises the Problem that stands in the call's way.

        What was read first may have changed while the rest was asked for: then all of it is asked for again.
        """
        for _ in range(_TRIES):
            found, good = await self._asked(line, block)
            if good:
                break
        return found

    async def _asked(self, line: Line, block: Block) -> tuple[tuple[Pass, Route], bool]:
        """The pass and the route, and whether nothing under them changed meanwhile."""
        target = self._target(line)
        service = await self._services.live(block.service) if block.service else None
        if service is None:
            raise ServiceUnknown("This service is not live.", hop="gateway")
        claims = await self._claims(block, service)
        upstream = await self._upstreams.find(target.upstream)
        if upstream is None:
            raise UpstreamUnknown(f"No upstream {target.upstream} is registered.", hop="gateway")
        route = self._route(line, target, self._system_of(upstream))
        seat = self._standings.known(claims.handle, self._now()) or await self._standings.read(claims.handle)
        valid = seat is not None and seat.valid
        verdict = decide(_facts(service, route, claims, seat))
        assert seat is not None  # noqa: S101 - decide refuses a call without
        text = "" if verdict.operation.public else await self._assertions.mint(_caller(verdict, service, upstream))
        prepared = await self._ledger.prepare(_access(verdict, service, upstream)) if _recorded(verdict) else None
        await self._lead(route.system)
        now = self._now()
        passed = Pass(
            seat,
            service,
            route.system,
            verdict,
            _tail(text.encode(), verdict.operation, upstream),
            prepared,
            route.system.buckets(verdict.standing.actor, service.id, now),
            now,
        )
        return (passed, route), seat.valid or not valid

    async def _claims(self, block: Block, service: LiveService) -> MiniToken:
        """What the call's token says; raises TokenMissing, TokenInvalid or TokenExpired, with the client as the hop."""
        try:
            if block.token is None:
                raise TokenMissing  # noqa: TRY301 - the clause below says whose fault it is
            known = self._verified.known(block.token, service.origin, self._wall())
            return known if known is not None else await self._verified.verify(block.token, service.origin)
        except (TokenMissing, BearerRefused) as refused:
            refused.hop = "client"
            raise

    async def _lead(self, system: System) -> None:
        endpoints = await system.upstream.endpoints()
        if not endpoints:
            raise UpstreamUnreachable("Its address moved to where it may not be called.", hop="gateway")
        system.lead_to(endpoints)

    def _target(self, line: Line) -> Target:
        target = self._targets.get(line.raw)
        if target is None:
            target = target_of(line.path, line.query)
            self._targets.put(line.raw, target)
        return target

    def _route(self, line: Line, target: Target, system: System) -> Route:
        """Raises TargetUnreadable where a segment holds an encoded slash and the operation does not take one."""
        route = line.route
        if route is None or route.system is not system:
            operation = system.upstream.contract.find(line.method, target.path)
            if target.encoded_slash and (operation is None or not operation.encoded_slash):
                raise TargetUnreadable("This operation takes no encoded slash.", hop="client")
            route = line.route = Route(target, system, operation, line)
        return route


def _recorded(verdict: Verdict) -> bool:
    """Whether the ledger hears of it: without a scope, nothing of the resident's is reached."""
    return verdict.operation.scope is not None


def _facts(service: LiveService, route: Route, claims: MiniToken, seat: Seat | None) -> Facts:
    return Facts(
        service=service.id,
        asks=bool(service.scopes),
        declared=service.upstreams,
        upstream=route.target.upstream,
        operation=route.operation,
        token=claims,
        standing=seat.standing if seat is not None else None,
    )


def _caller(verdict: Verdict, service: LiveService, upstream: Upstream) -> Caller:
    return Caller(
        account=verdict.standing.account,
        session=verdict.standing.session,
        upstream=upstream.id,
        department=upstream.department,
        service=service.id,
        scopes=verdict.scopes,
        loa=verdict.standing.loa,
        mandate=verdict.standing.mandate,
    )


def _access(verdict: Verdict, service: LiveService, upstream: Upstream) -> Access:
    on = verdict.standing.mandate
    return Access(
        account=verdict.standing.account,
        mandate=on.id if on is not None else None,
        actor=on.actor if on is not None else None,
        service=service.id,
        department=upstream.department,
        upstream=upstream.id,
        operation=verdict.operation.id,
        action=verdict.operation.action,
        summary={str(language): text for language, text in verdict.operation.summary.items()},
        scopes=tuple(sorted(verdict.scopes)),
    )


def _tail(assertion: bytes, operation: Operation, upstream: Upstream) -> bytes:
    """The headers of ours that are the same for each call of a pass."""
    total = operation.total if operation.total is not None else upstream.timeouts.total
    authorization = b"authorization: Bearer %b\r\n" % assertion if assertion else b""
    return authorization + b"via: 1.1 onecity\r\nx-deadline-ms: %d\r\n" % int(total * 1000)
