"""axe-core (npm, tests/clients/) on a page: what it finds against WCAG 2.2 AA and the practices that go with it."""

import asyncio
from functools import cache
from pathlib import Path

from playwright.async_api import Frame, Page

SOURCE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const { violations } = await axe.run(document, { iframes: false, resultTypes: ["violations"] });
  const places = (nodes) => nodes.map(({ target, any }) => `${target.join(" ")} (${any[0]?.message ?? ""})`);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${places(nodes).join(", ")}`);
}"""


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


async def violations(page: Page | Frame) -> list[str]:
    """A line for each rule that is broken, with the places; frames within are looked at by themselves.

    What is found must still be so after a second: on a busy machine a look may fall between two states of a page.
    """
    return await _look(page) and await _look_again(page)


async def _look_again(page: Page | Frame) -> list[str]:
    await asyncio.sleep(1)
    return await _look(page)


async def _look(page: Page | Frame) -> list[str]:
    if not await page.evaluate("typeof axe !== 'undefined'"):
        await page.evaluate(f"{{ const module = undefined; {_source()} }}")
    found: list[str] = await page.evaluate(_RUN)
    return found
