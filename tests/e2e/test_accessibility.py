"""No screen breaks a rule of axe: as a standard reader sees it, and as one of the elder mode, dark and in English."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.harness.axe import violations
from tests.harness.browser import phone
from tests.harness.city import City
from tests.harness.screens import BOTH_MODES, GUEST, Reading, paths, read_as, show, sign_in

NUMBER = "13800000002"
SERVICES = ("appointments", "queries", "licences", "playground")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("city"),
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]
both_modes = pytest.mark.parametrize("reading", BOTH_MODES, ids=str)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guest(city: City) -> AsyncIterator[Page]:
    async with phone(reduced_motion="reduce", service_workers="block") as context:
        yield await context.new_page()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def resident(city: City) -> AsyncIterator[Page]:
    async with phone(reduced_motion="reduce", service_workers="block") as context:
        page = await context.new_page()
        await sign_in(page, city, NUMBER)
        yield page


async def broken(page: Page, city: City, addresses: list[str] | tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for path in addresses:
        await show(page, city.origin + path)
        found[path] = await violations(page)
    return {path: lines for path, lines in found.items() if lines}


@both_modes
async def test_no_screen_of_a_guest_breaks_a_rule(city: City, guest: Page, reading: Reading) -> None:
    await read_as(guest, city, reading)
    assert await broken(guest, city, GUEST) == {}


@both_modes
async def test_no_screen_of_a_resident_breaks_a_rule(city: City, resident: Page, reading: Reading) -> None:
    await read_as(resident, city, reading)
    assert await broken(resident, city, [path for path in paths() if path not in {"/sign-in", "/sign-out"}]) == {}


@both_modes
@pytest.mark.parametrize("service", SERVICES)
async def test_no_service_breaks_a_rule(city: City, resident: Page, reading: Reading, service: str) -> None:
    await read_as(resident, city, reading)
    await resident.goto(f"{city.origin}/s/{service}")
    sheet = resident.get_by_test_id("consent-sheet")
    frame = resident.get_by_test_id("frame")
    await expect(sheet.or_(frame).first).to_be_visible()
    if await sheet.is_visible():  # at the first opening only
        assert await violations(resident) == []
        await resident.get_by_test_id("consent-agree").click()
    await expect(frame).not_to_have_attribute("inert", "")
    assert await violations(resident) == []
    inside = next(each for each in resident.frames if each.url.startswith(city.mini(service)))
    await inside.wait_for_load_state("load")
    assert await violations(inside) == []


async def test_it_would_be_seen(city: City, guest: Page) -> None:
    await show(guest, city.origin)
    await guest.evaluate("document.querySelector('main').innerHTML = '<img src=x><button></button>'")
    assert [line.split(":")[0] for line in await violations(guest)] != []
