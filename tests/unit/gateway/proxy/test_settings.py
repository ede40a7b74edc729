"""The settings of the data path become what its pieces take, and the register has the last word."""

from ipaddress import ip_network

from core.ids import DepartmentId, UpstreamId
from gateway.proxy.breaker import BreakerOptions
from gateway.proxy.limits import Rate
from gateway.proxy.settings import BreakerSettings, EndpointSettings, LimitSettings, ProxySettings, ResidentRate
from miniapps.operations import Contract
from miniapps.traffic import Rate as RegisteredRate
from miniapps.traffic import Timeouts, Traffic
from miniapps.upstreams import Upstream


def test_the_breakers_defaults_are_written_once() -> None:
    set_up, own = BreakerSettings().options(), BreakerOptions()
    assert all(getattr(set_up, name) == getattr(own, name) for name in BreakerOptions.__slots__)


def test_a_set_figure_arrives() -> None:
    assert BreakerSettings(probes=7).options().probes == 7
    endpoints = EndpointSettings(in_a_row=1).members()
    endpoints.set(["a", "b"])
    member = endpoints.choose(1.0)
    assert member
    endpoints.failed(member, 1.0)
    assert endpoints.ejected == 1


def test_a_limit_of_the_register_takes_the_place_of_the_citys() -> None:
    settings = ProxySettings(limits=LimitSettings(resident=ResidentRate(calls=5, seconds=1)))
    upstream = Upstream(
        UpstreamId("u"),
        DepartmentId("d"),
        ("http://127.0.0.1:1",),
        (ip_network("127.0.0.0/8"),),
        Timeouts(),
        Contract(()),
        Traffic(service=RegisteredRate(7, 2)),
    )
    rates = settings.rates(upstream)
    assert (rates.resident, rates.service, rates.upstream) == (Rate(5, 1), Rate(7, 2), Rate(60_000, 60))
