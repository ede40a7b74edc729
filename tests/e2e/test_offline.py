"""Without a network: what a resident can read, what waits and is done once, and what nobody finds on the device."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, FrameLocator, Page, Response, Route, expect

from tests.harness.appointments import Appointments, appointments_of
from tests.harness.browser import phone
from tests.harness.gateway import Gateway
from tests.harness.provider_city import provider_city

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
NUMBER = "13800000001"
TITLE = "占用周四上午的号"
KEEPS = """navigator.serviceWorker.ready.then(() => undefined)"""
CALL = """async ([path, key, title, json]) => {
  const { city } = await import('/sdk/v1/onecity.js');
  const init = { method: 'POST', key, ...(json && { json }), queue: { title } };
  return city.call('appointments', path, init).then((answer) => answer.json(), ({ code }) => ({ code }));
}"""
FOUND = """async () => {
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? ['utf-8', 'utf-16le', 'latin1'].map((label) => new TextDecoder(label).decode(value)).join(' ')
    : value instanceof CryptoKey ? `key extractable=${value.extractable}`
    : typeof value === 'object' && value ? Object.entries(value).map(([k, v]) => `${k} ${text(v)}`).join(' ')
    : String(value);
  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const found = { local: text({ ...localStorage }), session: text({ ...sessionStorage }), cookie: document.cookie };
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store);
      found[`${name}/${store}`] = text([await done(rows.getAllKeys()), await done(rows.getAll())]);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const kept = (await cache.keys()).map(async (asked) => [asked.url, await (await cache.match(asked)).text()]);
    const answers = await Promise.all(kept);
    found[`cache ${name}`] = text(answers);
  }
  return found;
}"""


class Visit:
    """One resident with one phone, and a department to book at."""

    def __init__(self, gateway: Gateway, department: Appointments, context: BrowserContext, page: Page) -> None:
        self.gateway = gateway
        self.department = department
        self.context = context
        self.page = page

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("[data-testid=frame]")

    async def opens(self, path: str) -> None:
        await self.page.goto(self.gateway.origin + path)

    async def taps(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).first.click()

    async def sees(self, test_id: str, words: str = "") -> None:
        await expect(self.page.get_by_test_id(test_id).first).to_contain_text(words)

    async def signs_in(self) -> None:
        await self.opens("/sign-in")
        await self.page.get_by_test_id("phone").fill(NUMBER)
        await self.taps("send-code")
        await expect(self.page.get_by_role("alert")).to_contain_text("已发送")
        async with self.gateway.client() as http:
            sent = (await http.get("/dev/outbox.json")).json()["items"]
        await self.page.get_by_test_id("code").fill(next(each["code"] for each in sent if each["phone"] == NUMBER))
        await self.taps("sign-in")
        await self.sees("search")
        await self.page.evaluate(KEEPS)

    async def opens_the_service(self) -> None:
        await self.opens("/s/appointments")
        await expect(self.frame.locator("[data-testid^=service-]").first).to_be_visible()

    async def calls(self, path: str, key: str, body: Any = None) -> Any:
        """What the mini-service's own call is answered: the department's JSON, or the code of the error."""
        frame = await (await self.page.get_by_test_id("frame").element_handle()).content_frame()  # type: ignore[union-attr]  # it is there
        assert frame
        return await frame.evaluate(CALL, [path, key, TITLE, body])

    async def loses_the_network(self) -> None:
        await self.context.set_offline(True)

    async def is_back(self) -> None:
        await self.context.set_offline(False)

    async def kept(self) -> dict[str, str]:
        """All that the app's origin keeps in this browser, as text."""
        found: dict[str, str] = await self.page.evaluate(FOUND)
        return found


@asynccontextmanager
async def visit(template: Path, folder: Path) -> AsyncIterator[Visit]:
    """A resident who has signed in and opened the service."""
    shutil.copy(template, folder / "city.db")
    async with provider_city(f"sqlite://{folder / 'city.db'}", folder) as gateway:
        gateway.in_process = True  # what the test itself asks needs no sockets
        async with appointments_of(gateway, folder) as department, phone() as context:
            context.set_default_timeout(15_000)
            resident = Visit(gateway, department, context, await context.new_page())
            await resident.signs_in()
            await resident.opens("/s/appointments")
            await resident.taps("consent-agree")
            await expect(resident.frame.locator("[data-testid^=service-]").first).to_be_visible()
            yield resident


