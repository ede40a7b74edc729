"""The endpoints: status, body, problem, cookies and headers."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from auth.api.authenticator import CookieOrBearer
from auth.api.origin import OwnOrigin
from auth.api.routes import OPERATIONS
from auth.api.state import AuthState
from auth.once import Once
from auth.shangmi.message_signatures import MessageSignatures
from auth.staff.sessions import StaffSessions
from auth.staff.settings import StaffSettings
from core.access import Scope, department_of, needs
from core.operations import Operation, routes
from core.problems import Problem
from tests.unit.auth.wiring import NAME_SCOPE, ORIGIN, PHONE, PHONE_SCOPE, City, DepartmentSystem, service

SESSION, BROWSER = "__Host-onecity_session", "__Host-onecity_browser"
WRITES = {"Origin": ORIGIN}
CONSENT = "/api/v1/services/appointments/consent"
TOKENS = "/api/v1/services/appointments/tokens"


async def show_department(request: Request[AuthState]) -> Response:
    client = department_of(request)
    return JSONResponse({"client": client.client, "department": client.department})


FOR_DEPARTMENTS = Operation(
    method="GET",
    path="/dept/v1/self",
    endpoint=show_department,
    guard=needs(Scope.NOTICES_SEND),
    summary="Stands in for what departments call",
    tag="test",
)


async def on_problem(request: Request[Any], error: Exception) -> Response:
    assert isinstance(error, Problem)
    return JSONResponse(error.content(ORIGIN, "test"), error.status, error.headers, "application/problem+json")


def state_of(city: City) -> dict[str, Any]:
    own_origin = OwnOrigin(ORIGIN)
    state: AuthState = {
        "authenticator": CookieOrBearer(
            own_origin,
            city.sessions,
            city.department_tokens,
            StaffSessions(city.clock, StaffSettings()),
            MessageSignatures(city.clock, city.settings.shangmi, Once(city.secrecy)),
        ),
        "auth_settings": city.settings,
        "own_origin": own_origin,
        "accounts": city.accounts,
        "sign_in": city.sign_in,
        "sessions": city.sessions,
        "consents": city.consents,
        "mini_tokens": city.mini_tokens,
        "department_tokens": city.department_tokens,
        "keys": city.keys,
    }
    return {**state, "guard": city.guard}


def application(city: City) -> ASGIApp:
    app = Starlette(routes=routes((*OPERATIONS, FOR_DEPARTMENTS)), exception_handlers={Problem: on_problem})

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": state_of(city)}, receive, send)

    return with_state


def browser(city: City, address: str = "192.0.2.1") -> httpx2.AsyncClient:
    """A browser of its own, on the app's page; https, as Secure cookies ask for it."""
    transport = httpx2.ASGITransport(application(city), client=(address, 40000))
    return httpx2.AsyncClient(transport=transport, base_url="https://localhost:8000", headers=WRITES)


@pytest.fixture
async def page(city: City) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(city) as client:
        yield client


async def signed_in(page: httpx2.AsyncClient, city: City, phone: str = PHONE, **more: str) -> dict[str, Any]:
    sent = await page.post("/api/v1/sign-in/codes", json={"phone": phone})
    assert sent.status_code == 202
    opened = await page.post("/api/v1/sign-in/sessions", json={"phone": phone, "code": city.phone.codes[-1], **more})
    assert opened.status_code == 201
    return dict(opened.json())


@pytest.fixture
async def mine(page: httpx2.AsyncClient, city: City) -> httpx2.AsyncClient:
    """A browser in which a resident is signed in."""
    await signed_in(page, city)
    return page


def assert_problem(response: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["type"]) == (status, f"{ORIGIN}/problems/{slug}")
    return dict(response.json())


def cookie(response: httpx2.Response, name: str) -> str:
    return next(value for value in response.headers.get_list("set-cookie") if value.startswith(f"{name}="))


async def test_a_resident_signs_in(page: httpx2.AsyncClient, city: City) -> None:
    sent = await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    assert (sent.status_code, sent.json()) == (202, {"expires_in": 300, "resend_in": 60})
    opened = await page.post(
        "/api/v1/sign-in/sessions",
        json={"phone": PHONE, "code": city.phone.codes[-1]},
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36"},
    )
    assert opened.status_code == 201
    body = opened.json()
    assert body["new_account"] is True
    assert body["account"] == {
        "name": None,
        "phone": "138****0001",
        "loa": 1,
        "locale": "zh-CN",
        "elder": False,
        "created_at": "2026-11-23T01:00:00Z",
        "hold_until": None,
    }
    assert (body["session"]["device"], body["session"]["current"]) == ("Chrome on Android", True)
    assert (await page.get("/api/v1/account")).json() == body["account"]


