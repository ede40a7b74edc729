"""The register of upstreams and their contracts."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId, UpstreamId
from miniapps.errors import RegisterRefused
from miniapps.operations import Contract, contract_of
from miniapps.traffic import Timeouts
from miniapps.upstreams import Upstream
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
