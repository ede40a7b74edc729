"""Every example of the documentation does in the real app what its page says: it works, or is refused so."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.harness.browser import phone
from tests.harness.city import ROOT, City
from tests.harness.screens import sign_in

NUMBER = "13800000001"
TABLE = ROOT / "mock_services" / "playground" / "h5" / "methods.json"
OVER = re.compile("result|error")

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("city"), pytest.mark.timeout(120)]

Deed = Callable[["Playground"], Awaitable[None]]


class Playground:
    """A resident with the playground open."""

    def __init__(self, city: City, page: Page) -> None:
        self.city = city
        self.page = page

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("[data-testid=frame]")

    @property
    def asked(self) -> FrameLocator:
        """The service above, which the playground asks for something."""
        return self.page.frame_locator("[data-testid=intent-frame]")

    async def opens(self) -> None:
        await self.page.goto(f"{self.city.origin}/s/playground")
        await self.agrees_to_what_is_asked("frame")
        await expect(self.frame.get_by_test_id("events")).to_be_visible()

    async def turns_to(self, method: str) -> None:
        await self.frame.locator("body").evaluate("(_, name) => { location.hash = `#/methods/${name}` }", method)
        await expect(self.frame.get_by_test_id(f"run-{method}")).to_be_visible()

    async def starts(self, example: str) -> None:
        await self.frame.get_by_test_id(f"run-{example}").click()
        if example in DEEDS:
            await DEEDS[example](self)

    async def runs(self, example: str) -> tuple[Any, str]:
        """What came of it, as the method table says such things, and the words on the screen."""
        await self.starts(example)
        outcome = self.frame.get_by_test_id(f"outcome-{example}")
        await expect(outcome).to_have_attribute("data-state", OVER)
        if await outcome.get_attribute("data-state") == "error":
            return {"refused": await outcome.locator("[data-member=code]").inner_text()}, await outcome.inner_text()
        return "works", await outcome.inner_text()

    async def taps(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).click()

    async def agrees_in_the_wallet(self) -> None:
        await self.agrees_to_what_is_asked("intent-frame")
        await self.asked.get_by_test_id("agree").click()

    async def refuses_in_the_wallet(self) -> None:
        await self.agrees_to_what_is_asked("intent-frame")
        await self.asked.get_by_test_id("refuse").click()

    async def agrees_to_what_is_asked(self, frame: str) -> None:
        """A service that is opened for the first time asks for consent, and shows its page then."""
        consent = self.page.locator("[data-testid=consent-agree]:visible")  # a sheet that is gone stays in the page
        await consent.or_(self.page.get_by_test_id(frame)).first.wait_for()
        if await consent.count():
            await consent.click()


def tapping(test_id: str) -> Deed:
    return lambda playground: playground.taps(test_id)


async def rates(playground: Playground) -> None:
    await playground.taps("grade-5")
    await playground.taps("rating-submit")


DEEDS: dict[str, Deed] = {
    "ui.confirm": tapping("dialog-ok"),
    "ui.sheet": tapping("action-move"),
    "ui.back": tapping("back"),
    "share": tapping("share-close"),
    "location": tapping("location-coarse"),
    "phone": tapping("dialog-cancel"),
    "rate": rates,
    "intents.request": Playground.refuses_in_the_wallet,
    "intents.showLicence": Playground.agrees_in_the_wallet,
    "intents.sign": Playground.agrees_in_the_wallet,
    "consent.revoke": tapping("dialog-ok"),
}
"""What the resident does while the example waits for them."""

PICTURE: Any = {"name": "p.png", "mimeType": "image/png", "buffer": bytes(104)}
"""The file that is chosen wherever one is asked for."""

LEAVERS: dict[str, Deed] = {
    "ui.close": lambda playground: expect(playground.page.get_by_test_id("search")).to_be_visible(),
    "open": lambda playground: expect(playground.page).to_have_url(re.compile("/s/appointments")),
    "consent.revoke": lambda playground: expect(playground.page.get_by_test_id("search")).to_be_visible(),
}
"""These leave the page, so nobody is there to show an outcome; what is seen instead."""

SAID = {
    "user": '"loa": 2',
    "token": '"aud": "open-platform"',
    "call": "你好",
    "call.retry": '"tries": 3',
    "call.deadline": "too slow",
    "call.stream": "4/4",
    "call.download": '"size": 1048576',
    "call.upload": '"gone": 300000',
    "storage.remove": '"left": null',
    "ui.confirm": "cancelled",
    "ui.sheet": "move",
    "ui.back": "back was pressed",
    "location": '"latitude": 31.23',
    "pickFile": '"size": 104',
    "takePhoto": '"bytes": 104',
    "intents.request": "the resident left",
    "intents.showLicence": '"number": "****0012"',
    "intents.sign": '"signed": true',
    "rate": "5",
}
"""A part of the result, where it says more than that there is one."""


@asynccontextmanager
async def playground(city: City) -> AsyncIterator[Playground]:
    where = {"latitude": 31.2304, "longitude": 121.4737}
    async with phone(permissions=["geolocation"], geolocation=where, service_workers="block") as context:
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("filechooser", lambda chooser: chooser.set_files(PICTURE))
        await sign_in(page, city, NUMBER)
        ready = Playground(city, page)
        await ready.opens()
        yield ready


def methods() -> dict[str, Any]:
    groups = json.loads(TABLE.read_text(encoding="utf-8"))["groups"]
    return {method["name"]: method for group in groups for method in group["methods"]}


def examples(name: str, method: dict[str, Any]) -> list[str]:
    return [name, *(f"{name}.{more}" for more in method.get("more", {}))]


async def test_every_example_does_what_its_page_says(city: City) -> None:
    documented = {name: method for name, method in methods().items() if name not in LEAVERS}
    expected = {each: method["outcome"] for name, method in documented.items() for each in examples(name, method)}
    outcomes, unsaid = {}, {}
    async with playground(city) as ready:
        for name, method in documented.items():
            await ready.turns_to(name)
            for example in examples(name, method):
                outcomes[example], words = await ready.runs(example)
                if SAID.get(example, "") not in words:
                    unsaid[example] = words
        assert outcomes == expected
        assert unsaid == {}
        for name, sees_it_leave in LEAVERS.items():
            await ready.opens()
            await ready.turns_to(name)
            await ready.starts(name)
            await sees_it_leave(ready)
