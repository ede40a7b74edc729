"""Home, inbox, licences and the check of a record, as residents use them: in a real browser, against the whole city."""

import json
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect

from auth.api.cookies import SESSION
from auth.subjects import department_sector
from gateway.ledger.notes import note_key
from gateway.ledger.proofs import EntryProof, check_entry_proof
from tests.harness.axe import violations
from tests.harness.browser import phone
from tests.harness.gateway import Gateway
from tests.harness.packages import MANIFEST, package
from tests.harness.provider_city import cookie_of, provider_city
from tests.unit.gateway.ledger.wiring import keep

NUMBER = "13800000001"
SERVICES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "booking": ("办证预约", {"kind": "appointment", "life_events": ["birth", "marriage"]}),
    "hotline": ("市民热线", {"kind": "complaint"}),
    "wallet": ("电子证照", {"kind": "licence"}),
}
HOME_TILES = ("tile-book", "tile-complain", "tile-licences", "tile-inbox")
TARGET, TEXT, LARGEST, LINE = 60, 18, 30, 1.3
"""The ministry's norm: px of what is touched, of text and of the largest text; lines, and paragraphs in lines."""
Tampering = Callable[[dict[str, Any]], None]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


class Visit:
    """One resident with one phone."""

    def __init__(self, gateway: Gateway, page: Page) -> None:
        self.gateway = gateway
        self.page = page

    def part(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def opens(self, path: str) -> None:
        await self.page.goto(self.gateway.origin + path)

    async def taps(self, test_id: str) -> None:
        await self.part(test_id).first.click()

    async def sees(self, test_id: str) -> None:
        await expect(self.part(test_id).first).to_be_visible()

    async def misses(self, test_id: str) -> None:
        await expect(self.part(test_id)).to_have_count(0)

    async def is_told(self, title: str, **more: object) -> str:
        """A notice of the department; gives its id."""
        identity = self.gateway.city.identity
        account, _ = await identity.accounts.for_phone(NUMBER)
        sub = await identity.subjects.of(account.id, department_sector("dept-one"))  # type: ignore[arg-type]  # plain strings will do
        notice = {"recipient": sub, "title": {"zh-CN": title}, "body": {"zh-CN": f"{title}。\n请带好证件。"}, **more}
        client = await self.gateway.department()
        sent = await client.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": secrets.token_hex(8)})
        assert sent.status_code == 201, sent.text
        return str(sent.json()["id"])

    async def is_read(self, count: int) -> None:
        """Calls of a department to the resident's data, and a checkpoint over them."""
        account, _ = await self.gateway.city.identity.accounts.for_phone(NUMBER)
        ledger = self.gateway.city.ledger
        assert await keep(ledger, count, start=self._read, account=account.id) == [None] * count
        self._read += count
        await ledger.checkpoints.write(last=True)

    _read = 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def resident(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visit]:
    folder = tmp_path_factory.mktemp("app-pages")
    shutil.copy(migrated_sqlite, folder / "city.db")
    async with provider_city(f"sqlite://{folder / 'city.db'}", folder) as gateway:
        gateway.in_process = True  # what the test itself asks needs no sockets
        await gateway.register_department()
        for service, (name, more) in SERVICES.items():
            await publish(gateway, service, name, more)
        async with phone(service_workers="block", reduced_motion="reduce") as context:
            context.set_default_timeout(15_000)
            secret = (await cookie_of(gateway, NUMBER)).partition("=")[2]
            secure = gateway.origin.replace("http:", "https:")  # as the browser takes this machine's own host to be
            await context.add_cookies([{"name": SESSION, "value": secret, "url": secure, "secure": True}])
            yield Visit(gateway, await context.new_page())


async def publish(gateway: Gateway, service: str, name: str, more: Mapping[str, object]) -> None:
    client = await gateway.department()
    manifest = MANIFEST | {"app_id": service, "name": name, "onecity": MANIFEST["onecity"] | more}
    headers = {"Content-Type": "application/miniapp-pkg+zip"}
    submitted = await client.post("/dept/v1/releases", content=package(manifest), headers=headers)
    assert submitted.status_code == 201, submitted.text
    await client.post(f"/dept/v1/releases/{submitted.json()['id']}/publication")


async def test_services_are_found_by_what_one_types_by_life_event_and_by_department(resident: Visit) -> None:
    await resident.opens("/")
    await resident.part("search").fill("bzyy")  # the initials of 办证预约
    await expect(resident.page.locator("[data-testid^=service-]")).to_have_count(1)
    await resident.part("search").press("Enter")
    await resident.part("search").fill("")
    await expect(resident.part("searched")).to_contain_text("bzyy")
    assert "bzyy" not in await resident.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    await resident.taps("by-life")
    await resident.taps("life-birth")
    await expect(resident.part("service-booking")).to_be_visible()
    await resident.misses("service-hotline")
    assert await violations(resident.page) == []
    await resident.taps("back")
    await resident.taps("by-department")
    await resident.taps("department-dept-one")
    await expect(resident.page.locator("[data-testid^=service-]")).to_have_count(len(SERVICES))
    await resident.opens("/licences")
    await expect(resident.page.locator("[data-testid^=service-]")).to_have_count(1)
    await resident.sees("service-wallet")


async def test_elder_mode_keeps_the_norm_and_is_left_by_a_button_in_sight(resident: Visit) -> None:
    await resident.opens("/")
    await resident.taps("elder-toggle")
    for tile in HOME_TILES:
        box = await resident.part(tile).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TARGET, tile
    await resident.misses("read-aloud")  # this browser has no voice
    assert await too_small(resident.page, TEXT) == []
    await resident.opens("/me/settings")
    await resident.taps("text-largest")
    sample = resident.part("text-sample")
    await expect(sample).to_have_css("font-size", f"{LARGEST}px")
    line = await sample.evaluate("(p) => parseFloat(getComputedStyle(p).lineHeight)")
    assert line >= LINE * LARGEST
    notice = await resident.is_told("长辈也看得清")
    await resident.opens(f"/inbox/{notice}")
    last = resident.page.locator(".prose > p").last
    gap = await last.evaluate("(p) => parseFloat(getComputedStyle(p).marginTop)")
    height = await last.evaluate("(p) => parseFloat(getComputedStyle(p).lineHeight)")
    assert gap >= LINE * LINE * LARGEST
    assert height >= LINE * LARGEST
    await resident.opens("/")
    await resident.taps("elder-toggle")
    await resident.misses("tile-book")


async def too_small(page: Page, least: int) -> list[str]:
    """The texts in sight that are set smaller than that."""
    return list(
        await page.evaluate(
            """(least) => [...document.querySelectorAll("main *, nav *")]
              .filter((each) => [...each.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
              .filter((each) => each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < least)
              .map((each) => each.textContent.trim())""",
            least,
        )
    )


async def test_notices_gather_in_their_case_which_is_rated_once_when_it_is_over(resident: Visit) -> None:
    case = {"service": "booking", "thread": "case-1", "path": "/index.html"}
    await resident.is_told("已受理", **case, state={"zh-CN": "办理中", "en": "Under way"})
    other = await resident.is_told("社区门诊照常开放")
    await resident.opens("/inbox")
    await expect(resident.part(f"notice-{other}")).to_be_visible()
    thread = resident.page.locator("li", has=resident.part("thread-state"))
    await expect(thread).to_contain_text("办理中")
    newest = await resident.is_told("证件已做好", **case, state={"zh-CN": "已办结", "en": "Done"})
    await expect(thread).to_contain_text("共 2 条")  # the live stream brought it, into its thread
    await expect(resident.part("thread-state")).to_have_text("已办结")
    await resident.taps(f"notice-{newest}")
    await expect(resident.part("notices").locator("h2")).to_have_text(["已受理", "证件已做好"])
    await resident.sees("notice-open")
    assert await violations(resident.page) == []
    await resident.taps("rating-open")
    await resident.taps("grade-5")
    await resident.taps("rating-submit")
    await expect(resident.part("rating-offer")).to_contain_text("您已评价")
    await resident.page.reload()
    await expect(resident.part("rating-offer")).to_contain_text("您已评价")
    await resident.misses("rating-open")
    await resident.opens("/inbox")
    await expect(thread.get_by_role("img")).to_have_count(0)  # read by being opened


async def test_what_is_urgent_stands_above_all_else_until_it_was_seen(resident: Visit) -> None:
    await resident.opens("/")
    await resident.sees("by-life")
    notice = await resident.is_told("台风红色预警", urgency="high")
    await resident.sees(f"urgent-{notice}")
    async with resident.page.expect_response(lambda answer: answer.url.endswith(f"/inbox/{notice}/read")):
        await resident.taps("urgent-read")
    await resident.misses(f"urgent-{notice}")
    await resident.page.reload()
    await resident.sees("by-life")
    await resident.misses(f"urgent-{notice}")


async def test_the_browser_proves_a_record_as_the_city_does_and_sees_what_was_tampered_with(resident: Visit) -> None:
    await resident.is_read(5)
    await resident.opens("/me/data")
    async with (
        resident.page.expect_response("**/proof") as proof,
        resident.page.expect_response("**/checkpoints/latest") as latest,
    ):
        await resident.page.locator("[data-testid^=verify-]").first.click()
    await resident.sees("verify-holds")
    shown = EntryProof.model_validate(await (await proof.value).json())
    key = note_key((await (await latest.value).json())["key"])
    assert check_entry_proof(shown, key)["operation"] == "listContributions"
    assert await violations(resident.page) == []
    for tampering, step in TAMPERINGS:
        await tampered(resident, tampering)
        await resident.taps("verify-again")
        await resident.sees("verify-fails")
        await expect(resident.part(f"step-{step}")).to_contain_text("未通过")
    await resident.page.unroute_all()
    await resident.taps("verify-again")
    await resident.sees("verify-holds")


async def test_the_browser_holds_the_city_to_the_ledger_it_saw_before(resident: Visit) -> None:
    await resident.is_read(2)
    await verified(resident, "verify-holds")
    seen = json.loads(await resident.page.evaluate("localStorage.getItem('onecity-ledger-seen')"))
    await resident.is_read(4)
    async with resident.page.expect_response("**/consistency?*"):
        await verified(resident, "verify-holds")
    later = json.loads(await resident.page.evaluate("localStorage.getItem('onecity-ledger-seen')"))
    assert (later["size"] - seen["size"], sorted(later)) == (4, ["root", "size"])
    forged = json.dumps({"size": seen["size"], "root": later["root"]})
    await resident.page.evaluate("(seen) => localStorage.setItem('onecity-ledger-seen', seen)", forged)
    await verified(resident, "verify-fails")
    await expect(resident.part("step-history")).to_contain_text("接不上")
    assert await resident.page.evaluate("localStorage.getItem('onecity-ledger-seen')") == forged


async def verified(resident: Visit, verdict: str) -> None:
    await resident.opens("/me/data")
    await resident.page.locator("[data-testid^=verify-]").first.click()
    await resident.sees(verdict)


async def tampered(resident: Visit, tampering: Tampering) -> None:
    """From now on somebody between the city and the browser changes the proof."""

    async def change(route: Route) -> None:
        answer = await route.fetch()
        proof = await answer.json()
        tampering(proof)
        await route.fulfill(response=answer, json=proof)

    await resident.page.unroute_all()
    await resident.page.route("**/proof", change)


def flipped(text: str) -> str:
    return ("B" if text[0] == "A" else "A") + text[1:]


def _leaf(proof: dict[str, Any]) -> None:
    proof["content"] = proof["content"].replace('"outcome":200', '"outcome":403')


def _node(proof: dict[str, Any]) -> None:
    proof["hashes"][-1] = flipped(proof["hashes"][-1])


def _size(proof: dict[str, Any]) -> None:
    proof["size"] += 1


def _signature(proof: dict[str, Any]) -> None:
    head, _, signature = proof["checkpoint"].rstrip("\n").rpartition(" ")
    proof["checkpoint"] = f"{head} {signature[:12]}{flipped(signature[12:])}\n"


TAMPERINGS: tuple[tuple[Tampering, str], ...] = (
    (_leaf, "path"),
    (_leaf, "content"),
    (_node, "path"),
    (_size, "path"),
    (_signature, "signature"),
)
