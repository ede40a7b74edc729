"""The settings of the data path become what its pieces take, and the register has the last word."""

from ipaddress import ip_network

from core.ids import DepartmentId, UpstreamId
from gateway.ledger.activity import Activity
from gateway.proxy.breaker import BreakerOptions
from gateway.proxy.figures import SystemFigures
from gateway.proxy.limits import Rate
from gateway.proxy.memo import Memo
from gateway.proxy.settings import BreakerSettings, EndpointSettings, LimitSettings, ProxySettings, ResidentRate
from gateway.proxy.system import System
from miniapps.operations import Contract
from miniapps.traffic import Rate as RegisteredRate
from miniapps.traffic import Timeouts, Traffic
from miniapps.upstreams import Endpoint, Upstream


def system_of(settings: ProxySettings, traffic: Traffic) -> System:
    upstream = Upstream(
        UpstreamId("u"),
        DepartmentId("d"),
        ("http://127.0.0.1:1",),
        (ip_network("127.0.0.0/8"),),
        Timeouts(),
        Contract(()),
        traffic,
    )
    return System(upstream, settings, Memo(8), SystemFigures(), Activity())


def test_the_breakers_defaults_are_what_is_documented() -> None:
    figures, own = BreakerSettings().model_dump(), BreakerOptions()
    assert figures == {name: getattr(own, name) for name in figures}


def test_a_set_figure_arrives() -> None:
    settings = ProxySettings(breaker=BreakerSettings(minimum=1, open_seconds=7), endpoints=EndpointSettings(in_a_row=1))
    system = system_of(settings, Traffic())
    system.breaker.failed(system.breaker.admits(1.0), 1.0)
    assert system.breaker.retry_after(1.0) == 7
    system.lead_to(tuple(Endpoint(ip, 80, False, ip, ip) for ip in ("127.0.0.1", "127.0.0.2")))
    member = system.endpoints.choose(1.0)
    assert member
    system.endpoints.failed(member, 1.0)
    assert system.endpoints.ejected == 1


def test_a_limit_of_the_register_takes_the_place_of_the_citys() -> None:
    settings = ProxySettings(limits=LimitSettings(resident=ResidentRate(calls=5, seconds=1)))
    system = system_of(settings, Traffic(service=RegisteredRate(7, 2)))
    assert (system.residents.rate, system.services.rate, system.bound.rate) == (
        Rate(5, 1),
        Rate(7, 2),
        Rate(60_000, 60),
    )
