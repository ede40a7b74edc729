"""The bridge's contract, and both its hostile suites, over real frames: see sdk_h5/host/contract/."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.e2e.bridge.firefox import PROGRAM as FIREFOX
from tests.e2e.bridge.firefox import firefox
from tests.e2e.bridge.pages import Pages, Result, served
from tests.harness.browser import phone

SUITES = ["contract", "hostile child", "hostile host"]
SECONDS = 100
"""For all of it, on a busy machine; alone it takes about ten."""
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("bridge"),
    pytest.mark.timeout(150),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with served(tmp_path_factory.mktemp("bridge")) as pages:
        yield pages


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def in_chromium(pages: Pages) -> AsyncIterator[list[Result]]:
    async with phone() as context:
        page = await context.new_page()
        await page.goto(pages.address)
        yield await asyncio.to_thread(pages.results, SECONDS)


@pytest.fixture(scope="module")
def in_firefox(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Result]]:
    if not FIREFOX.exists():
        pytest.skip("firefox-esr is not installed")
    with firefox(pages.address, tmp_path_factory.mktemp("firefox") / "profile"):
        yield pages.results(SECONDS)


@pytest.mark.parametrize("suite", SUITES)
async def test_it_holds_in_chromium(in_chromium: list[Result], suite: str) -> None:
    assert _failures(in_chromium, suite) == []


@pytest.mark.parametrize("suite", SUITES)
async def test_it_holds_in_firefox(in_firefox: list[Result], suite: str) -> None:
    assert _failures(in_firefox, suite) == []


async def test_no_case_is_left_out_of_any_suite(in_chromium: list[Result]) -> None:
    counts = Counter(each.suite for each in in_chromium)
    assert set(counts) == set(SUITES)
    assert counts["contract"] >= 40
    assert len({(each.suite, each.name) for each in in_chromium}) == counts.total()


def _failures(results: list[Result], suite: str) -> list[Result]:
    of_suite = [each for each in results if each.suite == suite]
    assert of_suite, "the suite ran"
    return [each for each in of_suite if each.failure]
