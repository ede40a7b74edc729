"""Signing in and proving again, over HTTP: bodies, problems, cookies; on both databases."""

import asyncio
import base64
from http.cookies import SimpleCookie
from typing import Any

import httpx2
import pytest

from auth.credentials.totp import STEP_SECONDS, code_at
from tests.harness.authenticator import Authenticator, Wrong
from tests.harness.gateway import ORIGIN, Gateway

API = "/api/v1"
PHONE, OTHER = "13800000001", "13800000002"
PASSWORD = "correct horse 电池 staple"
SESSION, BROWSER = "__Host-onecity_session", "__Host-onecity_browser"


class Browser:
    """Keeps cookies by hand: they are for secure contexts, and an HTTP client takes localhost for none."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.cookies: dict[str, str] = {}
        self.http = gateway.client()

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        content = {} if body is None else {"json": body}
        response = await self.http.request(method, f"{API}{path}", headers=headers, **content, **options)
        for line in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        return response

    async def code(self, phone: str) -> str:
        texts = (await self.http.get("/dev/outbox.json")).json()["items"]
        return str(next(text["code"] for text in texts if text["phone"] == phone and text["code"]))

    async def signs_in(self, phone: str = PHONE) -> httpx2.Response:
        fine(await self("POST", "/sign-in/codes", {"phone": phone}), 202)
        return await self("POST", "/sign-in/sessions", {"phone": phone, "code": await self.code(phone)})

    async def sets_password(self, password: str = PASSWORD) -> None:
        fine(await self("PUT", "/credentials/password", {"password": password}), 204)

    async def sets_totp_up(self) -> tuple[bytes, list[str]]:
        begun = fine(await self("POST", "/credentials/totp", {}), 201)
        secret = base64.b32decode(begun["secret"])
        codes = fine(await self("POST", "/credentials/totp/confirmation", {"code": self.totp(secret)}), 200)
        self.gateway.clock.advance(seconds=STEP_SECONDS)
        return secret, codes["recovery_codes"]

    def totp(self, secret: bytes) -> str:
        return code_at(secret, int(self.gateway.clock.now().timestamp()) // STEP_SECONDS)

    async def adds_passkey(self, authenticator: Authenticator, name: str = "手机") -> dict[str, Any]:
        options = fine(await self("POST", "/credentials/passkeys/options", {}), 200)
        credential = authenticator.create(options["public_key"])
        body = {"challenge": options["challenge"], "credential": credential, "name": name}
        return fine(await self("POST", "/credentials/passkeys", body), 201)

    async def by_password(self, password: str = PASSWORD, phone: str = PHONE) -> httpx2.Response:
        return await self("POST", "/sign-in/password", {"phone": phone, "password": password})

    async def by_passkey(self, authenticator: Authenticator, wrong: Wrong | None = None) -> httpx2.Response:
        options = fine(await self("POST", "/sign-in/passkey/options", {}), 200)
        credential = authenticator.get(options["public_key"], wrong or Wrong())
        return await self("POST", "/sign-in/passkey", {"challenge": options["challenge"], "credential": credential})


def fine(response: httpx2.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    return dict(response.json()) if response.content else {}


def problem(response: httpx2.Response, status: int, slug: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["type"]) == (status, f"{ORIGIN}/problems/{slug}"), response.text
    assert response.headers["cache-control"] == "no-store"
    return dict(response.json())


@pytest.fixture
def browser(gateway: Gateway) -> Browser:
    return Browser(gateway)


@pytest.fixture
async def mine(browser: Browser) -> Browser:
    """A browser in which a resident has just signed up."""
    fine(await browser.signs_in(), 201)
    return browser


async def test_an_account_begins_with_its_phone_number_alone(mine: Browser) -> None:
    assert fine(await mine("GET", "/credentials"), 200) == {
        "password": {"set": False, "changed_at": None},
        "passkeys": [],
        "totp": {"on": False, "since": None},
        "recovery_codes": {"left": 0},
    }
    assert fine(await mine("GET", "/step-up/methods"), 200) == {"methods": ["code"]}
    assert fine(await mine("GET", "/account"), 200)["hold_until"] is None


async def test_signing_in_by_password(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password()
    elsewhere = Browser(gateway)
    body = fine(await elsewhere.by_password(), 201)
    assert (body["new_account"], body["account"]["phone"]) == (False, "138****0001")
    assert fine(await elsewhere("GET", "/account"), 200)
    state = fine(await elsewhere("GET", "/credentials"), 200)["password"]
    assert state["set"]
    assert state["changed_at"]


@pytest.mark.parametrize("phone", [PHONE, OTHER, "13800000003"], ids=["wrong", "without", "unknown"])
async def test_what_is_wrong_is_not_told(mine: Browser, gateway: Gateway, phone: str) -> None:
    await mine.sets_password()
    fine(await Browser(gateway).signs_in(OTHER), 201)
    refused = await Browser(gateway).by_password("something else", phone)
    found = problem(refused, 401, "wrong-credentials")
    assert found["detail"] == "Check both, or sign in with a code by text message."
    assert set(found) == {"type", "title", "status", "detail", "request_id"}
    assert "set-cookie" not in refused.headers
    assert refused.headers["www-authenticate"] == "Cookie"


async def test_blanks_at_the_ends_of_a_password_count(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password(f" {PASSWORD} ")
    problem(await Browser(gateway).by_password(), 401, "wrong-credentials")
    fine(await Browser(gateway).by_password(f" {PASSWORD} "), 201)


@pytest.mark.parametrize("password", ["a\u0000b" * 5, "\ud800" * 12, "", "x" * 257, 7, None], ids=repr)
async def test_no_password_breaks_anything(mine: Browser, gateway: Gateway, password: Any) -> None:
    content = httpx2.Request("POST", "http://x", json={"a": password}).content if password != "\ud800" * 12 else b""
    text = content.decode().replace('{"a":', '{"phone":"13800000001","password":') or (
        '{"phone":"13800000001","password":"' + "\\ud800" * 12 + '"}'
    )
    refused = await gateway.client().post(
        f"{API}/sign-in/password", content=text, headers={"Content-Type": "application/json"}
    )
    assert refused.status_code in {400, 401, 422}, refused.text


async def test_a_password_that_is_easy_to_guess_is_refused_with_the_reasons(mine: Browser) -> None:
    refused = problem(
        await mine("PUT", "/credentials/password", {"password": "woaini5201314"}), 422, "password-refused"
    )
    assert refused["reasons"] == ["breached"]
    assert refused["errors"][0]["pointer"] == "/password"
    refused = problem(
        await mine("PUT", "/credentials/password", {"password": "13800000001 a"}), 422, "password-refused"
    )
    assert refused["reasons"] == ["contains-own-data"]


async def test_the_meter_answers_in_both_languages(mine: Browser) -> None:
    weak = fine(await mine("POST", "/credentials/password/strength", {"password": "password123"}), 200)
    assert (weak["score"], weak["breached"]) == (0, True)
    assert {"zh-CN", "en"} == set(weak["advice"][0])
    strong = fine(await mine("POST", "/credentials/password/strength", {"password": PASSWORD}), 200)
    assert strong == {"score": 4, "breached": False, "advice": []}


async def test_signing_in_by_passkey(mine: Browser, gateway: Gateway) -> None:
    authenticator = Authenticator(synced=True)
    passkey = await mine.adds_passkey(authenticator)
    assert (passkey["name"], passkey["synced"], passkey["last_used_at"]) == ("手机", True, None)
    elsewhere = Browser(gateway)
    fine(await elsewhere.by_passkey(authenticator), 201)
    listed = fine(await elsewhere("GET", "/credentials"), 200)["passkeys"]
    assert listed[0]["last_used_at"]
    renamed = await elsewhere("PATCH", f"/credentials/passkeys/{passkey['id']}", {"name": "新手机"})
    assert fine(renamed, 200)["name"] == "新手机"
    fine(await elsewhere("DELETE", f"/credentials/passkeys/{passkey['id']}"), 204)
    problem(await elsewhere("DELETE", f"/credentials/passkeys/{passkey['id']}"), 404, "passkey-unknown")
    problem(await Browser(gateway).by_passkey(authenticator), 401, "passkey-refused")


@pytest.mark.parametrize(
    "wrong", [Wrong(origin="http://appointments.localhost:8000"), Wrong(user_verified=False)], ids=str
)
async def test_a_passkey_for_a_mini_service_s_page_or_without_its_user_is_refused(
    mine: Browser, gateway: Gateway, wrong: Wrong
) -> None:
    authenticator = Authenticator()
    await mine.adds_passkey(authenticator)
    problem(await Browser(gateway).by_passkey(authenticator, wrong), 401, "passkey-refused")


async def test_a_passkey_s_challenge_is_of_its_browser(mine: Browser, gateway: Gateway) -> None:
    authenticator = Authenticator()
    await mine.adds_passkey(authenticator)
    one, other = Browser(gateway), Browser(gateway)
    options = fine(await one("POST", "/sign-in/passkey/options", {}), 200)
    body = {"challenge": options["challenge"], "credential": authenticator.get(options["public_key"])}
    problem(await other("POST", "/sign-in/passkey", body), 401, "passkey-challenge-expired")
    fine(await one("POST", "/sign-in/passkey", body), 201)
    problem(await one("POST", "/sign-in/passkey", body), 401, "passkey-challenge-expired")


async def test_signing_in_with_a_second_factor(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password()
    secret, codes = await mine.sets_totp_up()
    phone = Browser(gateway)
    needed = await phone.by_password()
    found = problem(needed, 401, "second-factor-needed")
    assert found["methods"] == ["totp", "recovery-code"]
    assert "httponly" in needed.headers["set-cookie"].lower()
    assert SESSION not in phone.cookies
    body = {"ticket": found["ticket"], "method": "totp", "code": mine.totp(secret), "device": "平板"}
    problem(await Browser(gateway)("POST", "/sign-in/second-factor", body), 401, "ticket-expired")
    assert fine(await phone("POST", "/sign-in/second-factor", body), 201)["session"]["device"] == "平板"
    problem(await phone("POST", "/sign-in/second-factor", body), 401, "ticket-expired")
    by_code = Browser(gateway)
    gateway.clock.advance(seconds=61)
    found = problem(await by_code.signs_in(), 401, "second-factor-needed")
    body = {"ticket": found["ticket"], "method": "recovery-code", "code": codes[0]}
    fine(await by_code("POST", "/sign-in/second-factor", body), 201)
    assert fine(await by_code("GET", "/credentials"), 200)["recovery_codes"] == {"left": 9}


async def test_a_wrong_second_factor_says_how_many_tries_are_left(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password()
    await mine.sets_totp_up()
    phone = Browser(gateway)
    ticket = problem(await phone.by_password(), 401, "second-factor-needed")["ticket"]
    wrong = {"ticket": ticket, "method": "totp", "code": "not one"}
    assert problem(await phone("POST", "/sign-in/second-factor", wrong), 401, "wrong-code")["tries_left"] == 4


CHANGES: list[tuple[str, str, Any]] = [
    ("PUT", "/credentials/password", {"password": PASSWORD}),
    ("DELETE", "/credentials/password", None),
    ("POST", "/credentials/passkeys/options", {}),
    ("POST", "/credentials/passkeys", {"challenge": "0" * 26, "credential": {}, "name": "x"}),
    ("PATCH", f"/credentials/passkeys/{'0' * 26}", {"name": "x"}),
    ("DELETE", f"/credentials/passkeys/{'0' * 26}", None),
    ("POST", "/credentials/totp", {}),
    ("POST", "/credentials/totp/confirmation", {"code": "000000"}),
    ("DELETE", "/credentials/totp", None),
    ("POST", "/credentials/recovery-codes", None),
]


async def test_no_change_without_a_fresh_authentication_nor_from_a_foreign_page(
    mine: Browser, gateway: Gateway
) -> None:
    gateway.clock.advance(minutes=11)
    for method, path, body in CHANGES:
        found = problem(await mine(method, path, body), 401, "reauthentication-needed")
        assert found["max_age"] == 600
    mine.http.headers["Origin"] = "http://appointments.localhost:8000"
    for method, path, body in CHANGES:
        problem(await mine(method, path, body), 403, "origin-foreign")


@pytest.mark.parametrize("way", ["code", "password", "passkey", "totp", "second-factor"])
async def test_after_a_step_up_it_goes_under_another_secret(mine: Browser, gateway: Gateway, way: str) -> None:
    authenticator, secret = Authenticator(), b""
    await mine.sets_password()
    await mine.adds_passkey(authenticator)
    if way in {"totp", "second-factor"}:
        secret, _ = await mine.sets_totp_up()
    gateway.clock.advance(minutes=11)
    before = dict(mine.cookies)
    fine(await _steps_up(mine, way, authenticator, secret), 204)
    assert mine.cookies[SESSION] != before[SESSION]
    await mine.sets_password("another horse 电池 staple")
    stale = Browser(gateway)
    stale.cookies = before
    problem(await stale("GET", "/account"), 401, "unauthenticated")
    assert fine(await mine("GET", "/account"), 200)


async def _steps_up(mine: Browser, way: str, authenticator: Authenticator, secret: bytes) -> httpx2.Response:
    if way == "code":
        fine(await mine("POST", "/step-up/codes", {}), 202)
        return await mine("POST", "/step-up/code", {"code": await mine.code(PHONE)})
    if way == "password":
        problem(await mine("POST", "/step-up/password", {"password": "wrong"}), 401, "wrong-credentials")
        return await mine("POST", "/step-up/password", {"password": PASSWORD})
    if way == "passkey":
        options = fine(await mine("POST", "/step-up/passkey/options", {}), 200)
        credential = authenticator.get(options["public_key"])
        return await mine("POST", "/step-up/passkey", {"challenge": options["challenge"], "credential": credential})
    if way == "totp":
        return await mine("POST", "/step-up/totp", {"code": mine.totp(secret)})
    needed = problem(await mine("POST", "/step-up/password", {"password": PASSWORD}), 401, "second-factor-needed")
    body = {"ticket": needed["ticket"], "method": "totp", "code": mine.totp(secret)}
    return await mine("POST", "/step-up/second-factor", body)


async def test_a_changed_password_ends_other_sessions_and_holds_the_account(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password()
    assert fine(await mine("GET", "/account"), 200)["hold_until"] is None  # the sign-up's first credential
    elsewhere = Browser(gateway)
    fine(await elsewhere.by_password(), 201)
    await mine.sets_password("another horse 电池 staple")
    problem(await elsewhere("GET", "/account"), 401, "unauthenticated")
    assert fine(await mine("GET", "/account"), 200)["hold_until"]
    problem(await Browser(gateway).by_password(), 401, "wrong-credentials")
    fine(await mine("DELETE", "/credentials/password"), 204)
    problem(await Browser(gateway).by_password("another horse 电池 staple"), 401, "wrong-credentials")


async def test_the_last_strong_factor_is_explained(mine: Browser, gateway: Gateway) -> None:
    await gateway.city.identity.accounts.register(PHONE, name="张三丰", id_number="310101199001011234", loa=3)
    passkey = await mine.adds_passkey(Authenticator())
    path = f"/credentials/passkeys/{passkey['id']}"
    assert "two factors" in problem(await mine("DELETE", path), 409, "last-strong-factor")["detail"]
    fine(await mine("DELETE", f"{path}?confirmed=true"), 204)


async def test_recovery_codes_are_for_an_app(mine: Browser) -> None:
    problem(await mine("POST", "/credentials/recovery-codes"), 409, "second-factor-off")
    await mine.sets_totp_up()
    assert len(fine(await mine("POST", "/credentials/recovery-codes"), 201)["recovery_codes"]) == 10
    fine(await mine("DELETE", "/credentials/totp"), 204)
    problem(await mine("POST", "/credentials/recovery-codes"), 409, "second-factor-off")
    problem(await mine("POST", "/step-up/totp", {"code": "000000"}), 409, "second-factor-off")


async def test_a_hundred_wrong_passwords_at_once_open_nothing_and_are_stopped(mine: Browser, gateway: Gateway) -> None:
    await mine.sets_password()
    guesses = [Browser(gateway).by_password(f"wrong password {number}") for number in range(100)]
    found = await asyncio.gather(*guesses)
    slugs = [each.json()["type"].rpartition("/")[2] for each in found]
    assert set(slugs) <= {
        "wrong-credentials",
        "challenge-needed",
        "too-many-attempts",
        "passwords-busy",
        "database-busy",
    }
    assert slugs.count("wrong-credentials") <= 20
    fine(await mine("POST", "/step-up/password", {"password": PASSWORD}), 204)


async def test_nothing_secret_is_ever_answered_twice_or_logged(mine: Browser, caplog: pytest.LogCaptureFixture) -> None:
    await mine.sets_password()
    _, codes = await mine.sets_totp_up()
    everything = (await mine("GET", "/credentials")).text + (await mine("GET", "/sessions")).text + caplog.text
    for secret in (PASSWORD, *codes, "$argon2"):
        assert secret not in everything
