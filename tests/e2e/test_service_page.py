"""The service page, as a resident and a mini-service use it: in a real browser, against the whole city."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Frame, Page, expect

from auth.api.cookies import SESSION
from tests.harness.browser import phone
from tests.harness.gateway import Gateway
from tests.harness.packages import FILES, MANIFEST, package
from tests.harness.provider_city import cookie_of, provider_city

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
FOLDER = Path(__file__).parent / "service_page"
PAGE = {name: (FOLDER / name).read_bytes() for name in ("index.html", "main.js")}
REASON = {"zh-CN": "找离您最近的办理点"}
SCOPES = [
    {"name": "profile:name:read", "reason": {"zh-CN": "称呼您的姓名"}},
    {"name": "device:camera:use", "reason": {"zh-CN": "扫描缴费单上的码"}},
    {"name": "device:location:read", "reason": REASON},
]
ASKER = {"name": "物业缴费", "onecity": {"scopes": SCOPES, "intents": {"uses": ["pay"]}}}
PROVIDER = {
    "app_id": "purse",
    "name": "市民钱包",
    "onecity": {"scopes": SCOPES[:1], "intents": {"provides": [{"name": "pay", "path": "/index.html"}]}},
}
DEVICE = """globalThis.BarcodeDetector = class {
  async detect() { return globalThis.code ? [{ rawValue: globalThis.code }] : []; }
};
Object.defineProperty(navigator, 'share', { value: undefined });"""
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


class Visit:
    """One resident with one phone, and the mini-service open on it."""

    def __init__(self, gateway: Gateway, context: BrowserContext, page: Page) -> None:
        self.gateway = gateway
        self.context = context
        self.page = page

    async def opens(self, service: str = "hello") -> None:
        await self.page.goto(self.gateway.origin)
        await self.page.get_by_test_id(f"service-{service}").first.click()
        await self.sees("consent-agree")
        await self.taps("consent-agree")
        await self.is_ready()

    async def is_ready(self, where: str = "frame") -> None:
        state = self.page.frame_locator(f"[data-testid={where}]").locator("#state")
        await expect(state).to_have_text("ready")

    async def frame(self, test_id: str = "frame") -> Frame:
        element = await self.page.get_by_test_id(test_id).element_handle()
        frame = await element.content_frame()
        assert frame
        return frame

    async def calls(self, method: str, params: object = None, where: str = "frame") -> Any:
        """What came of a call: `result` or `refused`."""
        frame = await self.frame(where)
        return await frame.evaluate("([m, p]) => service.call(m, p ?? undefined)", [method, params])

    async def starts(self, method: str, params: object = None) -> None:
        """A call that waits for the resident."""
        await (await self.frame()).evaluate("([m, p]) => service.start(m, p ?? undefined)", [method, params])

    async def outcome(self, method: str) -> Any:
        return await (await self.frame()).evaluate("(m) => service.outcomes[m]", method)

    async def caps(self) -> list[str]:
        return list(await (await self.frame()).evaluate("service.ready.then(({ caps }) => caps)"))

    async def taps(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).click()

    async def types(self, test_id: str, text: str) -> None:
        await self.page.get_by_test_id(test_id).fill(text)

    async def sees(self, test_id: str) -> None:
        await expect(self.page.get_by_test_id(test_id).first).to_be_visible()

    async def misses(self, test_id: str) -> None:
        await expect(self.page.get_by_test_id(test_id)).to_have_count(0)


def manifest(changes: Mapping[str, Any]) -> dict[str, Any]:
    made = MANIFEST | dict(changes)
    return made | {"onecity": {**MANIFEST["onecity"], "upstreams": [], **changes["onecity"]}}


async def publish(gateway: Gateway, changes: Mapping[str, Any]) -> None:
    client = await gateway.department()
    headers = {"Content-Type": "application/miniapp-pkg+zip"}
    content = package(manifest(changes), FILES | PAGE)
    submitted = await client.post("/dept/v1/releases", content=content, headers=headers)
    assert submitted.status_code == 201, submitted.text
    await client.post(f"/dept/v1/releases/{submitted.json()['id']}/publication")


@asynccontextmanager
async def visit(template: Path, folder: Path, **options: Any) -> AsyncIterator[Visit]:
    """A city with a mini-service, a wallet that others may ask to pay, and a resident's browser."""
    shutil.copy(template, folder / "city.db")
    async with provider_city(f"sqlite://{folder / 'city.db'}", folder) as gateway:
        gateway.in_process = True  # what the test itself asks needs no sockets
        await gateway.register_department()
        await publish(gateway, ASKER)
        await publish(gateway, PROVIDER)
        async with phone(CAMERA, service_workers="block", **options) as context:
            context.set_default_timeout(15_000)
            await context.add_init_script(DEVICE)
            secret = (await cookie_of(gateway)).partition("=")[2]
            secure = gateway.origin.replace("http:", "https:")  # as the browser takes this machine's own host to be
            await context.add_cookies([{"name": SESSION, "value": secret, "url": secure, "secure": True}])
            yield Visit(gateway, context, await context.new_page())


