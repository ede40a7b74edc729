"""What the departments show to the outside: documents, probes, ids, the command line."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.requests import Request

from miniapps.operations import contract_of
from mock_services.appointments.__main__ import DEPARTMENT as APPOINTMENTS
from mock_services.appointments.operations import OPERATIONS as APPOINTMENT_OPERATIONS
from mock_services.licences.__main__ import DEPARTMENT as LICENCES
from mock_services.licences.operations import OPERATIONS as LICENCE_OPERATIONS
from mock_services.playground.__main__ import DEPARTMENT as PLAYGROUND
from mock_services.playground.operations import OPERATIONS as PLAYGROUND_OPERATIONS
from mock_services.queries.__main__ import DEPARTMENT as QUERIES
from mock_services.queries.operations import OPERATIONS as QUERY_OPERATIONS
from mock_services.shared.command import Department, run
from mock_services.shared.masks import mask_employer, mask_name, mask_number, mask_phone
from mock_services.shared.operations import Operation
from mock_services.shared.wire import Text
from tests.unit.mock_services.platform_twin import ISSUER

ROOT = Path(__file__).parents[3]
NAMES = ("appointments", "queries", "licences", "playground")
ALL = [
    (APPOINTMENTS, APPOINTMENT_OPERATIONS),
    (QUERIES, QUERY_OPERATIONS),
    (LICENCES, LICENCE_OPERATIONS),
    (PLAYGROUND, PLAYGROUND_OPERATIONS),
]
MANIFESTS = [ROOT / "mock_services" / name / "h5" / "manifest.json" for name in NAMES]
PLATFORMS = ("profile:", "device:")
"""What no department gives: the platform does."""


@pytest.mark.parametrize(("department", "operations"), ALL, ids=NAMES)
def test_the_document_describes_every_operation(department: Department[Any], operations: list[Operation]) -> None:
    document = department.document()
    described = {
        (method, path): operation for path, item in document["paths"].items() for method, operation in item.items()
    }
    assert document["openapi"].startswith("3.1")
    assert set(described) == {(operation.method.lower(), operation.path) for operation in operations}
    for operation in operations:
        shown = described[operation.method.lower(), operation.path]
        assert shown["operationId"] == operation.id
        assert shown["summary"]
        assert shown["x-onecity-summary-en"]
        assert shown.get("x-onecity-scope") == operation.scope
        assert shown.get("x-onecity-loa") == operation.loa
        assert {"401", str(operation.status)} <= set(shown["responses"])


@pytest.mark.parametrize(("department", "_"), ALL, ids=NAMES)
def test_every_reference_in_the_document_leads_somewhere(department: Department[Any], _: object) -> None:
    document = department.document()
    text = json.dumps(document)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])


async def test_the_document_is_served_as_it_is_printed(
    queries: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(QUERIES, ["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == (await queries.get("/openapi.json")).json()


def field_scopes(operations: set[str]) -> set[str]:
    """The scopes of fields in their answers, as the gateway reads them."""
    contracts = [contract_of(department.document()) for department, _ in ALL]
    rules = [each.fields for contract in contracts for each in contract.operations.values() if each.id in operations]
    return {scope for rule in rules if rule for scope in rule.scopes}


@pytest.mark.parametrize("path", MANIFESTS, ids=NAMES)
def test_a_manifest_asks_for_what_its_operations_need_and_no_more(path: Path) -> None:
    manifest = json.loads(path.read_text())["onecity"]
    operations = {operation.id: operation for _, table in ALL for operation in table}
    used = [operations[name] for upstream in manifest["upstreams"] for name in upstream["operations"]]
    asked = {scope["name"] for scope in manifest["scopes"]}
    needed = {operation.scope for operation in used if operation.scope} | field_scopes({each.id for each in used})
    assert {name for name in asked if not name.startswith(PLATFORMS)} == needed
    assert manifest["loa"] == max(operation.loa or 1 for operation in used)
    assert all(set(scope["reason"]) == {"zh-CN", "en"} for scope in manifest["scopes"])


@pytest.mark.parametrize(
    ("sent", "echoed"), [("abc-1", True), ("x" * 129, False), ("a b", False), ("", False)], ids=repr
)
async def test_every_answer_carries_a_request_id(queries: httpx2.AsyncClient, sent: str, echoed: bool) -> None:
    for path in ("/healthz", "/nowhere", "/housing-fund"):
        answer = await queries.get(path, headers={"X-Request-Id": sent})
        assert (answer.headers["x-request-id"] == sent) is echoed
        if answer.is_error:
            assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_another_method_is_a_problem_with_allow(queries: httpx2.AsyncClient) -> None:
    answer = await queries.delete("/housing-fund")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.json()["type"] == f"{ISSUER}/problems/method-not-allowed"


async def test_other_errors_of_starlette_keep_their_words_and_ours_tell_nothing() -> None:
    from starlette.exceptions import HTTPException

    from mock_services.shared.problems import problem_handlers

    request: Request[Any] = Request({"type": "http", "state": {"request_id": "r"}})
    handler = problem_handlers(ISSUER)
    teapot = await handler[HTTPException](request, HTTPException(418, "short and stout"))
    unforeseen = await handler[Exception](request, RuntimeError("secret"))
    assert json.loads(bytes(teapot.body))["detail"] == "short and stout"
    assert (unforeseen.status_code, b"secret" in bytes(unforeseen.body)) == (500, False)


@pytest.fixture
def environment(tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A complete one."""
    for name in [name for name in os.environ if name.startswith("DEPARTMENT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "ISSUER": ISSUER + "/",
        "PORT": "9001",
        "DATABASE": str(tmp_path / "x.sqlite"),
        "CLIENT_ID": "gov-services",
        "CLIENT_KEY": str(key_file),
    }.items():
        monkeypatch.setenv(f"DEPARTMENT_{name}", value)
    return monkeypatch


WRONG: dict[str, tuple[str, str | None]] = {
    "no issuer": ("ISSUER", None),
    "an issuer with a path": ("ISSUER", "http://localhost:8000/x"),
    "no address": ("ISSUER", "localhost"),
    "no port": ("PORT", None),
    "a port too high": ("PORT", "70000"),
    "open to the world": ("HOST", "0.0.0.0"),  # noqa: S104 - that is what must be refused
    "no store": ("DATABASE", None),
    "no client": ("CLIENT_ID", ""),
    "no such key file": ("CLIENT_KEY", "/nowhere.pem"),
    "a key that is none": ("CLIENT_KEY", __file__),
    "no time to hold": ("HOLD_SECONDS", "0"),
}


@pytest.mark.parametrize(("name", "value"), WRONG.values(), ids=WRONG.keys())
def test_settings_that_are_not_right_are_named(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str | None
) -> None:
    if value is None:
        environment.delenv(f"DEPARTMENT_{name}")
    else:
        environment.setenv(f"DEPARTMENT_{name}", value)
    assert run(APPOINTMENTS, []) == 2
    assert name in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("department", [department for department, _ in ALL], ids=NAMES)
def test_it_listens_on_loopback_as_told(department: Department[Any]) -> None:
    served: list[uvicorn.Config] = []
    root, level = logging.getLogger(), logging.getLogger().level
    assert run(department, ["serve"], serve=served.append) == 0
    root.setLevel(level)
    assert (served[0].host, served[0].port) == ("127.0.0.1", 9001)
    assert (served[0].proxy_headers, served[0].server_header, served[0].access_log) == (False, False, False)


@pytest.mark.usefixtures("environment")
def test_the_keys_are_at_the_issuer_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert QUERIES.settings().keys_at == f"{ISSUER}/oauth/jwks"
    monkeypatch.setenv("DEPARTMENT_JWKS_URL", "http://keys/")
    assert QUERIES.settings().keys_at == "http://keys/"


def test_help_lists_the_settings() -> None:
    for department in NAMES:
        shown = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", f"mock_services.{department}", "--help"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
        assert "DEPARTMENT_ISSUER" in shown.stdout


async def test_it_runs_as_a_process_and_ends_when_asked(environment: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment.setenv("DEPARTMENT_PORT", str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mock_services.queries", cwd=ROOT, stderr=subprocess.DEVNULL
    )
    async with asyncio.timeout(30), httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                answer = await client.get("/healthz")
                break
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) in {0, -15}
    assert answer.json() == {"status": "ok"}


def test_masks_keep_little() -> None:
    assert mask_name("张伟") == "张*"
    assert mask_phone("13800000001") == "138****0001"
    assert mask_number("310101198803150012") == "****0012"
    assert mask_employer("上海浦江机械制造有限公司") == "上海****有限公司"


def test_a_body_and_a_key_show_in_the_document() -> None:
    holds = APPOINTMENTS.document()["paths"]["/holds"]["post"]
    assert holds["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/HoldRequest")
    assert [parameter["name"] for parameter in holds["parameters"]] == ["Idempotency-Key"]
    assert "slot-full" in holds["responses"]["409"]["description"]
    assert Text.model_json_schema()["required"] == ["zh-CN", "en"]
