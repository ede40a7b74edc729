"""Every screen of the app, and the ways in which a resident may like to read it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from tests.harness.city import ROOT, City

GUEST = ("/", "/sign-in", "/me", "/me/settings", "/nowhere")
"""Screens that look different, or only are there, for nobody in particular."""
_ROUTE = re.compile(r"""(?:path: |\[)'(/[^':*]*)'""")


_SETTLED = """async () => {
  await document.fonts.ready;
  const ends = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ends.map(({ finished }) => finished));
}"""
"""Colours that are still changing are not those that one reads by."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a resident likes to read."""

    locale: str
    theme: str
    elder: bool

    def __str__(self) -> str:
        return f"{'elder' if self.elder else 'standard'}-{self.theme}-{self.locale}"


STANDARD = Reading("zh-CN", "light", elder=False)
ELDER = Reading("zh-CN", "light", elder=True)
BOTH_MODES = (STANDARD, Reading("en", "dark", elder=True))
EVERY_WAY = tuple(
    Reading(locale, theme, elder=elder)
    for elder in (False, True)
    for theme in ("light", "dark")
    for locale in ("zh-CN", "en")
)


def paths() -> list[str]:
    """The paths of all pages that need nothing named, read from the app's own routes, so that none is forgotten."""
    source = ROOT / "sdk_h5" / "shell" / "src"
    text = "".join((source / name).read_text(encoding="utf-8") for name in ("router.ts", "account-routes.ts"))
    found = {path for path in _ROUTE.findall(text) if not path.endswith("/") or path == "/"}
    return sorted(found - {"/me/sessions"})  # which leads to another


async def sign_in(page: Page, city: City, number: str) -> None:
    """By a code, as residents do."""
    await page.goto(f"{city.origin}/sign-in")
    await page.get_by_test_id("phone").fill(number)
    async with page.expect_response(lambda answer: answer.url.endswith("/sign-in/codes")):
        await page.get_by_test_id("send-code").click()
    await page.get_by_test_id("code").fill(city.code(number))
    await page.get_by_test_id("sign-in").click()
    await expect(page.get_by_test_id("search")).to_be_visible()


async def read_as(page: Page, city: City, reading: Reading) -> None:
    """From the next page on."""
    chosen = {"locale": reading.locale, "theme": reading.theme, "elder": reading.elder, "chosen": True}
    if not page.url.startswith(city.origin):
        await page.goto(city.origin)
    await page.evaluate("text => localStorage.setItem('onecity-preferences', text)", json.dumps(chosen))


async def show(page: Page, address: str) -> None:
    """Opens an address and waits until nothing of it is on its way any more."""
    await page.goto(address)
    await expect(page.locator("main").first).to_be_visible()
    await expect(page.locator("[aria-busy=true], .skeleton")).to_have_count(0)
    await page.evaluate(_SETTLED)


def picture(folder: Path, reading: Reading, path: str) -> Path:
    """Where the picture of a screen goes."""
    return folder / str(reading) / f"{path.strip('/').replace('/', '-') or 'home'}.png"