@pytest.mark.parametrize("name", [SESSION, BROWSER])
async def test_cookies_are_for_the_app_host_alone_and_for_no_script(
    page: httpx2.AsyncClient, city: City, name: str
) -> None:
    sent = await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    opened = await page.post("/api/v1/sign-in/sessions", json={"phone": PHONE, "code": city.phone.codes[-1]})
    value = cookie(sent if name == BROWSER else opened, name).lower()
    for attribute in ("httponly", "secure", "samesite=lax", "path=/"):
        assert attribute in value
    assert "domain" not in value


async def test_known_and_unknown_numbers_get_the_same_answer(city: City) -> None:
    await city.accounts.for_phone(PHONE)
    answers = []
    for phone in (PHONE, "13900000002"):
        async with browser(city) as page:
            sent = await page.post("/api/v1/sign-in/codes", json={"phone": phone})
            answers.append((sent.status_code, sent.content, sorted(sent.headers)))
    assert answers[0] == answers[1]


async def test_the_browser_keeps_its_cookie_for_the_next_code(page: httpx2.AsyncClient, city: City) -> None:
    first = await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    second = await page.post("/api/v1/sign-in/codes", json={"phone": "13900000002"})
    assert cookie(first, BROWSER).split(";")[0] == cookie(second, BROWSER).split(";")[0]


async def test_the_code_of_one_browser_is_worth_nothing_in_another(page: httpx2.AsyncClient, city: City) -> None:
    await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    async with browser(city) as other:
        opened = await other.post("/api/v1/sign-in/sessions", json={"phone": PHONE, "code": city.phone.codes[-1]})
    problem = assert_problem(opened, 401, "code-expired")
    assert "Ask for a new code" in problem["detail"]
    assert opened.headers["WWW-Authenticate"]


async def test_a_wrong_code_says_how_many_tries_are_left(page: httpx2.AsyncClient, city: City) -> None:
    await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    guess = {"phone": PHONE, "code": f"{(int(city.phone.codes[-1]) + 1) % 1_000_000:06}"}
    for left in (4, 3, 2, 1, 0):
        problem = assert_problem(await page.post("/api/v1/sign-in/sessions", json=guess), 401, "wrong-code")
        assert problem["tries_left"] == left
    refused = await page.post("/api/v1/sign-in/sessions", json=guess)
    assert_problem(refused, 429, "too-many-tries")
    assert int(refused.headers["Retry-After"]) > 0


async def test_a_second_code_at_once_is_refused(page: httpx2.AsyncClient) -> None:
    await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    refused = await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
    assert_problem(refused, 429, "too-many-codes")
    assert refused.headers["Retry-After"] == "61"


async def test_an_invalid_phone_is_pointed_at(page: httpx2.AsyncClient) -> None:
    for path, rest in (("codes", {}), ("sessions", {"code": "123456"})):
        problem = assert_problem(
            await page.post(f"/api/v1/sign-in/{path}", json={"phone": "12345", **rest}), 422, "invalid-phone"
        )
        assert problem["errors"][0]["pointer"] == "/phone"


async def test_when_no_message_can_be_sent_it_says_so(page: httpx2.AsyncClient, city: City) -> None:
    city.phone.broken = True
    assert_problem(await page.post("/api/v1/sign-in/codes", json={"phone": PHONE}), 503, "sms-unavailable")


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", ""])
async def test_a_code_is_six_digits(page: httpx2.AsyncClient, code: str) -> None:
    refused = await page.post("/api/v1/sign-in/sessions", json={"phone": PHONE, "code": code})
    assert assert_problem(refused, 422, "unprocessable")["errors"][0]["pointer"] == "/code"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://appointments.localhost:8000", "null", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/sign-in/codes"),
        ("POST", "/api/v1/sign-in/sessions"),
        ("PATCH", "/api/v1/account"),
        ("DELETE", "/api/v1/sessions/current"),
        ("PUT", CONSENT),
        ("DELETE", CONSENT),
        ("POST", TOKENS),
    ],
)
async def test_a_write_from_a_foreign_page_is_refused(
    mine: httpx2.AsyncClient, method: str, path: str, origin: str
) -> None:
    assert_problem(await mine.request(method, path, headers={"Origin": origin}), 403, "origin-foreign")


