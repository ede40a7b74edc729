"""Pictures of every screen, in both modes, both languages, light and dark: `python -m scripts.screens [folder]`.

For people who look at them: nothing here passes or fails. A demo of its own is started on a free port.
"""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from tests.harness.browser import phone
from tests.harness.city import City, running_city
from tests.harness.screens import EVERY_WAY, GUEST, Reading, paths, picture, read_as, show, sign_in

SERVICES = ("appointments", "queries", "licences", "playground")
NUMBER = "13800000001"
SETTLED_MS = 400


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of every screen of the app.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("var/screens"))
    parser.add_argument("--only", default="", help="ways of reading, with commas: elder-dark-en,standard-light-zh-CN")
    arguments = parser.parse_args()
    wanted = [each for each in EVERY_WAY if not arguments.only or str(each) in arguments.only.split(",")]
    asyncio.run(_shoot(arguments.folder, wanted))


async def _shoot(folder: Path, readings: list[Reading]) -> None:
    with TemporaryDirectory(prefix="onecity-screens-") as data, running_city(Path(data)) as city:
        async with phone(reduced_motion="reduce", service_workers="block") as context:
            page = await context.new_page()
            for reading in readings:
                await _all(page, city, folder / "guest", reading, GUEST)
            await sign_in(page, city, NUMBER)
            await _consents(page, city)
            for reading in readings:
                own = [path for path in paths() if path not in {"/sign-in", "/sign-out"}]
                await _all(page, city, folder, reading, [*own, *(f"/s/{service}" for service in SERVICES)])


async def _consents(page: Page, city: City) -> None:
    for service in SERVICES:
        await page.goto(f"{city.origin}/s/{service}")
        agree, frame = page.get_by_test_id("consent-agree"), page.get_by_test_id("frame")
        await agree.or_(frame).first.wait_for()
        if await agree.is_visible():
            await agree.click()
            await frame.wait_for()


async def _all(page: Page, city: City, folder: Path, reading: Reading, wanted: list[str] | tuple[str, ...]) -> None:
    await read_as(page, city, reading)
    for path in wanted:
        await show(page, city.origin + path)
        await page.wait_for_timeout(SETTLED_MS)
        shot = picture(folder, reading, path)
        shot.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=shot, scale="css")
        print(shot, flush=True)


if __name__ == "__main__":
    main()
