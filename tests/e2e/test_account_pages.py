"""The account's pages, as residents use them: in a real browser, against the whole city on a real port."""

import asyncio
import base64
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from auth.credentials.totp import STEP_SECONDS, code_at
from core.database import rows
from tests.harness.browser import phone
from tests.harness.gateway import Gateway
from tests.harness.provider_city import add_client, provider_city

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
CALLBACK = "https://museum.example/callback"
NUMBER, HELPER = "13800000001", "13800000002"
PEOPLE = {NUMBER: ("李秀英", "310106195209180022"), HELPER: ("张伟", "310101198803150012")}
PASSWORD = "老城厢弄堂里的梧桐树"
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
LONG_AGO = YESTERDAY - timedelta(days=200)
CHEAP = {"memory_kib": 64, "passes": 1}


class Visit:
    """One resident with one phone."""

    def __init__(self, gateway: Gateway, context: BrowserContext, page: Page) -> None:
        self.gateway = gateway
        self.context = context
        self.page = page

    async def opens(self, path: str) -> None:
        await self.page.goto(self.gateway.origin + path)

    async def taps(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).click()

    async def types(self, test_id: str, text: str) -> None:
        await self.page.get_by_test_id(test_id).fill(text)

    async def sees(self, test_id: str) -> None:
        await expect(self.page.get_by_test_id(test_id).first).to_be_visible()

    async def reads(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def code(self, number: str) -> str:
        """The newest code sent to a number."""
        async with self.gateway.client() as http:
            sent = (await http.get("/dev/outbox.json")).json()["items"]
        return str(next(each["code"] for each in sent if each["phone"] == number))

    async def gives_a_code(self, number: str) -> None:
        await self.taps("send-code")
        await self.reads("验证码已发送")
        await self.types("code", await self.code(number))

    async def signs_in(self, number: str = NUMBER) -> None:
        await self.opens("/sign-in")
        await self.types("phone", number)
        await self.gives_a_code(number)
        await self.taps("sign-in")
        await self.sees("search")

    async def signs_out(self) -> None:
        await self.opens("/me/devices")
        await self.taps("sign-out")
        await self.taps("dialog-ok")
        await self.sees("phone")

    async def grows_old(self) -> None:
        """A day passes since the resident proved who they are."""
        await rows("UPDATE auth_session SET authenticated_at = ?", YESTERDAY)

    async def is_sent_to(self, address: str) -> asyncio.Future[str]:
        """Where the browser is sent at a server that is not there."""
        sent: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def answer(route: Route) -> None:
            if not sent.done():
                sent.set_result(route.request.url)
            await route.fulfill(body="there", content_type="text/plain")

        await self.page.route(lambda url: url.startswith(address), answer)
        return sent

    async def has_an_authenticator(self) -> None:
        """Chromium's own, which says yes to everything (WebDriver, virtual authenticators)."""
        chrome = await self.context.new_cdp_session(self.page)
        await chrome.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        able = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        await chrome.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **able}})


@asynccontextmanager
async def visit(template: Path, folder: Path, **auth: Any) -> AsyncIterator[Visit]:
    shutil.copy(template, folder / "city.db")
    settings = {"resend_seconds": 0, "credentials": {"hashing": CHEAP}, **auth}
    async with provider_city(f"sqlite://{folder / 'city.db'}", folder, **settings) as gateway:
        for number, (name, id_number) in PEOPLE.items():
            await gateway.city.identity.accounts.register(number, name=name, id_number=id_number, loa=3)
        await rows("UPDATE auth_account SET created_at = ?", YESTERDAY)  # no newcomers, to whom more is allowed
        gateway.in_process = True  # what the test itself asks needs no sockets
        async with phone(service_workers="block") as context:
            context.set_default_timeout(15_000)
            yield Visit(gateway, context, await context.new_page())


