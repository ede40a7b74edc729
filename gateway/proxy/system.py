"""One upstream at run time: its pools, its protection, and what was seen of it."""

import ssl

from core.ids import AccountId, ServiceId, UpstreamId
from gateway.ledger.activity import Activity
from gateway.proxy.answer import AnswerHead
from gateway.proxy.breaker import Breaker, BreakerOptions
from gateway.proxy.bulkhead import Bulkhead
from gateway.proxy.connection import Pool
from gateway.proxy.endpoints import Endpoints
from gateway.proxy.figures import SystemFigures
from gateway.proxy.limits import Bucket, Buckets, Rate
from gateway.proxy.memo import Memo
from gateway.proxy.retries import Budget
from gateway.proxy.settings import ProxySettings, RateSettings
from miniapps import traffic as register
from miniapps.traffic import Certificates
from miniapps.upstreams import Endpoint, Upstream


class System:
    """Made anew when the register's entry changes, so that an object of it stands for one revision."""

    __slots__ = (
        "_activity",
        "_heads",
        "_tls",
        "bound",
        "breaker",
        "budget",
        "bulkhead",
        "endpoints",
        "endpoints_seen",
        "figures",
        "good_until",
        "pools",
        "residents",
        "services",
        "upstream",
    )

    def __init__(
        self,
        upstream: Upstream,
        settings: ProxySettings,
        heads: Memo[bytes, AnswerHead],
        figures: SystemFigures,
        activity: Activity,
    ) -> None:
        traffic, limits = upstream.traffic, settings.limits
        self.upstream = upstream
        self.breaker = Breaker(BreakerOptions(**settings.breaker.model_dump()))
        self.bulkhead = Bulkhead(upstream.traffic.concurrency, upstream.traffic.queue, settings.bulkhead.wait_seconds)
        self.endpoints: Endpoints[Endpoint] = Endpoints(**settings.endpoints.model_dump())
        self.endpoints_seen: tuple[Endpoint, ...] = ()
        self.budget = Budget(settings.retries.ratio, settings.retries.floor, settings.retries.most)
        self.residents = Buckets(_rate(traffic.resident or limits.resident), limits.callers)
        self.services = Buckets(_rate(traffic.service or limits.service), limits.callers)
        self.bound = Bucket(_rate(traffic.upstream or limits.upstream))
        self.pools: dict[Endpoint, Pool] = {}
        self.figures = figures
        self.good_until = 0.0
        """Until then the register was just seen to say the same, and its addresses to be allowed."""
        self._tls: ssl.SSLContext | None = None
        self._heads = heads
        self._activity = activity

    @property
    def id(self) -> UpstreamId:
        return self.upstream.id

    def lead_to(self, endpoints: tuple[Endpoint, ...]) -> None:
        """Where calls go from now on: addresses that were just allowed."""
        if endpoints is self.endpoints_seen or endpoints == self.endpoints_seen:
            return
        self.endpoints_seen = endpoints
        self.endpoints.set(endpoints)
        for gone in self.pools.keys() - set(endpoints):
            self.pools.pop(gone).close()

    def pool(self, endpoint: Endpoint) -> Pool:
        pool = self.pools.get(endpoint)
        if pool is None:
            pool = self.pools[endpoint] = Pool(self._heads, endpoint.host, self._activity)
        return pool

    def buckets(self, actor: AccountId, service: ServiceId, now: float) -> tuple[Bucket, Bucket, Bucket]:
        """What a call counts against: whoever acts in this service, for themselves or others, the service, all."""
        return self.residents.of((actor, service), now), self.services.of(service, now), self.bound

    def tls_for(self, endpoint: Endpoint) -> ssl.SSLContext | None:
        """How to speak TLS to it; None for plain HTTP. Raises RegisterRefused where its certificates went bad."""
        if endpoint.tls and self._tls is None:
            self._tls = (self.upstream.certificates or Certificates()).context()
        return self._tls if endpoint.tls else None

    def close(self) -> None:
        """Close what is idle; exchanges under way end by themselves, and those that wait go on waiting."""
        for pool in self.pools.values():
            pool.close()

    @property
    def connections(self) -> int:
        return sum(pool.open for pool in list(self.pools.values()))  # figures are read in a thread of their own


def _rate(given: RateSettings | register.Rate) -> Rate:
    return Rate(given.calls, given.seconds)