async def test_what_was_read_can_be_read_and_pages_come_back_by_themselves(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        held = await resident.calls("/holds", "first", {"slot_id": resident.department.free_slots()[0]})
        await resident.calls(f"/bookings/{held['id']}/confirmation", "second")
        await resident.opens("/inbox")
        thread = resident.page.locator(".thread", has_text="预约成功")
        await expect(thread).to_contain_text("预约成功")
        await resident.page.reload()
        await expect(thread).to_contain_text("预约成功")
        await resident.loses_the_network()
        await resident.page.reload()
        await expect(thread).to_contain_text("预约成功")
        await resident.sees("offline-bar", "离线内容，更新于")
        await thread.click()
        await expect(resident.page.locator("article")).to_contain_text("预约号")
        await resident.opens("/me/data")
        await expect(resident.page.get_by_text("恢复网络后会自动重新加载")).to_be_visible()
        await resident.is_back()
        await resident.sees("ledger-entry")
        await expect(resident.page.get_by_test_id("offline-bar")).to_have_count(0)


async def test_what_is_kept_is_unreadable_and_destroyed_in_all_tabs_by_signing_out(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        first, second, *_ = resident.department.free_slots()
        held = await resident.calls("/holds", "first", {"slot_id": first})
        number = (await resident.calls(f"/bookings/{held['id']}/confirmation", "second"))["number"]
        await resident.opens("/inbox")
        await expect(resident.page.locator(".thread", has_text="预约成功")).to_contain_text(number)
        await resident.opens_the_service()
        await resident.loses_the_network()
        assert await resident.calls("/holds", "third", {"slot_id": second}) == {"code": "QUEUED"}
        await resident.sees("queued-bar", "1 项等待提交")
        kept = await resident.kept()
        assert "extractable=false" in kept["onecity/keys"]
        assert min(len(kept["onecity/cache"]), len(kept["onecity/queue"])) > 500  # there is something to find
        private = [NUMBER, "138****0001", number, held["id"], "预约成功", TITLE, second]
        assert not [(place, each) for place, text in kept.items() for each in private if each in text]
        assert "appointments" not in "".join(text for place, text in kept.items() if not place.startswith("cache "))
        await resident.opens("/sign-out")
        await resident.sees("sign-out-loses", "还有 1 项没有提交")
        await resident.is_back()
        other, let_go = await resident.context.new_page(), asyncio.Event()

        async def late(route: Route) -> None:
            answer = await route.fetch()
            await let_go.wait()
            await route.fulfill(response=answer)

        await other.route("**/api/v1/inbox/threads*", late)
        await other.goto(f"{resident.gateway.origin}/inbox")
        await resident.taps("sign-out-yes")
        await expect(other.get_by_test_id("phone")).to_be_visible()
        async with other.expect_response("**/api/v1/inbox/threads*"):
            let_go.set()
        await other.evaluate(FOUND)
        kept = await resident.kept()
        assert {kept[f"onecity/{store}"].strip() for store in ("keys", "cache", "queue")} == {"0  1"}


async def test_a_write_waits_for_the_network_and_is_done_once_though_its_tab_dies(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async with visit(migrated_sqlite, tmp_path) as resident:
        department, slot = resident.department, resident.department.free_slots()[0]
        await resident.loses_the_network()
        for _ in range(2):
            assert await resident.calls("/holds", "one-wish", {"slot_id": slot}) == {"code": "QUEUED"}
        await resident.sees("queued-bar", "1 项等待提交")
        await resident.opens("/inbox")
        await resident.taps("queued-bar")
        await resident.sees("write-queued", TITLE)
        assert department.asked == 0
        department.hold_answers()
        await resident.is_back()
        async with asyncio.timeout(15):
            await department.done.wait()
        await resident.page.close()
        department.may_answer.set()
        resident.page = await resident.context.new_page()
        async with resident.page.expect_response(is_done):  # under the same key
            await resident.opens("/queue")
        await resident.sees("write-sent", "部门已收到")
        assert department.bookings() == ["held"]


def is_done(answer: Response) -> bool:
    return answer.url.endswith("/svc/appointments/holds") and answer.status == 201
