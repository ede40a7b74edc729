"""The app in Chromium on a thin phone: how long until it can be used, and a mini-service in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import BrowserContext, Page, expect

from bench.sizes import run
from tests.harness.browser import phone
from tests.harness.city import City, running_city
from tests.harness.ports import free_port
from tests.harness.screens import sign_in

HEADER = ("what", "measured", "asked")
NUMBER = "13800000001"
NETWORKS = {
    # Chromium's own presets: latency in ms, bytes per second down and up
    "4G": {"latency": 165, "downloadThroughput": 9e6 / 8 * 0.9, "uploadThroughput": 1.5e6 / 8 * 0.9},
    "slow 4G": {"latency": 562.5, "downloadThroughput": 1.6e6 / 8 * 0.9, "uploadThroughput": 0.75e6 / 8 * 0.9},
}
SLOWER = 4
"""How many times slower the processor is made."""
TOGETHER = ("--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process")
"""The frame in the process of the page, so that what slows the page slows the frame."""
AUDITED = ("/", "/inbox", "/me", "/me/data", "/me/settings", "/s/appointments")
QUIET_MS = 500
WATCH = """() => {
  window.benchTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.benchTasks.push(task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const field = document.querySelector("[data-testid=search]");
    const shown = document.querySelector("[data-testid^=service-]");
    if (field && shown) window.benchShown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
INTERACTIVE = """(quiet) => new Promise((resolve) => {
  const look = () => {
    const last = Math.max(window.benchShown ?? Infinity, ...window.benchTasks);
    if (performance.now() - last > quiet) resolve(last);
    else setTimeout(look, 50);
  };
  look();
})"""
MEASURES = "() => performance.getEntriesByType('measure').map(({ name, duration }) => [name, duration])"
PAINTED = "(name) => performance.getEntriesByName(name)[0]?.startTime ?? null"
FIRST, CONTENT = "first-paint", "first-contentful-paint"
BEGAN = "() => performance.timeOrigin"


@dataclass(frozen=True, slots=True)
class Opened:
    """A mini-service that was opened: milliseconds from the tap to its paints, and the shell's own measures."""

    first: float
    content: float
    measures: dict[str, float]


def measured(*, quick: bool) -> Iterator[list[str]]:
    """A line for each budget; raises Unavailable."""
    yield from asyncio.run(_measured(2 if quick else 5, quick=quick))


async def _measured(rounds: int, *, quick: bool) -> list[list[str]]:
    lines = []
    with TemporaryDirectory(prefix="onecity-bench-") as folder, running_city(Path(folder)) as city:
        for network in NETWORKS if not quick else ("4G",):
            cold = [await _cold(city, network) for _ in range(rounds)]
            warm, opened = await _warm(city, network, rounds)
            asked = network == "4G"
            lines.append([f"shell, cold, {network}", _ms(cold), "≤ 3,000 ms" if asked else ""])
            lines.append([f"shell, warm, {network}", _ms(warm), "≤ 1,500 ms" if asked else ""])
            first, content = _ms([each.first for each in opened]), _ms([each.content for each in opened])
            lines.append(
                [f"mini-service, warm, from tap to first paint, {network}", first, "≤ 1,000 ms" if asked else ""]
            )
            lines.append([f"the same, to the first text, {network}", content, ""])
            shaken = [each.measures["service:handshake"] for each in opened if "service:handshake" in each.measures]
            lines.append([f"handshake, {network}", _ms(shaken), "≤ 20 ms" if asked else ""])
        lines += await _audits(city)
    return lines


async def _cold(city: City, network: str) -> float:
    """A phone that was never here."""
    async with phone(TOGETHER) as context:
        page = await _throttled(context, network)
        return await _interactive(page, city.origin)


async def _warm(city: City, network: str, rounds: int) -> tuple[list[float], list[Opened]]:
    """A resident who was here before: the app is kept, the service was opened."""
    async with phone(TOGETHER) as context:
        page = await context.new_page()
        await sign_in(page, city, NUMBER)
        await _open(page, city)
        page = await _throttled(context, network)
        shells, services = [], []
        for _ in range(rounds):
            shells.append(await _interactive(page, city.origin))
            services.append(await _open(page, city))
        return shells, services


async def _throttled(context: BrowserContext, network: str) -> Page:
    page = await context.new_page()
    await page.add_init_script(f"({WATCH})()")
    chrome = await context.new_cdp_session(page)
    await chrome.send("Network.enable")
    await chrome.send("Network.emulateNetworkConditions", {"offline": False, **NETWORKS[network]})
    await chrome.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


async def _interactive(page: Page, address: str) -> float:
    """Milliseconds until the search field and services are there and no task of the page is longer than 50 ms."""
    await page.goto(address)
    found: float = await page.evaluate(INTERACTIVE, QUIET_MS)
    return found


async def _open(page: Page, city: City) -> Opened:
    await page.goto(city.origin)
    tile = page.get_by_test_id("service-appointments").first
    await expect(tile).to_be_visible()
    began = await page.evaluate("() => performance.timeOrigin + performance.now()")
    await tile.click()
    frame, agree = page.get_by_test_id("frame"), page.get_by_test_id("consent-agree")
    await expect(frame.or_(agree).first).to_be_visible()
    if await agree.is_visible():
        await agree.click()
    await expect(frame).not_to_have_attribute("inert", "")
    inside = next(each for each in page.frames if each.url.startswith(city.mini("appointments")))
    await inside.wait_for_function(PAINTED, arg=CONTENT)
    after = await inside.evaluate(BEGAN) - began
    first, content = [after + await inside.evaluate(PAINTED, name) for name in (FIRST, CONTENT)]
    return Opened(first, content, dict(await page.evaluate(MEASURES)))


@asynccontextmanager
async def _signed_in(city: City, port: int) -> AsyncIterator[None]:
    async with phone((f"--remote-debugging-port={port}",)) as context:
        page = await context.new_page()
        await sign_in(page, city, NUMBER)
        await _open(page, city)
        await page.goto("about:blank")
        yield


async def _audits(city: City) -> list[list[str]]:
    port = free_port()
    given = {"port": port, "addresses": [city.origin + path for path in AUDITED]}
    async with _signed_in(city, port):
        found: list[dict[str, Any]] = json.loads(await asyncio.to_thread(run, "audit.mjs", json.dumps(given)))
    for each in found:
        print(f"  {each['address']}: {', '.join(each['metrics'])}", flush=True)
    return [
        [
            f"Lighthouse `{each['address'].removeprefix(city.origin)}`: performance, accessibility, best practices",
            f"{each['performance']}, {each['accessibility']}, {each['practices']}"
            + (f" ({', '.join(each['failed'])})" if each["failed"] else ""),
            "≥ 95 each",
        ]
        for each in found
    ]


def _ms(values: list[float]) -> str:
    return f"{median(values):,.0f} ms" if values else "not measured"
