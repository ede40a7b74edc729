"""A hostile mini-service, published like any other and opened in the real shell by a resident who trusts it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Dialog, Page, expect

from tests.harness.attack import claims_of
from tests.harness.attack_browser import NUMBER, SECONDS_TO_ARRIVE, Opened, Scene, hostile_scene
from tests.harness.city import City

PACKAGE = Path(__file__).parent / "hostile"
UNGUARDED = '<!doctype html><body><script src="/reaching-out.js"></script>'
LEAVE = "([name, to]) => reachingOut.leave(name, to)"
MARKUP = "<img src=x onerror=\"document.title='forged'\"><b>粗体</b>"
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("city"),
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(city: City) -> AsyncIterator[Scene]:
    async with hostile_scene(city, PACKAGE) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def hostile(scene: Scene) -> AsyncIterator[Opened]:
    """The mini-service, open and shaken hands with; the foreign host has heard nothing yet."""
    async with scene.opened() as opened:
        await opened.ready()
        scene.foreign.forget()
        yield opened


# What it can read


async def test_it_cannot_read_the_shell(hostile: Opened) -> None:
    read = await hostile.runs("reading.shell()")
    assert {name: each.get("stopped") for name, each in read.items()} == dict.fromkeys(read, "SecurityError")


async def test_its_own_storage_and_cookies_hold_nothing_of_the_shells(hostile: Opened) -> None:
    assert await hostile.page.evaluate("Object.keys(localStorage).length") > 0, "the shell keeps something to be read"
    read = await hostile.runs("reading.self()")
    assert {name: each.get("got") for name, each in read.items()} == {
        "cookies": "",
        "cookieStore": [],
        "localStorage": {},
        "sessionStorage": {},
        "databases": [],
        "caches": [],
        "referrer": "",
        "its own frame": None,
        "its window's name": "",
    }


async def test_it_cannot_read_another_services_origin(scene: Scene, hostile: Opened) -> None:
    for path in ("/index.html", "/svc/appointments/districts", "/main.js"):
        read = await hostile.runs(
            "([origin, path]) => reading.other(origin, path)", [scene.city.mini("appointments"), path]
        )
        assert all("stopped" in each for each in read.values()), (path, read)


async def test_it_cannot_read_the_app_hosts_api(scene: Scene, hostile: Opened) -> None:
    read = await hostile.runs("([origin, path]) => reading.other(origin, path)", [scene.city.origin, "/api/v1/account"])
    assert all("stopped" in each for each in read.values()), read


async def test_it_cannot_see_what_another_service_stores_or_broadcasts(scene: Scene, hostile: Opened) -> None:
    hears = asyncio.create_task(hostile.runs("reading.overhear(1500)"))
    async with scene.opened("appointments") as other:
        await other.frame.wait_for_load_state()
        await other.runs(
            "localStorage.setItem('booking', 'secret'); new BroadcastChannel('onecity').postMessage('secret')"
        )
        await other.page.evaluate("new BroadcastChannel('onecity').postMessage('secret')")
        assert await hears == []
    assert await hostile.runs("localStorage.length") == 0


async def test_cookies_it_plants_do_not_reach_the_app_host(scene: Scene, hostile: Opened) -> None:
    before = await scene.context.cookies(scene.city.origin)
    await hostile.runs("port => reading.plantCookies(port)", scene.city.port)
    assert await scene.context.cookies(scene.city.origin) == before
    assert (await hostile.page.request.get(f"{scene.city.origin}/api/v1/account")).status == 200
    await scene.context.clear_cookies(domain="hostile.localhost")


async def test_it_does_not_learn_who_the_resident_is_elsewhere(scene: Scene, hostile: Opened) -> None:
    token = await _token(hostile)
    seen = json.dumps([await hostile.runs("learned"), claims_of(token), await hostile.runs("reading.self()")])
    others = [scene.resident.grant(service) for service in ("appointments", "queries")]
    secrets = [NUMBER, NUMBER[-8:], scene.account, *(each["sub"] for each in others)]
    secrets += [claims_of(each["token"])["sid"] for each in others]
    assert [each for each in secrets if each in seen] == []
    learned = await hostile.runs("learned.user")
    assert set(learned) == {"sub", "loa", "name"}
    assert learned["name"] == "张*"


# What it can call


async def test_it_may_call_what_it_declared(hostile: Opened) -> None:
    answer = await hostile.runs("city.call('appointments', '/districts').then((response) => response.json())")
    assert answer["items"]


@pytest.mark.parametrize(
    ("upstream", "path", "refusal"),
    [
        ("social-records", "/housing-fund", "upstream-not-declared"),
        ("appointments", "/bookings", "operation-not-declared"),
        ("appointments", "/nothing", "operation-unknown"),
        ("unheard-of", "/", "upstream-unknown"),
    ],
)
async def test_it_cannot_call_what_it_did_not_declare(hostile: Opened, upstream: str, path: str, refusal: str) -> None:
    call = "([upstream, path]) => city.call(upstream, path).catch(({ code, status, hop }) => [code, status, hop])"
    code, status, hop = await hostile.runs(call, [upstream, path])
    assert (code, hop) == (refusal, "gateway")
    assert status == (403 if refusal.endswith("declared") else 404)


async def test_its_token_is_worth_nothing_at_another_services_host(scene: Scene, hostile: Opened) -> None:
    token = await _token(hostile)
    assert scene.resident.calls("hostile", "appointments", "/districts", token).status_code == 200
    for service, upstream, path in (
        ("appointments", "appointments", "/bookings"),
        ("queries", "social-records", "/housing-fund"),
    ):
        refused = scene.resident.calls(service, upstream, path, token)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (401, "token-invalid")


async def test_its_token_opens_nothing_at_the_app_host(scene: Scene, hostile: Opened) -> None:
    token = await _token(hostile)
    for path in ("/api/v1/account", "/api/v1/inbox", "/dept/v1/releases/x"):
        refused = await hostile.page.request.get(
            scene.city.origin + path, headers={"Authorization": f"Bearer {token}", "Cookie": ""}
        )
        assert refused.status == 401, path


# Where it can go


async def test_it_cannot_navigate_the_top_window(scene: Scene, hostile: Opened) -> None:
    left: list[str] = []
    top = hostile.page.main_frame
    hostile.page.on("framenavigated", lambda frame: left.append(frame.url) if frame == top else None)
    for name in await hostile.runs("leaving.exits"):
        await hostile.runs("([name, to]) => leaving.exit(name, to)", [name, f"{scene.foreign.address}/left"])
        await asyncio.sleep(0.25)
        assert (left, scene.foreign.hits) == ([], []), name
        assert await hostile.page.title() != "forged", name
    await hostile.shell_works()


async def test_it_cannot_take_the_resident_back(scene: Scene) -> None:
    async with scene.page() as page:
        await page.goto(f"{scene.city.origin}/me")
        await page.goto(f"{scene.city.origin}/s/hostile")
        await expect(page.frame_locator("[data-testid=frame]").locator("#state")).to_have_text("ready")
        await page.frame_locator("[data-testid=frame]").locator("body").evaluate("leaving.goBack(1)")
        await asyncio.sleep(1)
        assert page.url == f"{scene.city.origin}/s/hostile"


async def test_it_cannot_open_windows(scene: Scene, hostile: Opened) -> None:
    before = len(scene.context.pages)
    opened = await hostile.runs("to => leaving.openWindows(to)", f"{scene.foreign.address}/opened")
    await asyncio.sleep(SECONDS_TO_ARRIVE)
    assert [each["got"] for each in opened] == [None] * len(opened)
    assert len(scene.context.pages) == before
    assert scene.foreign.hits == []


async def test_it_cannot_cover_the_app_with_the_browsers_own_dialogs(hostile: Opened) -> None:
    shown: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        shown.append(dialog.type)
        await dialog.dismiss()

    hostile.page.on("dialog", dismiss)
    answered = await hostile.runs("leaving.showModals()")
    assert shown == []
    assert answered["confirm"] == {"got": "false"}
    assert "stopped" in answered["fullscreen"]
    assert "stopped" in answered["pointer lock"] or answered["pointer lock"] == {"got": None}
    assert await hostile.page.evaluate("document.fullscreenElement ?? document.pointerLockElement") is None


async def test_a_frame_that_walks_to_another_service_gets_no_bridge_there(scene: Scene, hostile: Opened) -> None:
    await hostile.runs_away("to => void (location.href = to)", f"{scene.city.mini('appointments')}/index.html")
    if hostile.frame.url.startswith(scene.city.mini("appointments")):
        ready = "import('/sdk/v1/onecity.js').then(({ city }) => city.ready()).then(() => 'ready', ({ code }) => code)"
        assert await hostile.runs(ready) == "HOST_SILENT"
    else:
        assert hostile.frame.url.startswith("chrome-error:"), "the browser did not let it go there at all"
    await hostile.shell_works()


# Whom it can reach


async def test_the_same_attempts_reach_a_foreign_host_where_nothing_stops_them(scene: Scene) -> None:
    scene.foreign.pages["/unguarded"] = UNGUARDED
    scene.foreign.forget()
    async with scene.page() as page:
        await page.goto(f"{scene.foreign.named}/unguarded")
        await page.evaluate("to => reachingOut.all(to)", scene.foreign.address)
        wanted = {f"/{name}" for name in await page.evaluate("reachingOut.names")}
        for _ in range(15):  # a worker takes its time to start on a busy machine
            await asyncio.sleep(SECONDS_TO_ARRIVE)
            if wanted <= set(scene.foreign.hits):
                break
        assert wanted - set(scene.foreign.hits) == set()


@pytest.mark.parametrize("name", ["address", "named"])
async def test_it_cannot_load_from_a_foreign_host_or_tell_it_anything(scene: Scene, hostile: Opened, name: str) -> None:
    await hostile.runs("to => reachingOut.all(to)", getattr(scene.foreign, name))
    await asyncio.sleep(SECONDS_TO_ARRIVE)
    assert scene.foreign.hits == []


async def test_the_same_ways_out_lead_to_a_foreign_host_where_nothing_stops_them(scene: Scene) -> None:
    scene.foreign.pages["/unguarded"] = UNGUARDED
    scene.foreign.forget()

    async def leave(name: str) -> None:
        async with scene.page() as page:
            await page.goto(f"{scene.foreign.named}/unguarded")
            await Opened(scene, page, page.main_frame).runs_away(LEAVE, [name, scene.foreign.address])

    names = await _ways_out(scene)
    await _few_at_once(leave, names)
    assert {f"/{name}" for name in names} - set(scene.foreign.hits) == set()


async def test_it_cannot_take_its_own_frame_to_a_foreign_host(scene: Scene) -> None:
    async def leave(name: str) -> None:
        async with scene.opened() as opened:
            await opened.ready()
            await opened.runs_away(LEAVE, [name, scene.foreign.address])
            assert opened.frame.url.startswith((scene.city.mini("hostile"), "chrome-error:")), name
            await opened.shell_works()

    names = await _ways_out(scene)
    scene.foreign.forget()
    await _few_at_once(leave, names)
    assert scene.foreign.hits == []


async def test_it_cannot_call_a_relay_server(scene: Scene, hostile: Opened) -> None:
    await hostile.runs_away("port => reachingOut.callRelay(port)", scene.foreign.port)
    assert (scene.foreign.hits, scene.foreign.connections) == ([], 0)


@pytest.mark.parametrize("script", ["/worker.js", "/worker.js?v=1", "/worker.js?v=1.0.0", "/sdk/v1/onecity.js"])
async def test_it_cannot_install_a_service_worker(hostile: Opened, script: str) -> None:
    for scope in (None, "/", "/svc/", "http://localhost/"):
        install = "([script, scope]) => reachingOut.installWorker(script, scope)"
        assert await hostile.runs(install, [script, scope]) != "registered", scope
    assert await hostile.runs("navigator.serviceWorker.getRegistrations().then(({ length }) => length)") == 0


async def test_it_cannot_make_itself_a_page_without_a_policy(scene: Scene, hostile: Opened) -> None:
    await hostile.runs("reachingOut.installWorker('/worker.js')")
    await hostile.runs_away("to => void (location.href = `/index.html?to=${to}`)", scene.foreign.address)
    assert scene.foreign.hits == []


# What it can forge


async def test_forged_messages_do_nothing(hostile: Opened) -> None:
    before = await _look(hostile.page)
    await hostile.runs("forging.heard.length = 0, forging.forgeAcks()")
    await asyncio.sleep(0.5)
    assert await hostile.runs("forging.heard") == []
    assert await _look(hostile.page) == before
    assert await hostile.page.evaluate("({}).polluted") is None
    assert await hostile.runs("city.user().then(({ sub }) => sub)") == (await hostile.runs("learned.user"))["sub"]


async def test_a_replayed_greeting_is_answered_once(hostile: Opened) -> None:
    nonce = await hostile.runs("forging.shakeHands()")
    await hostile.runs("([nonce, times]) => forging.replay(nonce, times)", [nonce, 20])
    await asyncio.sleep(0.5)
    acks = await hostile.runs("forging.heard.filter(({ data }) => data.t === 'ack').map(({ data }) => data.nonce)")
    assert acks.count(nonce) == 1


async def test_poisoned_calls_are_refused_and_poison_nothing(hostile: Opened) -> None:
    await hostile.runs("forging.shakeHands().then(() => undefined)")
    title = await hostile.page.get_by_test_id("frame-title").inner_text()
    answers = await hostile.runs("forging.poisonCalls()")
    assert {code for name, code in answers.items() if name.startswith("method ")} == {"UNSUPPORTED"}
    assert {code for name, code in answers.items() if not name.startswith("method ")} == {"INVALID_ARGUMENT"}
    assert len(answers) == 11
    assert await hostile.page.evaluate("({}).polluted") is None
    assert await hostile.page.get_by_test_id("frame-title").inner_text() == title


async def test_a_greeting_from_the_shells_own_window_is_not_taken_for_the_frames(hostile: Opened) -> None:
    heard = await hostile.page.evaluate(
        """async () => {
          const heard = [];
          addEventListener('message', ({ ports }) => heard.push(ports.length));
          postMessage({ ns: 'onecity', v: 1, t: 'syn', nonce: crypto.randomUUID() }, '*');
          await new Promise((done) => setTimeout(done, 500));
          return heard;
        }"""
    )
    assert heard == [0], "only the forged message itself, and no port"


@pytest.mark.parametrize("place", ["app", "hostile", "appointments"])
async def test_no_host_lets_a_foreign_page_frame_it(scene: Scene, place: str) -> None:
    address = scene.city.origin if place == "app" else scene.city.mini(place)
    scene.foreign.pages["/framing"] = f'<!doctype html><body><iframe src="{address}/"></iframe>'
    async with scene.page() as page:
        for host in (scene.foreign.address, scene.foreign.named):
            await page.goto(f"{host}/framing")
            await asyncio.sleep(0.5)
            assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]


async def test_a_foreign_page_that_opens_the_app_cannot_talk_to_it(scene: Scene) -> None:
    scene.foreign.pages["/opening"] = "<!doctype html><body>"
    async with scene.page() as page:
        await page.goto(f"{scene.foreign.address}/opening")
        async with scene.context.expect_page() as opening:
            await page.evaluate("to => void (window.app = window.open(to))", f"{scene.city.origin}/s/hostile")
        opened = await opening.value
        await expect(opened.frame_locator("[data-testid=frame]").locator("#state")).to_have_text("ready")
        assert await page.evaluate("app.closed"), "the browser cut the two apart"
        assert await opened.evaluate("opener") is None
        await opened.close()


# What the resident sees


async def test_its_dialogs_are_text_under_its_own_name(hostile: Opened) -> None:
    question = {"title": MARKUP, "message": MARKUP, "ok": MARKUP, "cancel": MARKUP}
    await hostile.runs("question => void city.ui.confirm(question).then((yes) => { window.answered = yes; })", question)
    dialog = hostile.page.get_by_test_id("dialog")
    await expect(dialog).to_contain_text("便民小助手")
    await expect(dialog).to_contain_text("<img src=x")
    assert await dialog.locator("img, b").count() == 0
    assert await hostile.page.title() != "forged"
    await hostile.page.get_by_test_id("dialog-ok").click()
    await expect(dialog).to_be_hidden()
    assert await hostile.runs("answered") is True


async def test_its_title_and_toasts_are_text(hostile: Opened) -> None:
    await hostile.runs("text => Promise.all([city.ui.title(text), city.ui.toast(text)])", MARKUP)
    for name in ("frame-title", "toast"):
        await expect(hostile.page.get_by_test_id(name)).to_contain_text("<img src=x")
        assert await hostile.page.get_by_test_id(name).locator("img, b").count() == 0
    assert await hostile.page.title() != "forged"


async def test_its_title_does_not_hide_its_own_name(hostile: Opened) -> None:
    await hostile.runs("city.ui.title('市民账号登录')")
    await expect(hostile.page.get_by_test_id("frame-title")).to_contain_text("市民账号登录")
    await expect(hostile.page.locator("main.service > header")).to_contain_text("便民小助手")


async def test_a_flood_of_calls_is_held_back_and_the_shell_stays_usable(hostile: Opened) -> None:
    await hostile.runs("forging.shakeHands().then(() => undefined)")
    flood = (
        "forging.callRaw(Array.from({ length: 2000 }, (_, i) => ({ i: `${i}`, m: 'ui.title', p: { text: `${i}` } })))"
    )
    answers = list((await hostile.runs(flood)).values())
    assert len(answers) == 2000
    assert 50 <= answers.count("ok") <= 150
    assert set(answers) == {"ok", "RATE_LIMITED"}
    await hostile.shell_works()


async def test_a_flood_of_greetings_leaves_the_shell_usable(hostile: Opened) -> None:
    await hostile.runs("forging.heard.length = 0, forging.flood(5000)")
    await asyncio.sleep(1)
    assert len(await hostile.runs("forging.heard")) <= 15
    await hostile.shell_works()


async def test_a_flood_of_dialogs_lets_the_resident_leave(hostile: Opened) -> None:
    await hostile.runs("forging.askForEver()")
    for _ in range(3):
        await hostile.page.get_by_test_id("dialog-cancel").click()
    await hostile.shell_works()


async def _token(opened: Opened) -> str:
    """The service's own token, as its page gets it over the bridge."""
    await opened.runs("forging.shakeHands().then(() => undefined)")
    return str(
        await opened.runs(
            """new Promise((resolve) => {
              port.onmessage = ({ data }) => data.ok && resolve(data.r.token);
              port.postMessage({ i: 'token', m: 'token' });
            })"""
        )
    )


async def _few_at_once(attempt: Callable[[str], Awaitable[None]], names: Iterable[str]) -> None:
    """Each of them in a page of its own; a browser has six connections to a host, and each page keeps one for news."""
    few = asyncio.Semaphore(3)

    async def when_there_is_room(name: str) -> None:
        async with few:
            await attempt(name)

    await asyncio.gather(*map(when_there_is_room, names))


async def _ways_out(scene: Scene) -> list[str]:
    async with scene.opened() as opened:
        await opened.ready()
        names: list[str] = await opened.runs("reachingOut.namesOfWaysOut")
        return names


async def _look(page: Page) -> tuple[str, str, int]:
    """What of the shell a forged message might have changed."""
    dialogs = await page.get_by_test_id("dialog").count()
    return page.url, await page.get_by_test_id("frame-title").inner_text(), dialogs
