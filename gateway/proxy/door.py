"""The data path of one process: what all its connections and calls share, and its clock."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, cast

from core.ids import UpstreamId
from core.problems import Problem
from core.telemetry import log
from gateway.hosts import Hosts
from gateway.ledger.entries import Ledger
from gateway.proxy.access_log import AccessLog
from gateway.proxy.answer import STATUS_LINES, AnswerHead
from gateway.proxy.connection import Connection, Pool
from gateway.proxy.figures import Figures, SystemFigures
from gateway.proxy.gate import Gate, Pass, Route
from gateway.proxy.head import Block, Line, block_of, check_together, line_of
from gateway.proxy.idempotency import Keys
from gateway.proxy.keyed import Keyed
from gateway.proxy.lag import measure_lag
from gateway.proxy.memo import Memo
from gateway.proxy.numbers import RequestIds, Traces
from gateway.proxy.public import Public, Shared
from gateway.proxy.settings import ProxySettings
from gateway.proxy.shedding import Shedding
from gateway.proxy.system import System
from miniapps.services import Services
from miniapps.upstreams import Endpoint, Upstream, Upstreams

if TYPE_CHECKING:
    from gateway.proxy.call import Call
    from gateway.proxy.lane import Lane

TICK_SECONDS = 0.1
REFRESH_SECONDS = 1.0
_HEADS = 8_192
_BLOCKS_BYTES = 8 * 2**20
_LARGEST_REMEMBERED = 8 * 1024
ROUTE = "/svc/{upstream}/{path}"


class Door:
    """Made inside the running loop; `run` keeps its time, `close` ends what it holds."""

    def __init__(  # noqa: PLR0913 - what the data path rests on, handed in in one place
        self,
        *,
        origin: str,
        hosts: Hosts,
        settings: ProxySettings,
        unix: Callable[[], float],
        services: Services,
        upstreams: Upstreams,
        ledger: Ledger,
        keys: Keys,
        gate: Callable[["Door"], Gate],
        access_log: AccessLog,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._origin = origin
        self._hosts = hosts
        self._services = services
        self._upstreams = upstreams
        self._keys = keys
        self._access_log = access_log
        self._lines: Memo[bytes, Line] = Memo(_HEADS)
        self._blocks: Memo[bytes, Block] = Memo(_HEADS, _BLOCKS_BYTES)
        self._answers: Memo[bytes, AnswerHead] = Memo(_HEADS)
        self._systems: dict[UpstreamId, System] = {}
        self._replaced: list[System] = []
        """Those in whose queue somebody waits still."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids = RequestIds()
        self._traces = Traces()
        self._public = Public(settings.cache)
        self.settings = settings
        self.unix = unix
        self.now = time.monotonic
        self.ledger = ledger
        self.activity = ledger.activity
        self.figures = Figures()
        shedding = settings.shedding
        self.shedding = Shedding(shedding.low, shedding.normal, shedding.high)
        self.lanes: set[Lane] = set()
        self.calls: set[Call] = set()
        self.head_seconds = settings.deadlines.head
        self.body_idle_seconds = settings.deadlines.body
        self.write_idle_seconds = settings.deadlines.body
        self.keep_alive_seconds = settings.deadlines.idle
        self.date = b""
        self._set_date()
        self.gate = gate(self)

    # Its time

    async def run(self, stop: asyncio.Event) -> None:
        """Keep deadlines, the date, and what is remembered of services and upstreams fresh, until `stop`."""
        async with asyncio.TaskGroup() as group:
            lag = group.create_task(measure_lag(self.shedding))
            fresh = group.create_task(self._keep_fresh())
            while not stop.is_set():
                await asyncio.sleep(TICK_SECONDS)
                self.tick()
            lag.cancel()
            fresh.cancel()

    def tick(self) -> None:
        """What is due now; a fault in one does not keep the others from their end."""
        now, unix = self.now(), self.unix()
        self._set_date()
        self._ids.tell(unix)
        self._traces.renew()
        self._access_log.flush()
        for late in [each for each in self.calls if each.deadline <= now]:
            self._guarded(late.expire, now)
        for lane in [each for each in self.lanes if each.deadline <= now]:
            self._guarded(lane.expire, now)
        self._replaced = [each for each in self._replaced if each.bulkhead.waiting]
        for system in [*self._systems.values(), *self._replaced]:
            self._guarded(system.bulkhead.expire, now)
            for pool in system.pools.values():
                pool.close_idle(now - self.settings.deadlines.idle_upstream)

    def _guarded(self, end: Callable[[float], None], now: float) -> None:
        try:
            end(now)
        except Exception:  # noqa: BLE001 - the others have their deadlines too
            log(__name__).exception("what was due could not be ended")

    async def _keep_fresh(self) -> None:
        """Re-read what is remembered before it is too old to count; each call does so itself where this fails."""
        while True:
            try:
                await self._services.refresh()
                await self._upstreams.refresh()
            except Exception as error:  # noqa: BLE001 - what is not fresh is asked for by each call
                log(__name__).warning("register not read", error=type(error).__name__)
            await asyncio.sleep(REFRESH_SECONDS)

    def _set_date(self) -> None:
        self.date = f"date: {formatdate(self.unix(), usegmt=True)}\r\n".encode()

    async def close(self) -> None:
        """End the idle connections and the tasks of calls."""
        for system in self._systems.values():
            system.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._access_log.flush()

    # What lanes and calls ask for

    def line(self, raw: bytes) -> Line:
        line = self._lines.get(raw)
        if line is None:
            line = line_of(raw)
            self._lines.put(raw, line)
        return line

    def block(self, raw: bytes, line: Line) -> Block:
        block = self._blocks.get(raw)
        if block is None:
            block = block_of(raw, self._hosts)
            if len(raw) <= _LARGEST_REMEMBERED:
                self._blocks.put(raw, block)
        if line.minor == 0 or line.authority is not None:
            check_together(line, block)
        return block

    def new_request_id(self) -> bytes:
        return self._ids.new()

    def traceparent(self, given: bytes | None) -> bytes:
        return self._traces.parent(given)

    def system_of(self, upstream: Upstream) -> System:
        """The upstream at run time; made anew for a new revision."""
        system = self._systems.get(upstream.id)
        if system is None or system.upstream is not upstream:
            if system is not None:
                system.close()
                self._replaced.append(system)
            figures = self.figures.of(upstream.id)
            system = self._systems[upstream.id] = System(upstream, self.settings, self._answers, figures, self.activity)
        return system

    @property
    def systems(self) -> dict[UpstreamId, System]:
        return self._systems

    def keyed(self, key: bytes, passed: Pass, route: Route, line: Line, block: Block) -> Keyed:
        return Keyed(self._keys, key, passed, route, line, block)

    def shared(self, call: "Call", route: Route, block: Block) -> Shared:
        return self._public.begin(call, route, block, self.unix())

    def changed(self, method: str, status: int, system: System, path: str) -> None:
        """A call that may have changed something was answered."""
        self._public.changed(method, status, system, path)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def tasks(self) -> int:
        return len(self._tasks)

    async def connect(self, pool: Pool, endpoint: Endpoint, system: System) -> Connection:
        """Connect to an allowed address, and to no other: names were resolved before. Raises OSError."""
        connection = Connection(pool)
        tls = system.tls_for(endpoint)
        await self._loop.create_connection(
            lambda: cast("asyncio.Protocol", connection),  # by its methods, which is all that loops ask
            endpoint.ip,
            endpoint.port,
            ssl=tls,
            server_hostname=endpoint.name if tls is not None else None,
        )
        return connection

    def answered(self, call: "Call", figures: SystemFigures | None, status: int, started: float) -> None:
        """Count and log a call that has ended."""
        seconds = self.now() - started
        if figures is not None:
            figures.answered(status, seconds)
        self._access_log.write(call.request_id, call.method, status, seconds)

    def refusal(
        self, problem: Problem, *, close: bool, request_id: bytes | None = None, head_only: bool = False
    ) -> bytes:
        """The whole answer that states a problem (RFC 9457)."""
        named = request_id
        if named is None:
            named = self._ids.new()
            self.figures.refused(problem.slug)
            self._access_log.write(named, "other", problem.status, 0.0)
        content = json.dumps(problem.content(self._origin, named.decode()), ensure_ascii=False).encode()
        more = "".join(f"{name.lower()}: {value}\r\n" for name, value in problem.headers.items())
        return b"".join(
            (
                STATUS_LINES[problem.status],
                b"content-type: application/problem+json\r\ncontent-length: %d\r\n" % len(content),
                b"cache-control: no-store\r\nx-content-type-options: nosniff\r\n",
                more.encode("latin-1"),
                b"x-request-id: ",
                named,
                b"\r\n",
                self.date,
                b"connection: close\r\n\r\n" if close else b"\r\n",
                b"" if head_only else content,
            )
        )