async def test_a_password_is_set_and_signs_in(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.signs_in()
        await resident.opens("/me/security")
        await resident.taps("security-password")
        await resident.types("new-password", "password123")
        await resident.reads("已泄露")
        await expect(resident.page.get_by_test_id("save-password")).to_be_disabled()
        await resident.types("new-password", PASSWORD)
        await resident.taps("save-password")
        await resident.sees("hold")
        await resident.signs_out()
        await resident.taps("way-password")
        await resident.types("phone", NUMBER)
        await resident.types("password", "不是这一个密码")
        await resident.taps("sign-in")
        await expect(resident.page.get_by_role("alert")).to_contain_text("手机号或密码不正确")
        await resident.types("password", PASSWORD)
        await resident.taps("sign-in")
        await resident.sees("search")
        await resident.opens("/me/devices")
        await expect(resident.page.get_by_test_id("session-current")).to_contain_text("密码")


async def test_an_old_proof_is_renewed_on_the_spot_and_the_act_goes_on(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.signs_in()
        await resident.opens("/me/security/password")
        await resident.grows_old()
        await resident.types("new-password", PASSWORD)
        await resident.taps("save-password")
        await resident.sees("step-up-sheet")
        await resident.taps("step-up-cancel")
        await expect(resident.page.get_by_test_id("step-up-sheet")).to_have_count(0)
        await resident.taps("save-password")
        sheet = resident.page.get_by_test_id("step-up-sheet")
        await resident.gives_a_code(NUMBER)
        await sheet.get_by_test_id("step-up-submit").click()
        await expect(resident.page.get_by_test_id("security-password")).to_contain_text("修改")


async def test_a_passkey_is_added_and_signs_in(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.signs_in()
        await resident.has_an_authenticator()
        await resident.opens("/me/security/passkeys/new")
        await resident.taps("passkey-create")
        await expect(resident.page.get_by_test_id("passkeys").locator("li")).to_have_count(1)
        await resident.opens("/me/devices")
        await resident.taps("sign-out")
        await resident.taps("dialog-ok")
        # the authenticator answers what waits among the suggestions by itself
        await resident.sees("search")
        await resident.opens("/me/devices")
        await expect(resident.page.get_by_test_id("session-current")).to_contain_text("通行密钥")


async def test_two_steps_are_turned_on_and_a_recovery_code_stands_in(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.signs_in()
        await resident.opens("/me/security/totp")
        await resident.taps("totp-begin")
        shown = (await resident.page.get_by_test_id("totp-secret").inner_text()).replace(" ", "")
        secret = base64.b32decode(shown + "=" * (-len(shown) % 8))
        await expect(resident.page.get_by_role("img", name="二维码")).to_be_visible()
        await resident.types("totp-code", code_at(secret, int(time.time()) // STEP_SECONDS))
        await resident.taps("totp-confirm")
        shown_codes = resident.page.get_by_test_id("recovery-codes").locator("li")
        await expect(shown_codes).to_have_count(10)
        codes = await shown_codes.all_inner_texts()
        await resident.taps("recovery-kept")
        await resident.taps("recovery-done")
        await resident.signs_out()
        await resident.types("phone", NUMBER)
        await resident.gives_a_code(NUMBER)
        await resident.taps("sign-in")
        await resident.sees("second-factor")
        await resident.taps("second-other")
        await resident.types("second-code", codes[0])
        await resident.taps("second-submit")
        await resident.sees("search")
        await resident.opens("/me/security/events")
        await resident.reads("用恢复码登录")


async def test_a_proof_of_work_is_done_quietly(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path, guard={"challenge_after_codes": 0, "challenge_bits": 12}) as resident:
        async with resident.page.expect_response(lambda answer: answer.status == 403) as challenged:
            await resident.signs_in()
        assert (await (await challenged.value).json())["challenge"]["bits"] >= 12


async def test_a_client_is_let_in_as_far_as_the_resident_agrees_and_out_again(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.gateway.city.hosting.departments.add("dept-one", {"zh-CN": "市文旅局"})  # type: ignore[arg-type]  # a plain string will do
        asks = [
            {"name": "openid", "reason": {"zh-CN": "识别您的账号"}, "required": True},
            {"name": "profile:name:read", "reason": {"zh-CN": "填写入馆预约单"}},
            {"name": "phone", "reason": {"zh-CN": "发送入馆提醒"}},
        ]
        await add_client(resident.gateway, "museum", name={"zh-CN": "城市博物馆"}, asks=asks, redirect_uris=[CALLBACK])
        returned = await resident.is_sent_to(CALLBACK)
        challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        asked = {"client_id": "museum", "redirect_uri": CALLBACK, "response_type": "code", "state": "s1"}
        pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
        await resident.opens(
            "/oauth/authorize?" + urlencode({**asked, **pkce, "scope": "openid profile:name:read phone"})
        )
        await resident.types("phone", NUMBER)
        await resident.gives_a_code(NUMBER)
        await resident.taps("sign-in")
        await resident.sees("connect")
        await resident.sees("sandbox")
        await resident.reads("发送入馆提醒")
        await resident.taps("choose-phone")
        await resident.taps("connect-agree")
        answered = parse_qs(urlsplit(await asyncio.wait_for(returned, 15)).query)
        await resident.page.wait_for_url(f"{CALLBACK}**")
        assert answered["state"] == ["s1"]
        assert answered["iss"] == [resident.gateway.origin]
        assert answered["code"]
        await resident.opens("/me/connections")
        card = resident.page.get_by_test_id("connection-museum")
        await expect(card).to_contain_text("姓名")
        await expect(card).not_to_contain_text("手机号")
        await card.get_by_role("button").click()
        await resident.taps("dialog-ok")
        await expect(card).to_have_count(0)


async def test_another_device_is_signed_out(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident, phone(service_workers="block") as other_phone:
        other = Visit(resident.gateway, other_phone, await other_phone.new_page())
        await other.signs_in()
        await resident.signs_in()
        await resident.opens("/me/devices")
        await expect(resident.page.get_by_test_id("sessions").locator("li")).to_have_count(2)
        await resident.taps("end-others")
        await resident.taps("dialog-ok")
        await expect(resident.page.get_by_test_id("sessions").locator("li")).to_have_count(1)
        await other.opens("/me/devices")
        await other.sees("phone")


async def test_family_helps_and_it_shows_all_the_while(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident, phone(service_workers="block") as helper_phone:
        helper = Visit(resident.gateway, helper_phone, await helper_phone.new_page())
        await resident.gateway.register_department()
        assert (await resident.gateway.publish()).status_code == 200
        await helper.signs_in(HELPER)
        await helper.opens("/me/mandates/new")
        await helper.taps("direction-i-act")
        await helper.types("mandate-phone", NUMBER)
        await helper.taps("mandate-offer")
        await resident.signs_in()
        await resident.opens("/me/mandates")
        await resident.taps("mandates-principal")
        await resident.page.get_by_role("button", name="确认授权").click()
        await resident.taps("dialog-ok")
        await resident.reads("有效")
        await helper.opens("/me")
        await helper.taps("switch-identity")
        await helper.page.get_by_test_id("identities").get_by_text("李*").click()
        await expect(helper.page.get_by_test_id("acting")).to_contain_text("正在为 李")
        await helper.opens("/s/hello")
        await expect(helper.page.get_by_test_id("acting")).to_contain_text("正在为 李")
        async with helper.page.expect_response(lambda answer: answer.url.endswith("/tokens") and answer.ok) as minted:
            await helper.taps("consent-agree")
        assert (await (await minted.value).json())["acting_for"]["kind"] == "family"
        await helper.taps("acting-stop")
        await expect(helper.page.get_by_test_id("acting")).to_have_count(0)
        await resident.opens("/me/mandates")
        await resident.taps("mandates-principal")
        await resident.page.get_by_role("link", name="办理记录").click()
        await expect(resident.page.get_by_test_id("acts")).to_contain_text("打开服务")
        kept = await helper.page.evaluate("Object.entries({...localStorage}).join()")
        assert "李" not in kept
        assert NUMBER not in kept


async def test_the_data_is_downloaded_once(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path, lifecycle={"work_seconds": 0.2}) as resident:
        await resident.signs_in()
        await resident.opens("/me/export")
        await resident.taps("export-ask")
        button = resident.page.get_by_role("button", name="下载")
        await expect(button).to_be_visible(timeout=20_000)
        async with resident.page.expect_download() as download:
            await button.click()
        archive = await download.value
        assert (await archive.path()).read_bytes().startswith(b"PK")
        await resident.reads("已下载")
        again = await resident.page.request.get(archive.url)
        assert again.status == 404


async def test_a_number_that_changed_hands_opens_no_account_by_a_text_alone(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with visit(migrated_sqlite, tmp_path) as newcomer:
        await rows("UPDATE auth_account SET created_at = ?", LONG_AGO)
        await newcomer.opens("/sign-in")
        await newcomer.types("phone", NUMBER)
        await newcomer.gives_a_code(NUMBER)
        await newcomer.taps("sign-in")
        await newcomer.taps("recycled-new")
        await newcomer.sees("search")
        await newcomer.opens("/me")
        await expect(newcomer.page.get_by_test_id("account")).not_to_contain_text("李")


async def test_a_deletion_is_asked_for(tmp_path: Path, migrated_sqlite: Path) -> None:
    """No department ever heard of this resident: the account is gone at once, and the page says so."""
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.signs_in()
        await resident.opens("/me/account/deletion")
        await expect(resident.page.get_by_test_id("deletion-ask")).to_be_disabled()
        await resident.taps("deletion-understood")
        await resident.taps("deletion-ask")
        await resident.taps("dialog-ok")
        await resident.sees("guest-sign-in")
