"""The register of upstreams and their contracts."""

import asyncio
import ipaddress
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId, UpstreamId
from miniapps.errors import RegisterRefused
from miniapps.models import Upstream as UpstreamRow
from miniapps.operations import Contract, contract_of
from miniapps.resolver import Resolver
from miniapps.traffic import Certificates, Rate, Timeouts, Traffic
from miniapps.upstreams import Endpoint, Upstream, Upstreams
from tests.unit.miniapps.wiring import CIVIL, OPENAPI, REGISTRY, Wiring


def document(paths: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": paths}


def described(**members: Any) -> dict[str, Any]:
    return {"operationId": "op", "summary": "办事", **members}


TREE = contract_of(
    document(
        {
            path: {method: {"operationId": f"{method} {path}"} for method in methods}
            for path, methods in {
                "/": ["get"],
                "/bookings": ["get", "post"],
                "/bookings/{id}": ["get", "delete"],
                "/bookings/new": ["get", "put"],
                "/bookings/{id}/notes": ["post"],
                "/bookings/new/{note}": ["head"],
                "/查询/{year}": ["get"],
            }.items()
        }
    )
)


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/", "get /"),
        ("GET", "/bookings", "get /bookings"),
        ("HEAD", "/bookings", "get /bookings"),
        ("POST", "/bookings", "post /bookings"),
        ("PUT", "/bookings", None),
        ("get", "/bookings", None),
        ("GET", "/bookings/", None),
        ("GET", "//bookings", None),
        ("GET", "/Bookings", None),
        ("GET", "/bookings/7", "get /bookings/{id}"),
        ("GET", "/bookings/%E9%A2%84", "get /bookings/{id}"),
        ("GET", "/bookings/new", "get /bookings/new"),
        ("GET", "/bookings/n%65w", "get /bookings/new"),
        ("PUT", "/bookings/%6eew", "put /bookings/new"),
        ("DELETE", "/bookings/new", None),
        ("POST", "/bookings/new/notes", None),
        ("HEAD", "/bookings/new/x", "head /bookings/new/{note}"),
        ("GET", "/bookings/7/notes/1", None),
        ("GET", "/%E6%9F%A5%E8%AF%A2/2026", "get /查询/{year}"),
        ("GET", "/bookings/..", None),
        ("GET", "/bookings/%2e%2E", None),
        ("GET", "/bookings/.", None),
        ("GET", "/bookings/a%2Fb", None),
        ("GET", "/bookings/a%5Cb", None),
        ("GET", "/bookings/a;b", None),
        ("GET", "/bookings/a%00", None),
        ("GET", "/bookings/a%0Ab", None),
        ("GET", "/bookings/%252e", "get /bookings/{id}"),
        ("GET", "", None),
    ],
)
def test_a_path_means_one_operation_or_none(method: str, path: str, operation: str | None) -> None:
    found = TREE.find(method, path)
    assert (found and found.id) == operation


@given(st.text(max_size=60))
def test_no_path_upsets_the_contract(path: str) -> None:
    TREE.find("GET", path)


def test_finding_looks_at_each_node_once() -> None:
    """Templates that share segments do not make a path exponential."""
    paths = {"/" + "/".join("a" if at != hole else "{p}" for at in range(40)): hole for hole in range(40)}
    contract = contract_of(document({path: {"get": {"operationId": str(hole)}} for path, hole in paths.items()}))
    assert contract.find("GET", "/a" * 39 + "/b/c") is None
    assert contract.find("GET", "/a" * 39 + "/b").id == "39"  # type: ignore[union-attr]


def test_operations_say_what_they_need() -> None:
    contract = contract_of(OPENAPI)
    hold, sites = contract.operations["holdSlot"], contract.operations["listSites"]
    assert (hold.scope, hold.loa, hold.action, hold.summary) == (
        "appointments:booking:write",
        2,
        "write",
        {"zh-CN": "预约时段", "en": "Hold a time"},
    )
    assert (sites.scope, sites.loa, sites.action) == (None, 1, "read")
    assert contract.scopes == {"appointments:booking:read", "appointments:booking:write"}


@pytest.mark.parametrize("words", [{}, {"summary": " "}, {"x-onecity-summary-en": ""}])
def test_an_operation_without_words_is_called_by_its_id(words: dict[str, str]) -> None:
    contract = contract_of(document({"/a": {"get": {"operationId": "showA", **words}}}))
    assert contract.operations["showA"].summary == {"zh-CN": "showA"}


