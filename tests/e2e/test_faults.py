"""When something goes wrong in a running city: each fault is a clear problem, and nothing that was answered is lost."""

import copy
import http.client
import io
import json
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.harness.attack import Upstream, contract, department_system
from tests.harness.browser import phone
from tests.harness.city import City, running_city
from tests.harness.packages import FILES, MANIFEST, package
from tests.harness.ports import free_port
from tests.harness.publisher import Department, apply, new_key, public_key, publish, wait_until_live
from tests.harness.resident import Resident

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("city"), pytest.mark.timeout(120)]

ALLOWED = ["127.0.0.1/32"]
SYSTEMS = {"slow": ["slow", "whoami"], "gone": ["whoami"], "faults": ["whoami", "hidden"]}
"""Upstreams of the test's own, with the operations of each."""


@dataclass(frozen=True)
class Faults:
    """The city with a mini-service of the test's own, and the department's system that it calls."""

    city: City
    system: Upstream


@pytest.fixture(scope="module")
def faults(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    with department_system() as system:
        addresses = {"slow": system.address, "gone": f"http://127.0.0.1:{free_port()}", "faults": system.address}
        upstreams = {
            name: {
                "department": "gov-services",
                "address": addresses[name],
                "allow": ALLOWED,
                "openapi": contract(*operations),
                "first_byte_seconds": 1,
            }
            for name, operations in SYSTEMS.items()
        }
        apply(city, {"upstreams": upstreams})
        folder = tmp_path_factory.mktemp("faults")
        _write_package(folder)
        publish(city, folder)
        wait_until_live(city, "faults")
        yield Faults(city, system)


@pytest.fixture
def resident(faults: Faults) -> Iterator[Resident]:
    """A new account, signed in, who agreed to everything."""
    with Resident(faults.city) as resident:
        resident.signs_in().agrees("appointments")
        resident.agrees("faults")
        yield resident


@pytest.fixture(scope="module")
def department(faults: Faults) -> Iterator[Department]:
    with Department(faults.city) as department:
        yield department


@pytest.fixture
def recipient(resident: Resident) -> str:
    """The resident, as the department knows them."""
    claims = resident.calls("faults", "faults", "/whoami", resident.token("faults")).json()
    return str(claims["sub"])


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of its own for the tests that end it; they leave it running, or for good."""
    with running_city(tmp_path_factory.mktemp("mortal")) as city:
        yield city


# Signing in


def test_a_wrong_code_says_how_many_tries_are_left(faults: Faults) -> None:
    with Resident(faults.city) as resident:
        code = resident.asks_for_a_code()
        refused = _problem(resident.tries(_other(code)), 401, "wrong-code")
        assert refused["tries_left"] == 4
        assert resident.tries(code).status_code == 201


def test_the_sixth_try_is_refused_even_with_the_right_code(faults: Faults) -> None:
    with Resident(faults.city) as resident:
        code = resident.asks_for_a_code()
        for left in (4, 3, 2, 1):
            assert _problem(resident.tries(_other(code)), 401, "wrong-code")["tries_left"] == left
        resident.tries(_other(code))
        sixth = resident.tries(code)
        _problem(sixth, 429, "too-many-tries")
        assert int(sixth.headers["retry-after"]) > 0


def test_a_write_from_a_foreign_page_is_refused(faults: Faults, resident: Resident) -> None:
    for origin in (
        "https://evil.example",
        faults.city.mini("appointments"),
        f"{faults.city.origin}.evil.example",
        "null",
    ):
        refused = resident.api("DELETE", "/api/v1/sessions/current", headers={"Origin": origin})
        _problem(refused, 403, "origin-foreign")
    assert resident.api("GET", "/api/v1/account").status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost:1", "localhost", "appointments.localhost.evil.example", "a.b.localhost", "127.0.0.1"],
)
def test_a_host_that_is_not_ours_is_misdirected(faults: Faults, host: str) -> None:
    answered = httpx2.get(f"http://127.0.0.1:{faults.city.port}/", headers={"Host": host}, trust_env=False)
    _problem(answered, 421, "misdirected-request", "client")


# Tokens and consent


def test_a_token_of_another_service_is_refused(resident: Resident) -> None:
    refused = resident.calls("appointments", "appointments", "/bookings", resident.token("faults"))
    _problem(refused, 401, "token-invalid", "client")
    assert "invalid_token" in refused.headers["www-authenticate"]


def test_a_call_without_a_token_is_refused(resident: Resident) -> None:
    _problem(resident.calls("appointments", "appointments", "/bookings", None), 401, "token-missing", "client")


def test_a_token_is_worth_nothing_after_signing_out(resident: Resident) -> None:
    token = resident.token("appointments")
    assert resident.calls("appointments", "appointments", "/bookings", token).status_code == 200
    resident.signs_out()
    _within(5, lambda: resident.calls("appointments", "appointments", "/bookings", token).status_code == 401)
    refused = resident.calls("appointments", "appointments", "/bookings", token)
    _problem(refused, 401, "session-ended", "client")


def test_nothing_goes_to_a_service_before_the_resident_agrees(faults: Faults) -> None:
    with Resident(faults.city) as resident:
        refused = resident.signs_in().api("POST", "/api/v1/services/appointments/tokens")
        assert "appointments:booking:read" in _problem(refused, 403, "consent-needed")["scopes"]


def test_a_call_after_the_consent_is_withdrawn_is_refused(resident: Resident) -> None:
    token = resident.token("appointments")
    resident.withdraws("appointments")
    refused = resident.calls("appointments", "appointments", "/bookings", token)
    _problem(refused, 403, "consent-needed", "gateway")


def test_a_scope_that_the_resident_left_out_is_missing(resident: Resident) -> None:
    resident.agrees("appointments", ["appointments:booking:read"])
    token = resident.token("appointments")
    assert resident.calls("appointments", "appointments", "/bookings", token).status_code == 200
    refused = resident.calls("appointments", "appointments", "/holds", token, "POST", json={"slot_id": "x"})
    assert _problem(refused, 403, "scope-missing", "gateway")["scope"] == "appointments:booking:write"


# Departments that do not answer


@pytest.mark.parametrize(
    ("upstream", "path", "status", "slug"),
    [
        ("unheard-of", "/whoami", 404, "upstream-unknown"),
        ("social-records", "/housing-fund", 403, "upstream-not-declared"),
        ("faults", "/hidden", 403, "operation-not-declared"),
        ("faults", "/nothing", 404, "operation-unknown"),
    ],
)
def test_a_call_to_nowhere_says_what_is_unknown(
    resident: Resident, upstream: str, path: str, status: int, slug: str
) -> None:
    _problem(resident.calls("faults", upstream, path, resident.token("faults")), status, slug, "gateway")


def test_a_department_that_is_down_is_a_502_of_its_own(resident: Resident) -> None:
    _problem(
        resident.calls("faults", "gone", "/whoami", resident.token("faults")), 502, "upstream-unreachable", "upstream"
    )


def test_a_department_that_takes_thirty_seconds_holds_nobody_else_up(resident: Resident) -> None:
    token, own = resident.token("faults"), resident.token("appointments")
    with ThreadPoolExecutor(20) as pool:
        slow = [pool.submit(resident.calls, "faults", "slow", "/slow", token) for _ in range(20)]
        time.sleep(0.3)
        taken = [_seconds(lambda: resident.calls("appointments", "appointments", "/bookings", own)) for _ in range(5)]
        assert not any(each.done() for each in slow), "the slow ones are still waiting"
        for each in slow:
            _problem(each.result(), 504, "upstream-timeout", "upstream")
    assert max(taken) < 0.7
    # twenty failures: it is left alone for two seconds, and then tried again
    _problem(resident.calls("faults", "slow", "/whoami", token), 503, "upstream-resting", "upstream")
    _within(10, lambda: resident.calls("faults", "slow", "/whoami", token).status_code == 200)


# Packages


@pytest.mark.parametrize(
    ("name", "pointer"), [("bomb", "/entries/bomb.css"), ("climbing", "/entries/..~1x.html"), ("pages", "/pages")]
)
def test_a_bad_package_is_refused_with_the_place_that_is_wrong(department: Department, name: str, pointer: str) -> None:
    answered = department.submits(BAD_PACKAGES[name]())
    refused = _problem(answered, 422, "manifest-refused" if name == "pages" else "package-refused")
    assert pointer in [each["pointer"] for each in refused["errors"]], refused["errors"]
    assert all(each["detail"] for each in refused["errors"])


def test_a_package_of_another_departments_service_is_refused(department: Department) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["onecity"]["department"] = "social-security"
    _problem(department.submits(package(manifest)), 403, "not-your-service")


# Notices


def test_a_notice_for_nobody_is_refused(department: Department) -> None:
    _problem(department.notifies(_notice("nobody-we-know")), 404, "recipient-unknown")


def test_another_departments_name_for_a_resident_is_nobody(faults: Faults, recipient: str) -> None:
    with Department(faults.city, "queries") as other:
        _problem(other.notifies(_notice(recipient)), 404, "recipient-unknown")


def test_a_notice_of_a_megabyte_is_too_large(department: Department, recipient: str) -> None:
    notice = {**_notice(recipient), "body": {"zh-CN": "长" * 350_000}}
    _problem(department.notifies(notice), 413, "content-too-large")


def test_a_notice_sent_twice_arrives_once(department: Department, resident: Resident, recipient: str) -> None:
    first, again = (department.notifies(_notice(recipient), "the-same-key") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert [each["id"] for each in resident.inbox()] == [first.json()["id"]]
    other = department.notifies({**_notice(recipient), "title": {"zh-CN": "别的"}}, "the-same-key")
    _problem(other, 422, "idempotency-key-reused")
    assert len(resident.inbox()) == 1


# The end of a process


def test_killed_processes_lose_nothing_and_the_resident_is_told_once(mortal: City) -> None:
    with Resident(mortal) as resident:
        resident.signs_in().agrees("appointments")
        _break_the_notices_way(mortal)
        booking = _book(resident)
        _within(10, lambda: "goes out later" in (mortal.folder / "data" / "appointments.log").read_text())
        assert resident.inbox() == [], "the booking is confirmed, and nobody was told yet"
        _kill(mortal, "gateway")
        mortal.start()

        assert resident.api("GET", "/api/v1/account").status_code == 200, "still signed in"
        assert _bookings(resident) == [(booking["number"], "confirmed")]
        _within(20, lambda: bool(resident.inbox()))
        time.sleep(2)
        assert [each["service"]["id"] for each in resident.inbox()] == ["appointments"]

        _kill(mortal, "appointments")
        mortal.start()
        assert _bookings(resident) == [(booking["number"], "confirmed")]
        _call(resident, "POST", f"/bookings/{booking['id']}/cancellation")
        _within(20, lambda: len(resident.inbox()) == 2)


async def test_ctrl_c_ends_everything_and_keeps_the_data(mortal: City) -> None:
    city = mortal
    with Resident(city) as resident:
        resident.signs_in()
        with _live_stream(resident) as heard:
            async with phone() as context:
                page = await context.new_page()
                await page.goto(city.origin)
                started = time.monotonic()
                assert city.stop() == 0
                assert time.monotonic() - started < 10
            _within(5, lambda: "end" in heard)
        assert _processes_of(city) == []

        city.start()
        assert resident.api("GET", "/api/v1/account").status_code == 200
        city.stop()
        city.start("--reset")
        _problem(resident.api("GET", "/api/v1/account"), 401, "unauthenticated")
        assert city.stop() == 0
        assert _processes_of(city) == []


def _problem(response: httpx2.Response, status: int, slug: str, hop: str | None = None) -> dict[str, Any]:
    """The whole promise of an error (RFC 9457): what, where, what to change, and a reference."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    content: dict[str, Any] = response.json()
    assert (response.status_code, content["status"]) == (status, status), content
    assert content["type"].endswith(f"/problems/{slug}"), content
    assert content.get("hop") == hop, content
    assert content["request_id"] == response.headers["x-request-id"]
    assert content["title"]
    assert len(content["detail"]) > 5
    return content


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def _within(seconds: float, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)


def _seconds(call: Callable[[], httpx2.Response]) -> float:
    started = time.monotonic()
    assert call().status_code == 200
    return time.monotonic() - started


def _notice(recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, "title": {"zh-CN": "通知"}, "body": {"zh-CN": "请带好证件。"}}


def _manifest() -> dict[str, Any]:
    manifest = copy.deepcopy(MANIFEST)
    operations = [{"id": id_, "operations": [each for each in ids if each != "hidden"]} for id_, ids in SYSTEMS.items()]
    scopes = [{"name": "profile:name:read", "reason": {"zh-CN": "称呼您的姓名。"}}]
    manifest["app_id"] = "faults"
    manifest["onecity"] |= {"department": "gov-services", "scopes": scopes, "upstreams": operations}
    return manifest


def _write_package(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps(_manifest()), encoding="utf-8")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


def _bomb() -> bytes:
    return package(_manifest(), {**FILES, "bomb.css": bytes(3 * 2**20)})


def _climbing() -> bytes:
    packed = io.BytesIO(package(_manifest()))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../x.html", b"<p>x")
    return packed.getvalue()


BAD_PACKAGES: dict[str, Callable[[], bytes]] = {
    "bomb": _bomb,
    "climbing": _climbing,
    "pages": lambda: package({**_manifest(), "pages": 42}),
}


def _call(resident: Resident, method: str, path: str, **options: Any) -> Any:
    """What the appointments department answers to the mini-service."""
    answered = resident.calls("appointments", "appointments", path, resident.token("appointments"), method, **options)
    assert answered.is_success, answered.text
    return answered.json()


def _book(resident: Resident) -> dict[str, Any]:
    service = _call(resident, "GET", "/services")["items"][0]["id"]
    site = _call(resident, "GET", f"/sites?service={service}")["items"][0]["id"]
    days = _call(resident, "GET", f"/sites/{site}/days?service={service}")["items"]
    day = next(each["date"] for each in reversed(days) if each["free"])
    slots = _call(resident, "GET", f"/slots?site={site}&service={service}&date={day}")["items"]
    slot = next(each["id"] for each in slots if each["free"])
    held = _call(resident, "POST", "/holds", json={"slot_id": slot}, headers={"Idempotency-Key": "book-once"})
    confirmed: dict[str, Any] = _call(resident, "POST", f"/bookings/{held['id']}/confirmation")
    return confirmed


def _bookings(resident: Resident) -> list[tuple[str, str]]:
    return [(each["number"], each["status"]) for each in _call(resident, "GET", "/bookings")["items"]]


def _break_the_notices_way(city: City) -> None:
    """Another key for the department's client: its notice cannot go out before the kill. A new start mends it."""
    client = {"department": "gov-services", "scopes": ["dept:notices:send", "dept:releases:write"]}
    apply(city, {"clients": {"appointments-system": {**client, "public_key": public_key(new_key())}}})


def _kill(city: City, name: str) -> None:
    """The demo notices that one of its processes is gone, ends the others, and says so by its status."""
    os.kill(city.process_of(name), signal.SIGKILL)
    assert city.ended() == 1
    assert _processes_of(city) == []


@contextmanager
def _live_stream(resident: Resident) -> Iterator[list[str]]:
    """The resident's stream of news, open until the city ends it; `end` is heard last."""
    heard: list[str] = []
    cookie = "; ".join(f"{name}={value}" for name, value in resident.cookies.items())
    connection = http.client.HTTPConnection("127.0.0.1", resident.city.port, timeout=60)
    connection.request("GET", "/api/v1/live", headers={"Host": f"localhost:{resident.city.port}", "Cookie": cookie})
    answered = connection.getresponse()
    assert answered.status == 200

    def listen() -> None:
        heard.extend(line.decode() for line in answered)
        heard.append("end")

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        thread.join(10)
        connection.close()


def _processes_of(city: City) -> list[str]:
    """Every process that was started for this city: its folder stands in their command or environment."""
    folder, own = str(city.folder / "data").encode(), str(os.getpid())
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or process.name == own:
            continue
        try:
            if folder in (process / "environ").read_bytes() + (process / "cmdline").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