async def test_a_mini_service_shows_and_asks_under_its_own_name_and_traps_nobody(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    here = {"latitude": 31.234567, "longitude": 121.476543}
    async with visit(migrated_sqlite, tmp_path, geolocation=here, permissions=["geolocation"]) as resident:
        await resident.opens()
        assert {"scan", "location", "intent", "share", "queue.add"} <= set(await resident.caps())
        await _sheets(resident)
        await _loading(resident)
        await _device(resident)
        await _share(resident)
        refused = await resident.calls("open", {"service": "nowhere"})
        assert refused["refused"]["code"] == "service-unknown"
        await _back(resident)


async def _sheets(resident: Visit) -> None:
    actions = [{"id": "edit", "label": "修改"}, {"id": "drop", "label": "删除", "danger": True}]
    await resident.starts("ui.sheet", {"title": "这张单子", "actions": actions})
    sheet = resident.page.get_by_test_id("action-sheet")
    await expect(sheet).to_contain_text("来自“物业缴费”")
    await resident.taps("action-drop")
    assert await resident.outcome("ui.sheet") == {"result": "drop"}
    await resident.starts("ui.sheet", {"actions": actions})
    await expect(sheet).to_be_visible()
    await resident.page.keyboard.press("Escape")
    assert await resident.outcome("ui.sheet") == {"result": None}


async def _loading(resident: Visit) -> None:
    """It is shown, ends when the page says so, and with the page that forgot to."""
    loading = resident.page.get_by_test_id("loading")
    await resident.calls("ui.loading", {"on": True, "text": "正在提交"})
    await expect(loading).to_have_text("正在提交")
    await resident.calls("ui.loading", {"on": False})
    await expect(loading).to_have_count(0)
    await resident.calls("ui.loading", {"on": True})
    await expect(loading).to_be_visible()
    await (await resident.frame()).evaluate("location.reload()")
    await expect(loading).to_have_count(0)
    await resident.is_ready()


async def _device(resident: Visit) -> None:
    await resident.starts("location", {})
    await expect(resident.page.get_by_test_id("location-sheet")).to_contain_text(REASON["zh-CN"])
    await resident.taps("location-coarse")
    found = (await resident.outcome("location"))["result"]
    assert (found["latitude"], found["longitude"], found["accuracy"]) == (31.23, 121.48, 1000)
    await resident.starts("scan")
    await resident.sees("scan-sheet")
    await resident.page.evaluate("globalThis.code = '6901234567892'")
    assert await resident.outcome("scan") == {"result": {"text": "6901234567892"}}


async def _share(resident: Visit) -> None:
    await resident.starts("share", {"title": "我的账单", "path": "/index.html#/bills/1"})
    link = f"{resident.gateway.origin}/s/hello?path=%2Findex.html%23%2Fbills%2F1"
    await expect(resident.page.get_by_test_id("share-link")).to_have_value(link)
    await resident.taps("share-close")
    assert await resident.outcome("share") == {"result": {"shared": False}}


async def _back(resident: Visit) -> None:
    """The phone's own way back and the title bar's are one: the page hears the first press, the second leaves."""
    frame = await resident.frame()
    await resident.calls("ui.back", {"on": True})
    await resident.page.go_back()
    await frame.wait_for_function("service.heard.some(({ ev }) => ev === 'back')")
    await expect(resident.page).to_have_url(f"{resident.gateway.origin}/s/hello")
    await resident.taps("back")
    await resident.misses("frame")
    await expect(resident.page).to_have_url(f"{resident.gateway.origin}/")


async def test_a_mini_service_keeps_is_graded_and_asks_another(migrated_sqlite: Path, tmp_path: Path) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        await resident.opens()
        await _storage(resident)
        assert (await resident.calls("identity"))["result"]["expires_in"] == 60
        await _grades(resident)
        await _reports(resident)
        await _asks(resident)
        await _ends(resident)


async def _storage(resident: Visit) -> None:
    assert await resident.calls("storage.set", {"key": "草稿", "value": {"步": 2}}) == {"result": None}
    assert await resident.calls("storage.keys") == {"result": ["草稿"]}
    await resident.page.reload()
    await resident.is_ready()
    assert await resident.calls("storage.get", {"key": "草稿"}) == {"result": {"步": 2}}


async def _grades(resident: Visit) -> None:
    """Once: whoever was graded is not asked again, and gets the old grade."""
    await resident.starts("rate", {"event": "bill-1", "title": "六月物业费"})
    await resident.taps("grade-4")
    await resident.taps("tag-fast")
    await resident.taps("rating-submit")
    assert await resident.outcome("rate") == {"result": {"grade": 4}}
    assert await resident.calls("rate", {"event": "bill-1"}) == {"result": {"grade": 4}}


async def _reports(resident: Visit) -> None:
    await resident.taps("menu")
    await resident.taps("menu-report")
    await resident.taps("reason-wrong-content")
    await resident.taps("report-submit")
    await expect(resident.page.get_by_test_id("toast")).to_contain_text("已收到")


async def _asks(resident: Visit) -> None:
    """Left alone, then answered: what was typed in the asking page is there all the while."""
    field = resident.page.frame_locator("[data-testid=frame]").locator("input")
    await field.fill("写到一半")
    await resident.starts("intent", {"name": "pay", "payload": {"amount": 12800}})
    await expect(resident.page.get_by_test_id("intent-from")).to_have_text("来自“物业缴费”的请求")
    await expect(resident.page.get_by_test_id("intent-title")).to_have_text("市民钱包")
    await resident.page.locator("[data-testid=consent-agree]:visible").click()
    await resident.is_ready("intent-frame")
    await resident.taps("intent-cancel")
    assert await resident.outcome("intent") == {"result": None}
    await resident.starts("intent", {"name": "pay", "payload": {"amount": 12800}})
    await resident.is_ready("intent-frame")
    refused = await resident.calls("ui.toast", {"text": "我是钱包"})
    assert refused["refused"]["code"] == "HIDDEN"
    assert await resident.calls("intent.finish", {"result": {"paid": True}}, "intent-frame") == {"result": None}
    got = (await resident.outcome("intent"))["result"]
    assert (got["provider"], got["result"]) == ("purse", {"paid": True})
    assert got["token"].count(".") == 2  # signed
    await resident.misses("intent-overlay")
    await expect(field).to_have_value("写到一半")


async def _ends(resident: Visit) -> None:
    """The release goes while its page is open."""
    tokens = "**/api/v1/services/hello/tokens"
    await resident.calls("token")
    await resident.page.route(tokens, _gone)
    await resident.starts("token")
    await resident.sees("ended-gone")
    await resident.page.unroute(tokens)
    await resident.taps("reopen")
    await resident.is_ready()


async def _gone(route: Any) -> None:
    problem = {"type": "/problems/service-unknown", "title": "No such service is live", "status": 404}
    await route.fulfill(status=404, content_type="application/problem+json", json=problem)