async def test_a_write_without_an_origin_is_refused(mine: httpx2.AsyncClient) -> None:
    del mine.headers["Origin"]
    assert_problem(await mine.delete("/api/v1/sessions/current"), 403, "origin-foreign")
    assert (await mine.get("/api/v1/account")).status_code == 200


@pytest.mark.parametrize("value", [None, "x", "x" * 43, "x" * 5000])
async def test_without_a_session_nobody_is_there(page: httpx2.AsyncClient, value: str | None) -> None:
    headers = {"Cookie": f"{SESSION}={value}"} if value else {}
    refused = await page.get("/api/v1/account", headers=headers)
    assert_problem(refused, 401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == "Cookie"


async def test_preferences_are_changed(mine: httpx2.AsyncClient) -> None:
    changed = await mine.patch("/api/v1/account", json={"locale": "en", "elder": True})
    assert (changed.json()["locale"], changed.json()["elder"]) == ("en", True)
    assert (await mine.patch("/api/v1/account", json={})).json() == changed.json()


@pytest.mark.parametrize("body", [{"locale": "fr"}, {"elder": "yes"}, {"loa": 4}, {"phone": "13900000002"}], ids=str)
async def test_nothing_else_of_an_account_can_be_changed(mine: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    assert_problem(await mine.patch("/api/v1/account", json=body), 422, "unprocessable")


async def test_devices_are_listed_and_signed_out_one_by_one(mine: httpx2.AsyncClient, city: City) -> None:
    city.clock.advance(seconds=1)
    async with browser(city) as tablet:
        other = (await signed_in(tablet, city, device="平板"))["session"]
        listed = (await mine.get("/api/v1/sessions")).json()
        assert [(item["device"], item["current"]) for item in listed["items"]] == [
            ("平板", False),
            ("Browser on unknown device", True),
        ]
        assert listed["next"] is None
        ended = await mine.delete(f"/api/v1/sessions/{other['id']}")
        assert (ended.status_code, ended.content) == (204, b"")
        assert "set-cookie" not in ended.headers
        assert_problem(await tablet.get("/api/v1/account"), 401, "unauthenticated")
    assert (await mine.get("/api/v1/account")).status_code == 200


async def test_devices_come_in_pages(mine: httpx2.AsyncClient, city: City) -> None:
    city.clock.advance(seconds=1)
    async with browser(city) as tablet:
        await signed_in(tablet, city, device="平板")
    first = (await mine.get("/api/v1/sessions?limit=1")).json()
    second = (await mine.get(f"/api/v1/sessions?limit=1&cursor={first['next']}")).json()
    assert [item["device"] for item in first["items"]] == ["平板"]
    assert (len(second["items"]), second["next"]) == (1, None)


@pytest.mark.parametrize("by", ["current", "id"])
async def test_signing_out_clears_the_cookie_and_ends_the_session(
    mine: httpx2.AsyncClient, city: City, by: str
) -> None:
    secret = mine.cookies[SESSION]
    sessions = (await mine.get("/api/v1/sessions")).json()["items"]
    ended = await mine.delete(f"/api/v1/sessions/{'current' if by == 'current' else sessions[0]['id']}")
    assert ended.status_code == 204
    assert "max-age=0" in cookie(ended, SESSION).lower()
    refused = await mine.get("/api/v1/account", headers={"Cookie": f"{SESSION}={secret}"})
    assert_problem(refused, 401, "unauthenticated")


async def test_an_unknown_session_is_not_found(mine: httpx2.AsyncClient) -> None:
    assert_problem(await mine.delete("/api/v1/sessions/nothing"), 404, "session-unknown")


async def test_signing_in_again_in_one_browser_leaves_one_session(mine: httpx2.AsyncClient, city: City) -> None:
    old = mine.cookies[SESSION]
    await signed_in(mine, city)
    assert mine.cookies[SESSION] != old
    assert len((await mine.get("/api/v1/sessions")).json()["items"]) == 1


async def test_a_consent_is_given_listed_and_withdrawn(mine: httpx2.AsyncClient) -> None:
    given = await mine.put(CONSENT, json={"scopes": [NAME_SCOPE.name], "version": "1.0.0"})
    assert given.json() == {
        "service": {"id": "appointments", "name": {"zh-CN": "办证预约", "en": "Appointments"}},
        "scopes": [{"name": NAME_SCOPE.name, "reason": NAME_SCOPE.reason}],
        "version": "1.0.0",
        "granted_at": "2026-11-23T01:00:00Z",
    }
    assert (await mine.get("/api/v1/consents")).json() == {"items": [given.json()], "next": None}
    assert (await mine.delete(CONSENT)).status_code == 204
    assert_problem(await mine.delete(CONSENT), 404, "consent-unknown")


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        (CONSENT, {"scopes": ["a:b:c"], "version": "1.0.0"}, 422, "scope-not-requested"),
        (CONSENT, {"scopes": [], "version": "2.0.0"}, 409, "release-changed"),
        (CONSENT, {"scopes": "all", "version": "1.0.0"}, 422, "unprocessable"),
        ("/api/v1/services/nothing/consent", {"scopes": [], "version": "1.0.0"}, 404, "service-unknown"),
    ],
)
async def test_a_consent_is_refused(
    mine: httpx2.AsyncClient, path: str, body: dict[str, Any], status: int, slug: str
) -> None:
    assert_problem(await mine.put(path, json=body), status, slug)


