"""The hostile mini-service as a resident meets it: opened in the real shell, in a frame of a real browser."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Frame, Page, expect
from playwright.async_api import Error as BrowserError

from tests.harness.attack import Foreign, foreign_host
from tests.harness.browser import phone
from tests.harness.city import City
from tests.harness.publisher import publish, wait_until_live
from tests.harness.resident import Resident

NUMBER = "13800000001"
THIRD_PARTY_STORAGE = "--disable-features=TrackingProtection3pcd"
"""Storage and workers for frames, as there are where a city and its mini-services are one site."""
SECONDS_TO_ARRIVE = 1.0
"""Longer than a request on loopback takes; what has not come by then is not coming."""


@dataclass(frozen=True)
class Scene:
    """A city with a hostile mini-service in it, a resident's browser, and a foreign host that would like to hear."""

    city: City
    context: BrowserContext
    foreign: Foreign
    resident: Resident
    """The same resident over HTTP, in the browser's own session."""

    @property
    def account(self) -> str:
        with sqlite3.connect(self.city.folder / "data" / "city.db") as database:
            found = database.execute("SELECT id FROM auth_account WHERE phone = ?", (NUMBER,)).fetchone()
        database.close()
        return str(found[0])

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        page = await self.context.new_page()
        try:
            yield page
        finally:
            await page.close()

    @asynccontextmanager
    async def opened(self, service: str = "hostile") -> AsyncIterator["Opened"]:
        async with self.page() as page:
            await page.goto(f"{self.city.origin}/s/{service}")
            yield Opened(self, page, await frame_of(page))


@dataclass(frozen=True)
class Opened:
    """The mini-service open in the shell."""

    scene: Scene
    page: Page
    frame: Frame

    async def ready(self) -> "Opened":
        await expect(self.page.frame_locator("[data-testid=frame]").locator("#state")).to_have_text("ready")
        return self

    async def runs(self, script: str, argument: object = None) -> Any:
        """Run the package's own attack in its own frame."""
        return await self.frame.evaluate(script, argument)

    async def runs_away(self, script: str, argument: object = None) -> None:
        """The same, for what may end the document it runs in."""
        with suppress(BrowserError):
            await self.frame.evaluate(script, argument)
        await asyncio.sleep(SECONDS_TO_ARRIVE)

    async def shell_works(self) -> None:
        """The resident is still where they were, and can leave."""
        assert self.page.url == f"{self.scene.city.origin}/s/hostile"
        await self.page.get_by_test_id("menu").click()
        await self.page.get_by_test_id("close").click()
        await expect(self.page.get_by_test_id("search")).to_be_visible()


async def frame_of(page: Page) -> Frame:
    element = await page.get_by_test_id("frame").element_handle()
    frame = await element.content_frame()
    assert frame
    return frame


@asynccontextmanager
async def hostile_scene(city: City, package: Path) -> AsyncIterator[Scene]:
    publish(city, package)
    wait_until_live(city, "hostile")
    async with phone([THIRD_PARTY_STORAGE]) as context:
        context.set_default_timeout(8_000)
        page = await context.new_page()
        await _sign_in(page, city)
        await _agree(page, city, "hostile")
        await page.close()
        with foreign_host(package) as foreign, _in_session_of(await _session(context), city) as resident:
            resident.agrees("appointments")
            resident.agrees("queries")
            yield Scene(city, context, foreign, resident)


@contextmanager
def _in_session_of(session: str, city: City) -> Iterator[Resident]:
    with Resident(city, NUMBER, session) as resident:
        yield resident


async def _session(context: BrowserContext) -> str:
    return next(each["value"] for each in await context.cookies() if each["name"] == "__Host-onecity_session")  # type: ignore[typeddict-item]


async def _sign_in(page: Page, city: City) -> None:
    await page.goto(f"{city.origin}/sign-in")
    await page.get_by_test_id("phone").fill(NUMBER)
    async with page.expect_response("**/sign-in/codes"):
        await page.get_by_test_id("send-code").click()
    await page.get_by_test_id("code").fill(city.code(NUMBER))
    await page.get_by_test_id("sign-in").click()
    await expect(page.get_by_test_id("search")).to_be_visible()


async def _agree(page: Page, city: City, service: str) -> None:
    await page.goto(f"{city.origin}/s/{service}")
    await page.get_by_test_id("consent-agree").click()
    await expect(page.frame_locator("[data-testid=frame]").locator("#state")).to_have_text("ready")