@pytest.mark.parametrize(
    ("openapi", "says"),
    [
        ([], "an object is wanted"),
        ({"swagger": "2.0"}, r"OpenAPI 3\.0 or 3\.1"),
        (document({}), "has no operation"),
        (document([]), "paths: an object is wanted"),
        (document({"a": {}}), "a path starts with /"),
        (document({"/a": []}), "/a: an object is wanted"),
        (document({"/a": {"get": None}}), "GET /a: an object is wanted"),
        (document({"/a": {"get": {}}}), "GET /a: give an operationId"),
        (document({"/a": {"$ref": "#/components/pathItems/a"}}), "references are not followed"),
        (document({"/a" * 51: {"get": described()}}), "50 segments at the most"),
        (document({"/a": {"get": described(operationId=" ")}}), "give an operationId"),
        (document({"/a": {"get": described(operationId="x" * 81)}}), "at most 80 characters"),
        (document({"/a": {"get": described(summary="长" * 201)}}), "summary is a text of at most 200"),
        (document({"/a": {"get": described(**{"x-onecity-summary-en": 5})}}), "x-onecity-summary-en is a text"),
        (document({"/a": {"get": described(**{"x-onecity-loa": True})}}), "is 1 to 4"),
        (document({"/a/{b}.json": {"get": described()}}), "a parameter takes a whole segment"),
        (document({"/a": {"get": described()}, "/b": {"get": described()}}), "operationId stands twice: op"),
        (
            document({"/a/{x}": {"get": described()}, "/a/{y}": {"get": described(operationId="b")}}),
            "same method and path",
        ),
        (document({"/a": {"get": described(**{"x-onecity-scope": "everything"})}}), "area:resource:action"),
        (document({"/a": {"get": described(**{"x-onecity-scope": 7})}}), "area:resource:action"),
        (document({"/a": {"get": described(**{"x-onecity-loa": 5})}}), "is 1 to 4"),
        (document({"/a": {"get": described(**{"x-onecity-loa": [1]})}}), "is 1 to 4"),
    ],
)
def test_a_document_that_cannot_be_compiled_is_refused(openapi: Any, says: str) -> None:
    with pytest.raises(RegisterRefused, match=says):
        contract_of(openapi)


async def test_an_upstream_is_found_as_it_was_registered(city: Wiring) -> None:
    timeouts = Timeouts(connect=0.5, first_byte=1.25, total=9)
    await city.register(address="http://127.0.0.1:9000/api/", timeouts=timeouts)
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert (found.department, found.address, found.timeouts) == (CIVIL, "http://127.0.0.1:9000/api", timeouts)
    assert "holdSlot" in found.contract.operations
    assert await found.permits()