async def test_a_token_follows_consent_and_level(mine: httpx2.AsyncClient, city: City) -> None:
    problem = assert_problem(await mine.post(TOKENS), 403, "consent-needed")
    assert problem["scopes"] == [NAME_SCOPE.name, PHONE_SCOPE.name]
    await mine.put(CONSENT, json={"scopes": [NAME_SCOPE.name], "version": "1.0.0"})
    issued = await mine.post(TOKENS)
    assert issued.status_code == 201
    assert issued.headers["Cache-Control"] == "no-store"
    assert issued.json().keys() == {"token", "expires_in", "scope", "sub", "acting_for"}
    assert issued.json()["scope"] == NAME_SCOPE.name
    city.directory.services["appointments"] = service(loa=2)
    assert assert_problem(await mine.post(TOKENS), 403, "level-too-low")["loa"] == 2
    assert_problem(await mine.post("/api/v1/services/nothing/tokens"), 404, "service-unknown")


async def test_the_limit_by_address_counts_the_peer_and_no_header(city: City) -> None:
    strict = City(city.clock, limits={"address_hour": 1})
    async with browser(strict) as page:
        await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})
        page.headers["X-Forwarded-For"] = "198.51.100.7"
        again = await page.post("/api/v1/sign-in/codes", json={"phone": "13900000002"})
        assert_problem(again, 429, "too-many-codes")
    async with browser(strict, "192.0.2.2") as page:
        assert (await page.post("/api/v1/sign-in/codes", json={"phone": "13900000002"})).status_code == 202


async def test_a_server_that_names_no_peer_counts_all_as_one(city: City) -> None:
    transport = httpx2.ASGITransport(application(city), client=None)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="https://localhost:8000", headers=WRITES) as page:
        assert (await page.post("/api/v1/sign-in/codes", json={"phone": PHONE})).status_code == 202


@pytest.fixture
async def system(city: City) -> DepartmentSystem:
    system = DepartmentSystem()
    await system.enter(city)
    return system


async def department_token(city: City, system: DepartmentSystem) -> str:
    """As the token endpoint of the OpenID provider gives it."""
    client = await city.client_assertions.client_of(system.assertion(city.clock.now()))
    return (await city.department_tokens.issue(client, None)).access_token


async def test_a_department_is_let_in_with_its_token(
    page: httpx2.AsyncClient, city: City, system: DepartmentSystem
) -> None:
    token = await department_token(city, system)
    shown = await page.get("/dept/v1/self", headers={"Authorization": f"Bearer {token}"})
    assert shown.json() == {"client": system.client_id, "department": "civil-affairs"}


@pytest.mark.parametrize(
    ("authorization", "slug", "challenge"),
    [
        (None, "token-missing", "Bearer"),
        ("Basic eDp5", "token-missing", "Bearer"),
        ("Bearer", "token-missing", "Bearer"),
        ("Bearer ", "token-missing", "Bearer"),
        ("Bearer x.y.z", "token-invalid", 'Bearer error="invalid_token"'),
        ("bearer nonsense", "token-invalid", 'Bearer error="invalid_token"'),
    ],
)
async def test_a_department_without_a_good_token_is_challenged(
    page: httpx2.AsyncClient, authorization: str | None, slug: str, challenge: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    refused = await page.get("/dept/v1/self", headers=headers)
    assert_problem(refused, 401, slug)
    assert refused.headers["WWW-Authenticate"].startswith(challenge)


async def test_a_token_without_the_scope_is_refused(
    page: httpx2.AsyncClient, city: City, system: DepartmentSystem
) -> None:
    await system.enter(city, "dept:releases:write")
    token = await department_token(city, system)
    refused = await page.get("/dept/v1/self", headers={"Authorization": f"Bearer {token}"})
    assert_problem(refused, 403, "scope-not-granted")
