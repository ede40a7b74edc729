"""A mini-service's call through the whole gateway: who may pass, as whom, and what is recorded."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.harness.gateway import Gateway
from tests.harness.servers import raw_server


class Records:
    """A department's system that answers everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.heads: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            self.heads.append(head.decode())
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n" + b'{"items":[]}'
            )

    @property
    def claims(self) -> dict[str, Any]:
        """What the newest assertion said."""
        line = next(each for each in self.heads[-1].split("\r\n") if each.lower().startswith("authorization:"))
        content = line.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return claims


@pytest.fixture
async def records(gateway: Gateway) -> AsyncIterator[Records]:
    """A department system, registered, with the mini-service `hello` published."""
    system = Records()
    async with raw_server(system.talk) as address:
        await gateway.register_department(address)
        assert (await gateway.publish()).json()["status"] == "live"
        yield system


def refused(response: httpx2.Response) -> tuple[int, str, str | None]:
    content = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert content["request_id"] == response.headers["x-request-id"]
    assert content["detail"]
    return response.status_code, content["type"].rpartition("/")[2], content.get("hop")


async def test_a_call_passes_as_the_resident_and_is_recorded(gateway: Gateway, records: Records) -> None:
    await gateway.city.identity.accounts.register("13800000001", name="张伟", id_number="310101198803150012", loa=2)
    resident = await gateway.resident()
    mini = gateway.mini(await gateway.agree(resident))
    answered = await mini.get("/svc/records/records?year=2026")
    assert (answered.status_code, answered.json()) == (200, {"items": []})
    assert records.heads[-1].startswith("GET /records?year=2026 HTTP/1.1\r\n")
    account = (await gateway.city.identity.accounts.for_phone("13800000001"))[0].id
    claims = records.claims
    assert (claims["aud"], claims["iss"]) == ("urn:onecity:upstream:records", "http://localhost:8000")
    assert claims["act"] == {"sub": "urn:onecity:service:hello"}
    assert (claims["name"], claims["acr"]) == ("张伟", "urn:onecity:loa:2")
    assert "phone" not in claims
    assert account not in records.heads[-1]
    assert account not in json.dumps(claims)
    entries = (await resident.get("/api/v1/ledger")).json()["items"]
    assert [(entry["operation"], entry["action"], entry["outcome"]) for entry in entries] == [
        ("listRecords", "read", 200)
    ]
    assert entries[0]["service"] == {"id": "hello", "name": {"zh-CN": "你好服务", "en": "Hello"}}
    assert entries[0]["department"]["name"] == {"zh-CN": "一号部门", "en": "Department One"}


async def test_an_open_operation_tells_the_department_nothing_personal(gateway: Gateway, records: Records) -> None:
    await gateway.city.identity.accounts.register("13800000001", name="张伟", id_number="310101198803150012", loa=2)
    resident = await gateway.resident()
    mini = gateway.mini(await gateway.agree(resident))
    assert (await mini.get("/svc/records/open")).status_code == 200
    assert "name" not in records.claims
    assert records.claims["scope"] == ""
    assert (await resident.get("/api/v1/ledger")).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/svc/records/strict", (401, "step-up-needed", "gateway")),
        ("POST", "/svc/records/records", (403, "operation-not-declared", "gateway")),
        ("GET", "/svc/records/undeclared", (403, "operation-not-declared", "gateway")),
        ("GET", "/svc/records/none", (404, "operation-unknown", "gateway")),
        ("DELETE", "/svc/records/records", (404, "operation-unknown", "gateway")),
        ("GET", "/svc/other/records", (404, "upstream-unknown", "gateway")),
        ("GET", "/svc/records", (404, "upstream-unknown", "client")),
        ("GET", "/svc/records/a/%2e%2e/records", (400, "target-unreadable", "client")),
    ],
)
async def test_a_call_that_may_not_pass_says_why(
    gateway: Gateway, records: Records, method: str, path: str, expected: tuple[int, str, str]
) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    assert refused(await mini.request(method, path)) == expected
    assert records.heads == []