async def test_what_is_not_registered_is_not_found(city: Wiring) -> None:
    assert await city.upstreams.find(UpstreamId("nowhere")) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "No"}, "id: 3 to 40"),
        ({"address": "ftp://127.0.0.1"}, "address: give http"),
        ({"address": "127.0.0.1:9000"}, "address: give http"),
        ({"address": "http://"}, "address: give http"),
        ({"address": "http://me:pw@127.0.0.1"}, "leave out user"),
        ({"address": "http://127.0.0.1/?a=1"}, "leave out user"),
        ({"address": "http://127.0.0.1/#a"}, "leave out user"),
        ({"address": "http://127.0.0.1:99999"}, "cannot be read; a port is 1 to 65535"),
        ({"address": "http://127.0.0.1:0"}, "a port is 1 to 65535"),
        ({"address": "http://[::1"}, "cannot be read"),
        ({"address": "http://127.0.0.1/a b"}, "no spaces"),
        ({"address": "http://127.0\n.0.1"}, "no spaces"),
        ({"address": "http://127.0.0.1\\@10.0.0.1"}, "no backslash"),
        ({"address": "http://127.0.0.1/" + "a" * 500}, "500 characters at the most"),
        ({"address": "http://no.such.host.invalid"}, "has no address"),
        ({"address": "http://127.0.0.2:9000"}, "leads outside of allow"),
        ({"address": "http://[::1]:9000"}, "leads outside of allow"),
        ({"address": "http://169.254.169.254"}, "leads outside of allow"),
        ({"allow": []}, "name the networks"),
        ({"allow": ["10.0.0.0/33"]}, "allow: "),
        ({"openapi": {}}, r"OpenAPI 3\.0"),
    ],
)
async def test_an_entry_that_is_wrong_changes_nothing(city: Wiring, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(RegisterRefused, match=says):
        await city.register(**changes)
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert found.address == "http://127.0.0.1:9000"


def upstream(address: str, *allow: str) -> Upstream:
    networks = tuple(ipaddress.ip_network(each) for each in allow)
    return Upstream(UpstreamId("u"), DepartmentId("d"), (address,), networks, Timeouts(), Contract(()))


async def test_a_name_that_is_gone_or_moved_is_not_permitted() -> None:
    assert not await upstream("http://no.such.host.invalid", "0.0.0.0/0").permits()
    assert not await upstream("http://127.0.0.1", "10.0.0.0/8").permits()
    assert await upstream("http://127.0.0.1", "10.0.0.0/8", "127.0.0.0/8").permits()


def test_a_carrier_may_ask_about_its_peer() -> None:
    inside = upstream("http://a", "10.1.2.0/24", "fd00::/8")
    for address, permitted in {"10.1.2.3": True, "10.1.3.3": False, "fd00::1": True, "::ffff:10.1.2.3": False}.items():
        assert inside.permits_address(ipaddress.ip_address(address)) is permitted


@pytest.mark.both_databases
async def test_a_change_is_seen_by_another_worker(city: Wiring) -> None:
    before = await city.upstreams.find(REGISTRY)
    assert await city.upstreams.find(REGISTRY) is before  # not compiled again while the register is the same
    other = Wiring(city.clock, city.sdk.parent)
    await other.register(address="http://127.0.0.1:9001")
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert found.address == "http://127.0.0.1:9001"


async def test_a_read_is_believed_for_a_while(store: str, city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    await patient.upstreams.find(REGISTRY)
    await city.register(address="http://127.0.0.1:9001")
    found = await patient.upstreams.find(REGISTRY)
    assert found is not None
    assert found.address == "http://127.0.0.1:9000"


async def test_an_upstream_has_its_traffic_and_its_certificates(city: Wiring, certificates: Certificates) -> None:
    traffic = Traffic(7, 0, Rate(60, 60), None, Rate(1000, 1.5), 2**30)
    await city.register(address="https://127.0.0.1:9443", traffic=traffic, certificates=certificates)
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert (found.traffic, found.certificates) == (traffic, certificates)
    assert found.tls_context() is found.tls_context()


async def test_an_upstream_that_says_nothing_takes_the_usual(city: Wiring) -> None:
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert (found.traffic, found.certificates) == (Traffic(100, 100), None)


async def test_a_system_may_have_several_addresses(city: Wiring) -> None:
    await city.register(address=["http://127.0.0.1:9000/api/", "http://127.0.0.2:9001/api"], allow=["127.0.0.0/8"])
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    assert (found.address, found.path) == ("http://127.0.0.1:9000/api", "/api")
    endpoints = await found.endpoints()
    assert [(each.ip, each.port, each.host) for each in endpoints] == [
        ("127.0.0.1", 9000, "127.0.0.1:9000"),
        ("127.0.0.2", 9001, "127.0.0.2:9001"),
    ]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ([], "give 1 to 16"),
        ([f"http://127.0.0.1:{port}" for port in range(9000, 9017)], "give 1 to 16"),
        (["http://127.0.0.1", "http://127.0.0.1/"], "one stands twice"),
        (["http://127.0.0.1", "https://127.0.0.1"], "the same scheme"),
        (["http://127.0.0.1/a", "http://127.0.0.1:1/b"], "the same path"),
        (["http://127.0.0.1", "http://127.0.0.1:0"], "a port is 1 to 65535"),
        (["http://127.0.0.1", "http://10.0.0.1"], "http://10.0.0.1 leads outside of allow"),
        (["http://127.0.0.1", "http://no.such.host.invalid"], "has no address"),
    ],
)
async def test_addresses_of_no_one_system_are_refused(city: Wiring, address: list[str], says: str) -> None:
    with pytest.raises(RegisterRefused, match=says):
        await city.register(address=address)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"x-onecity-max-body": 2**24 + 1}, "x-onecity-max-body is 16777216 at the most here"),
        ({"x-onecity-total-seconds": 31}, "x-onecity-total-seconds is 30 at the most here"),
    ],
    ids=str,
)
async def test_a_document_asks_for_no_more_than_the_operator_allows(city: Wiring, members: Any, says: str) -> None:
    openapi = document({"/a": {"post": described(**members)}})
    with pytest.raises(RegisterRefused, match=says):
        await city.register(openapi=openapi)
    await city.register(openapi=openapi, traffic=Traffic(max_body=2**25), timeouts=Timeouts(total=60))
    found = await city.upstreams.find(REGISTRY)
    assert found is not None
    operation = found.contract.operations["op"]
    assert (operation.max_body, operation.total) == (
        members.get("x-onecity-max-body", 2**20),
        members.get("x-onecity-total-seconds"),
    )


