"""Names of departments' systems: looked up in time, or not at all."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import pytest

from core.ids import DepartmentId, UpstreamId
from miniapps.operations import Contract
from miniapps.resolver import NameUnresolved, Resolver
from miniapps.traffic import Timeouts
from miniapps.upstreams import Upstream, _networks


class Names:
    """A name server of the test's own; `slow` hosts are answered when the test says so."""

    def __init__(self) -> None:
        self.hosts: dict[str, list[str]] = {"dept.gov": ["10.1.2.3", "fd00::3"]}
        self.asked: list[str] = []
        self.released = threading.Event()

    def look_up(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host.startswith("slow"):
            self.released.wait(20)
        if host not in self.hosts:
            raise OSError("Name or service not known")
        return self.hosts[host]


@pytest.fixture
def names() -> Iterator[Names]:
    names = Names()
    yield names
    names.released.set()


@pytest.fixture
def resolver(names: Names) -> Resolver:
    return Resolver(names.look_up, seconds=0.2)


@pytest.mark.parametrize("address", ["10.1.2.3", "fd00::3", "::ffff:10.1.2.3"])
async def test_an_address_needs_no_look_up(resolver: Resolver, names: Names, address: str) -> None:
    assert await resolver.addresses(address) == [ip_address(address)]
    assert names.asked == []


async def test_a_name_has_all_its_addresses_and_is_believed_for_a_while(resolver: Resolver, names: Names) -> None:
    assert [str(each) for each in await resolver.addresses("dept.gov")] == ["10.1.2.3", "fd00::3"]
    names.hosts["dept.gov"] = ["10.9.9.9"]
    assert len(await resolver.addresses("dept.gov")) == 2
    assert names.asked == ["dept.gov"]


async def test_a_name_that_moved_is_seen_within_a_second(
    resolver: Resolver, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    await resolver.addresses("dept.gov")
    names.hosts["dept.gov"] = ["10.9.9.9"]
    monkeypatch.setattr("miniapps.resolver.BELIEVED_SECONDS", 0)
    assert await resolver.addresses("dept.gov") == [ip_address("10.9.9.9")]


@pytest.mark.parametrize("host", ["gone.gov", "empty.gov", ""])
async def test_a_name_without_an_address_is_said_to_have_none(resolver: Resolver, names: Names, host: str) -> None:
    names.hosts["empty.gov"] = []
    with pytest.raises(NameUnresolved, match="has no address"):
        await resolver.addresses(host)


async def test_what_is_no_host_name_has_no_address() -> None:
    with pytest.raises(NameUnresolved, match="has no address"):
        await Resolver().addresses("a" * 64 + ".gov")


async def test_a_slow_name_server_holds_up_neither_its_callers_nor_the_others(resolver: Resolver, names: Names) -> None:
    started = time.monotonic()
    asking = [resolver.addresses("slow.gov") for _ in range(50)]
    told = await asyncio.gather(*asking, resolver.addresses("dept.gov"), return_exceptions=True)
    assert time.monotonic() - started < 5
    assert [type(each) for each in told[:50]] == [NameUnresolved] * 50
    assert "not to be had in 0.2 s" in str(told[0])
    assert isinstance(told[50], list)
    assert names.asked.count("slow.gov") == 1, "one thread a host, however many ask"


async def test_a_slow_answer_is_taken_by_the_next_caller(resolver: Resolver, names: Names) -> None:
    names.hosts["slow.gov"] = ["10.0.0.9"]
    with pytest.raises(NameUnresolved):
        await resolver.addresses("slow.gov")
    asking = asyncio.ensure_future(resolver.addresses("slow.gov"))
    await asyncio.sleep(0)
    names.released.set()
    assert await asking == [ip_address("10.0.0.9")]
    assert names.asked == ["slow.gov"]


@pytest.mark.parametrize(
    ("host", "allow", "permitted"),
    [
        ("dept.gov", ["10.0.0.0/8", "fd00::/8"], True),
        ("dept.gov", ["10.0.0.0/8"], False),
        ("gone.gov", ["0.0.0.0/0", "::/0"], False),
        ("slow.gov", ["0.0.0.0/0", "::/0"], False),
    ],
)
async def test_a_name_is_permitted_when_all_its_addresses_are(
    resolver: Resolver, host: str, allow: list[str], permitted: bool
) -> None:
    upstream = Upstream(
        UpstreamId("u"),
        DepartmentId("d"),
        (f"http://{host}:8080",),
        _networks(allow),
        Timeouts(),
        Contract(()),
        resolver=resolver,
    )
    assert await upstream.permits() is permitted