async def test_a_call_needs_a_token_of_this_service(gateway: Gateway, records: Records) -> None:
    resident = await gateway.resident()
    token = await gateway.agree(resident)
    other = {"app_id": "other-one", "version": {"code": 1, "name": "1.0.0"}}
    await gateway.publish(**other)
    assert refused(await gateway.mini().get("/svc/records/records")) == (401, "token-missing", "client")
    assert refused(await gateway.mini("a.b.c").get("/svc/records/records")) == (401, "token-invalid", "client")
    assert refused(await gateway.mini(token, "other-one").get("/svc/records/records")) == (
        401,
        "token-invalid",
        "client",
    )
    assert refused(await gateway.mini(token, "nobody").get("/svc/records/records")) == (
        404,
        "service-unknown",
        "gateway",
    )
    in_query = await gateway.mini().get(f"/svc/records/records?access_token={token}")
    assert refused(in_query) == (401, "token-missing", "client")
    gateway.clock.advance(seconds=310)
    assert refused(await gateway.mini(token).get("/svc/records/records")) == (401, "token-expired", "client")


async def test_signing_out_ends_the_calls_at_once(gateway: Gateway, records: Records) -> None:
    resident = await gateway.resident()
    mini = gateway.mini(await gateway.agree(resident))
    assert (await mini.get("/svc/records/records")).status_code == 200
    assert (await resident.delete("/api/v1/sessions/current")).status_code == 204
    assert refused(await mini.get("/svc/records/records")) == (401, "session-ended", "client")


async def test_without_consent_there_is_no_token_and_withdrawing_ends_the_one_there_is(
    gateway: Gateway, records: Records
) -> None:
    resident = await gateway.resident()
    status, slug, _ = refused(await resident.post("/api/v1/services/hello/tokens"))
    assert (status, slug) == (403, "consent-needed")
    mini = gateway.mini(await gateway.agree(resident))
    assert (await mini.get("/svc/records/records")).status_code == 200
    assert (await resident.delete("/api/v1/services/hello/consent")).status_code == 204
    assert refused(await mini.get("/svc/records/records")) == (403, "consent-needed", "gateway")


async def test_a_scope_left_out_of_the_consent_is_missing(gateway: Gateway, records: Records) -> None:
    resident = await gateway.resident()
    consent = {"scopes": ["profile:name:read"], "version": "1.0.0"}
    assert (await resident.put("/api/v1/services/hello/consent", json=consent)).status_code == 200
    token = (await resident.post("/api/v1/services/hello/tokens")).json()["token"]
    response = await gateway.mini(token).get("/svc/records/records")
    assert refused(response) == (403, "scope-missing", "gateway")
    assert response.json()["scope"] == "records:record:read"


async def test_a_department_that_is_down_is_said_to_be(gateway: Gateway) -> None:
    await gateway.register_department("http://127.0.0.1:1")
    await gateway.publish()
    resident = await gateway.resident()
    mini = gateway.mini(await gateway.agree(resident))
    assert refused(await mini.get("/svc/records/records")) == (502, "upstream-unreachable", "upstream")
    entries = (await resident.get("/api/v1/ledger?service=hello&limit=1")).json()["items"]
    assert [entry["outcome"] for entry in entries] == [502]


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", "Bearer a"), ("authorization", "Bearer b")],
        [("content-length", "0"), ("transfer-encoding", "chunked")],
        [("idempotency-key", "a"), ("idempotency-key", "b")],
    ],
)
async def test_a_request_with_two_readings_is_refused(gateway: Gateway, headers: list[tuple[str, str]]) -> None:
    response = await gateway.mini().get("/svc/records/records", headers=httpx2.Headers(headers))
    assert refused(response) == (400, "request-ambiguous", "client")


async def test_a_trace_goes_on_and_a_bad_one_begins_anew(gateway: Gateway, records: Records) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await mini.get("/svc/records/open", headers={"traceparent": trace})
    assert f"traceparent: {trace}" in records.heads[-1]
    await mini.get("/svc/records/open", headers={"traceparent": "00-zz"})
    assert "traceparent: 00-zz" not in records.heads[-1]


async def test_a_query_is_forwarded_as_it_came_an_empty_one_too(gateway: Gateway, records: Records) -> None:
    mini = gateway.mini(await gateway.agree(await gateway.resident()))
    for target in ("/open", "/open?", "/open?f=../../y&%252e=?"):
        request = mini.build_request("GET", "/svc/records/open")
        request.url = request.url.copy_with(raw_path=b"/svc/records" + target.encode())
        assert (await mini.send(request)).status_code == 200
        assert records.heads[-1].startswith(f"GET {target} HTTP/1.1\r\n")