@pytest.mark.parametrize("missing", ["ca", "certificate", "key"])
async def test_certificates_must_be_there_to_be_read(city: Wiring, certificates: Certificates, missing: str) -> None:
    gone = replace(certificates, **{missing: Path("/nowhere.pem")})
    with pytest.raises(RegisterRefused, match=r"tls: .*cannot be used"):
        await city.register(certificates=gone)


async def test_certificates_must_be_whole(city: Wiring, certificates: Certificates, tmp_path: Path) -> None:
    with pytest.raises(RegisterRefused, match="certificate and key, or neither"):
        await city.register(certificates=replace(certificates, key=None))
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(RegisterRefused, match=r"tls: ca: .*cannot be used"):
        await city.register(certificates=replace(certificates, ca=tmp_path / "empty.pem"))
    with pytest.raises(RegisterRefused, match="tls: certificate and key cannot be used"):
        await city.register(certificates=replace(certificates, key=certificates.ca))


async def test_a_key_with_a_password_asks_nobody(city: Wiring, certificates: Certificates, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    locked = tmp_path / "locked.pem"
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(RegisterRefused, match="the key has a password"):
        await city.register(certificates=replace(certificates, key=locked))


async def test_what_is_known_is_the_same_object_until_the_register_changes(city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    assert patient.upstreams.known(REGISTRY) is None
    before = await patient.upstreams.find(REGISTRY)
    assert before is not None
    await patient.upstreams.refresh()
    assert patient.upstreams.known(REGISTRY) is before
    await city.register(address="http://127.0.0.1:9001")
    assert patient.upstreams.known(REGISTRY) is before
    await patient.upstreams.refresh()
    after = patient.upstreams.known(REGISTRY)
    assert after is not None
    assert after is not before
    assert after.address == "http://127.0.0.1:9001"
    assert before.address == "http://127.0.0.1:9000"


async def test_what_was_taken_from_the_register_is_not_known(city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    await patient.upstreams.find(REGISTRY)
    await UpstreamRow.filter(id=REGISTRY).delete()
    await patient.upstreams.refresh()
    assert patient.upstreams.known(REGISTRY) is None
    assert await patient.upstreams.find(REGISTRY) is None


async def test_what_nobody_refreshes_is_soon_unknown(city: Wiring) -> None:
    hasty = Wiring(city.clock, city.sdk.parent, cache_seconds=0.05)
    await hasty.upstreams.find(REGISTRY)
    assert hasty.upstreams.known(REGISTRY) is not None
    await asyncio.sleep(0.06)
    assert hasty.upstreams.known(REGISTRY) is None


async def test_many_that_look_at_once_get_one_object(city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    found = await asyncio.gather(*(patient.upstreams.find(REGISTRY) for _ in range(8)), patient.upstreams.refresh())
    assert len({id(each) for each in found[:8]}) == 1


class Names:
    """A name server of the test's own."""

    def __init__(self, **hosts: list[str]) -> None:
        self.hosts = hosts
        self.asked = 0

    def look_up(self, host: str) -> list[str]:
        self.asked += 1
        if host not in self.hosts:
            raise OSError("Name or service not known")
        return self.hosts[host]


def named(names: Names, *addresses: str, allow: Sequence[str] = ("10.0.0.0/8", "fd00::/8")) -> Upstream:
    networks = tuple(ipaddress.ip_network(each) for each in allow)
    resolver = Resolver(names.look_up)
    return Upstream(
        UpstreamId("u"), DepartmentId("d"), addresses, networks, Timeouts(), Contract(()), resolver=resolver
    )


async def test_an_endpoint_is_an_address_and_speaks_by_the_registered_name() -> None:
    found = await named(Names(dept=["10.1.2.3", "fd00::3"]), "https://dept/api").endpoints()
    assert found == (
        Endpoint("10.1.2.3", 443, True, "dept", "dept"),
        Endpoint("fd00::3", 443, True, "dept", "dept"),
    )
    literal = await named(Names(), "http://[fd00::5]:8080").endpoints()
    assert literal == (Endpoint("fd00::5", 8080, False, "[fd00::5]:8080", "fd00::5"),)


@pytest.mark.parametrize(
    ("addresses", "ips"),
    [
        (["10.1.1.1"], ["10.1.1.1"]),
        (["10.1.1.1", "127.0.0.1"], []),
        (["169.254.169.254"], []),
        (["::ffff:10.1.1.1"], []),
        (["0.0.0.0"], []),  # noqa: S104 - that is what must be refused
        (["::1"], []),
        ([], []),
    ],
    ids=str,
)
async def test_a_name_that_leads_outside_with_one_address_is_left_out(addresses: list[str], ips: list[str]) -> None:
    names = Names(dept=addresses, good=["10.9.9.9"])
    assert [each.ip for each in await named(names, "http://dept").endpoints()] == ips
    both = await named(names, "http://dept", "http://good").endpoints()
    assert [each.ip for each in both] == [*ips, "10.9.9.9"]


async def test_what_is_known_of_a_name_is_asked_for_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(dept=["10.1.1.1"])
    upstream = named(names, "http://dept")
    assert upstream.known_endpoints() is None
    before = await upstream.endpoints()
    assert upstream.known_endpoints() is before
    names.hosts["dept"] = ["10.2.2.2"]
    assert await upstream.endpoints() is before
    assert names.asked == 1
    monkeypatch.setattr("miniapps.resolver.BELIEVED_SECONDS", 0)
    monkeypatch.setattr("miniapps.upstreams.BELIEVED_SECONDS", 0.05)
    await upstream.look_ahead()
    moved = upstream.known_endpoints()
    assert moved is not None
    assert [each.ip for each in moved] == ["10.2.2.2"]
    await asyncio.sleep(0.06)
    assert upstream.known_endpoints() is None
    assert await upstream.endpoints() is moved  # not made anew while it leads where it led
    names.hosts["dept"] = ["127.0.0.1"]
    await asyncio.sleep(0.06)
    assert await upstream.endpoints() == ()
    assert upstream.known_endpoints() is None


async def test_a_literal_address_is_known_for_ever() -> None:
    names = Names()
    upstream = named(names, "http://10.0.0.1:1")
    before = await upstream.endpoints()
    assert upstream.known_endpoints() is before
    await upstream.look_ahead()
    assert (names.asked, upstream.known_endpoints()) == (0, before)


async def test_names_that_nobody_calls_are_not_looked_up() -> None:
    names = Names(dept=["10.1.1.1"])
    await named(names, "http://dept").look_ahead()
    assert names.asked == 0


class SlowToCompile(Upstreams):
    """Held up in its thread, until the test lets it go on."""

    reached, held = threading.Event(), threading.Event()

    def _upstream(self, row: UpstreamRow) -> Upstream:
        self.reached.set()
        self.held.wait(20)
        return super()._upstream(row)


async def test_what_was_read_before_a_change_is_not_believed_by_a_look_after_it(city: Wiring) -> None:
    slow = SlowToCompile(city.clock, 0.3)
    finding = asyncio.ensure_future(slow.find(REGISTRY))
    await asyncio.to_thread(slow.reached.wait, 20)
    await city.register(address="http://127.0.0.1:9001")
    await slow.refresh()
    slow.held.set()
    before = await finding
    assert before is not None
    assert before.address == "http://127.0.0.1:9000"
    await asyncio.sleep(0.35)
    await slow.refresh()
    assert slow.known(REGISTRY) is None
    after = await slow.find(REGISTRY)
    assert after is not None
    assert after.address == "http://127.0.0.1:9001"
    await slow.refresh()
    assert slow.known(REGISTRY) is after
