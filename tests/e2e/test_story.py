"""The story: from two commands to a booked appointment, as one resident lives it, in a real browser."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import BrowserContext, FrameLocator, Page, Request, expect

from tests.harness.browser import phone
from tests.harness.city import ROOT, City, running_city
from tests.harness.fake_push import PushServiceOnLoopback, fake_push_service
from tests.harness.resident import Resident

IMAGES = ROOT / "docs" / "images"
NUMBER = "13800000001"
NEIGHBOUR = "13800000002"
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 60; tries += 1) {
    await new Promise((done) => setTimeout(done, 500));
    const shown = await registration.getNotifications();
    const found = shown.filter(({ title }) => title.includes("取消"));
    if (found.length) return found.map(({ title, body, data }) => ({ title, body, url: data.path }));
  }
  return [];
}"""
CLICK = """async () => {
  const shown = await self.registration.getNotifications();
  const [notification] = shown.filter(({ title }) => title.includes("取消"));
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


async def test_a_resident_books_an_appointment(tmp_path: Path) -> None:
    async with fake_push_service() as push:
        with running_city(tmp_path, {"ONECITY_PUSH__RELAY": push.relay}) as city:
            async with phone(push.chromium_flags, permissions=["notifications"]) as context:
                story = Story(city, context, await context.new_page())
                await story.signs_in()
                await story.finds_a_service()
                await story.agrees_and_opens_it()
                await story.books()
                await story.is_told()
                await story.opens_the_notice()
                await story.is_told_by_push(push)
                await story.sees_own_records()
                await story.sees_who_read_what()
                await story.signs_out_and_calls_end()
        assert "Ending the demo" in city.output()


class Story:
    """One resident with one phone; each method is a step of the story."""

    def __init__(self, city: City, context: BrowserContext, page: Page) -> None:
        self.city = city
        self.context = context
        self.page = page
        self.number = ""

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("[data-testid=frame]")

    async def signs_in(self) -> None:
        """The story's first step: a number, a code from the outbox, and one is in."""
        await self.page.goto(f"{self.city.origin}/sign-in")
        await self.page.get_by_test_id("phone").fill(NUMBER)
        await self.page.get_by_test_id("send-code").click()
        await expect(self.page.get_by_role("alert")).to_contain_text("已发送")
        await self.page.get_by_test_id("code").fill("000000")
        await self.page.get_by_test_id("sign-in").click()
        await expect(self.page.get_by_role("alert")).to_contain_text("4")  # tries that are left
        await self.page.get_by_test_id("code").fill(self.city.code(NUMBER))
        await self.page.get_by_test_id("sign-in").click()
        await expect(self.page.get_by_test_id("search")).to_be_visible()

    async def finds_a_service(self) -> None:
        await expect(self.page.get_by_test_id("service-appointments").first).to_be_visible()
        await self.shoot("home")
        for typed in ("挂号", "guahao", "gh", "预约"):
            await self.page.get_by_test_id("search").fill(typed)
            await expect(self.page.get_by_test_id("service-appointments").first).to_be_visible()
            await expect(self.page.get_by_test_id("service-queries")).to_have_count(0)
        await self.page.get_by_test_id("search").fill("")
        await self.page.get_by_test_id("favourite-appointments").first.click()
        await expect(self.page.get_by_test_id("favourites").get_by_test_id("service-appointments")).to_be_visible()

    async def agrees_and_opens_it(self) -> None:
        await self.page.get_by_test_id("service-appointments").first.click()
        await expect(self.page.get_by_test_id("consent-sheet")).to_be_visible()
        await expect(self.page.get_by_test_id("consent-scope-appointments:booking:write")).to_be_visible()
        await self.shoot("consent")
        await self.page.get_by_test_id("consent-agree").click()
        source = await self.page.get_by_test_id("frame").get_attribute("src")
        assert source
        assert source.startswith(self.city.mini("appointments") + "/")

    async def books(self) -> None:
        frame = self.frame
        await frame.locator("[data-testid^=service-]").first.click()
        await frame.locator("[data-testid^=site-]").first.click()
        await frame.locator("[data-testid^=day-]:not([disabled])").first.click()
        await frame.locator("[data-testid^=slot-]:not([disabled])").first.click()
        await frame.get_by_test_id("confirm").click()
        number = frame.get_by_test_id("booking-number")
        await expect(number).to_be_visible()
        self.number = (await number.inner_text()).strip()

    async def is_told(self) -> None:
        """Push is offered after the first booking; the live stream then brings the notice without a reload."""
        async with self.page.expect_response(lambda answer: answer.url.endswith("/push/subscriptions")):
            await self.page.get_by_test_id("push-enable").click()
        await self.shoot("booking")
        await self.page.get_by_test_id("menu").click()
        await self.page.get_by_test_id("close").click()
        await expect(self.page.get_by_test_id("unread-badge").first).to_be_visible(timeout=15_000)
        await self.page.get_by_test_id("tab-inbox").click()
        await expect(self.page.locator("[data-testid^=notice-]").first).to_contain_text("预约")
        await self.shoot("inbox")

    async def is_told_by_push(self, push: PushServiceOnLoopback) -> None:
        """The service worker shows what the push service brought; a click opens the right page."""
        await self.cancels()
        shown = await self.page.evaluate(SHOWN)
        assert push.answered == [201], self.city.output()
        assert [each["title"] for each in shown] == ["预约已取消：居民身份证换领"]
        await self.context.service_workers[0].evaluate(CLICK)
        await self.page.wait_for_url(f"{self.city.origin}{shown[0]['url']}")
        await expect(self.page.get_by_text("预约已取消").first).to_be_visible()

    async def opens_the_notice(self) -> None:
        await self.page.locator("[data-testid^=notice-]").first.click()
        await self.page.get_by_test_id("notice-open").click()
        await expect(self.frame.get_by_test_id("booking-number")).to_contain_text(self.number)

    async def cancels(self) -> None:
        await self.frame.locator("[data-testid^=cancel-]").first.click()
        await self.page.get_by_test_id("dialog-ok").click()
        await expect(self.frame.get_by_test_id("booking-status").first).to_contain_text("已取消")

    async def sees_own_records(self) -> None:
        """The second service shows this resident's records, and not the other's; both services are recent now."""
        await self.page.goto(f"{self.city.origin}/s/queries")
        await self.page.get_by_test_id("consent-agree").click()
        await expect(self.frame.get_by_test_id("fund-balance")).to_be_visible()
        shown = await self.frame.get_by_test_id("social-balance").inner_text()
        mine, theirs = self.balance_of(NUMBER), self.balance_of(NEIGHBOUR)
        assert mine != theirs
        assert fen(mine) in shown.replace(",", "")
        await self.shoot("records")
        await self.page.goto(self.city.origin)
        recents = self.page.get_by_test_id("recents")
        for service in ("queries", "appointments"):
            await expect(recents.get_by_test_id(f"service-{service}")).to_be_visible()

    def balance_of(self, number: str) -> int:
        """What the department says of somebody's medical insurance account."""
        with Resident(self.city, number) as resident:
            resident.signs_in()
            resident.agrees("queries")
            token = resident.token("queries")
            answered = resident.calls("queries", "social-records", "/social-insurance", token).json()
            resident.signs_out()
        return int(answered["accounts"][1]["balance"]["amount"])

    async def sees_who_read_what(self) -> None:
        await self.page.goto(f"{self.city.origin}/me/data")
        entries = self.page.get_by_test_id("ledger-entry")
        await expect(entries.filter(has_text="办证预约").first).to_be_visible()
        await expect(entries.filter(has_text="社保公积金查询").first).to_be_visible()
        await self.shoot("my-data")

    async def signs_out_and_calls_end(self) -> None:
        """Ended from the list of devices in one page, the mini-service open in another is shut out within seconds."""
        other = await self.context.new_page()
        async with other.expect_request(lambda call: "/svc/" in call.url) as called:
            await other.goto(f"{self.city.origin}/s/appointments")
        frame = other.frame_locator("[data-testid=frame]")
        await expect(frame.locator("[data-testid^=service-]").first).to_be_visible()
        call = await called.value
        assert await self.replayed(call) == 200
        await self.page.goto(f"{self.city.origin}/me/sessions")
        await expect(self.page.get_by_test_id("session-current")).to_be_visible()
        await self.page.get_by_test_id("sign-out").click()
        async with asyncio.timeout(10):
            async with self.page.expect_response(lambda answer: "/sessions/" in answer.url):
                await self.page.get_by_test_id("dialog-ok").click()
            assert await self.replayed(call) == 401
        await expect(other.get_by_test_id("frame")).to_have_count(0, timeout=5_000)

    async def replayed(self, call: Request) -> int:
        """The status of the mini-service's own call, made again with its own token."""
        host = call.url.split("/")[2]
        path = call.url.partition(host)[2]
        headers = {"Host": host, "Authorization": (await call.all_headers())["authorization"]}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.city.port}", trust_env=False) as http:
            return (await http.get(path, headers=headers)).status_code

    async def shoot(self, name: str) -> None:
        """Keep a picture of the screen, once it has come to rest."""
        IMAGES.mkdir(parents=True, exist_ok=True)
        await expect(self.page.get_by_test_id("toast")).to_have_count(0)
        await self.page.wait_for_timeout(500)
        await self.page.screenshot(path=IMAGES / f"{name}.png")


def fen(amount: int) -> str:
    """An amount in fen as the page writes it, thousands marks aside."""
    return f"{amount / 100:.2f}"
