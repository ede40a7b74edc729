"""The mini-service hosts: files of the live release, under its policy."""

import gzip
import hashlib

import httpx2
import pytest

from tests.unit.miniapps.wiring import APP, PAGE, Wiring, manifest

LONG = "".join(f"const 预约{number} = {number**3};\n" for number in range(400)).encode()
FILES = {
    "main.js": LONG,
    "页/关于.html": PAGE,
    "base.css": b"p{}",
    "a.svg": b"<svg/>",
    "d.json": b"{}",
    "app.wasm": b"\0asm",
}


@pytest.fixture
async def browser(city: Wiring) -> httpx2.AsyncClient:
    """A browser on the appointments' host; the release has a few files."""
    await city.publish(manifest(), FILES)
    return on(city)


def on(city: Wiring, service: str = "appointments", *, secure: bool = False) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=city.host(secure=secure))
    headers = {"accept-encoding": "identity"}
    return httpx2.AsyncClient(transport=transport, base_url=f"http://{service}.localhost:8000", headers=headers)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("path", "content", "media"),
    [
        ("/", PAGE, "text/html; charset=utf-8"),
        ("/index.html", PAGE, "text/html; charset=utf-8"),
        ("/%E9%A1%B5/%E5%85%B3%E4%BA%8E.html", PAGE, "text/html; charset=utf-8"),
        ("/main.js", LONG, "text/javascript; charset=utf-8"),
        ("/base.css", b"p{}", "text/css; charset=utf-8"),
        ("/a.svg", b"<svg/>", "image/svg+xml"),
        ("/d.json", b"{}", "application/json"),
        ("/app.wasm", b"\0asm", "application/wasm"),
    ],
)
async def test_files_come_as_what_they_are(browser: httpx2.AsyncClient, path: str, content: bytes, media: str) -> None:
    answered = await browser.get(path)
    assert (answered.status_code, answered.content, answered.headers["content-type"]) == (200, content, media)
    assert answered.headers["etag"] == f'"{digest(content)}"'
    assert answered.headers["content-length"] == str(len(content))
    assert "set-cookie" not in answered.headers


async def test_the_first_page_is_the_one_the_manifest_names_first(city: Wiring) -> None:
    await city.publish(manifest(pages=["home.html", "index.html"]), {"home.html": b"<p>home"})
    assert (await on(city).get("/")).content == b"<p>home"


async def test_a_first_page_in_a_folder_is_redirected_to(city: Wiring) -> None:
    """Served at the root, its relative references would lead astray."""
    await city.publish(manifest(pages=["页/home.html"]), {"页/home.html": b"<p>home"})
    answered = await on(city).get("/")
    assert (answered.status_code, answered.headers["location"]) == (307, "/%E9%A1%B5/home.html")
    assert answered.headers["cache-control"] == "no-cache"
    assert (await on(city).get("/", follow_redirects=True)).content == b"<p>home"


async def test_no_service_worker_is_let_in(browser: httpx2.AsyncClient) -> None:
    """It would go on serving a release that was taken back."""
    answered = await browser.get("/main.js", headers={"service-worker": "script"})
    assert (answered.status_code, answered.json()["type"]) == (404, f"{APP}/problems/file-unknown")


async def test_a_file_that_is_lost_on_the_disk_is_our_fault(
    city: Wiring, browser: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    city.store.path(digest(LONG)).unlink()
    answered = await browser.get("/main.js")
    assert (answered.status_code, answered.json()["hop"]) == (500, "gateway")
    assert (await browser.get("/base.css")).status_code == 200


async def test_head_tells_the_length_and_sends_nothing(browser: httpx2.AsyncClient) -> None:
    answered = await browser.head("/main.js")
    assert (answered.status_code, answered.content) == (200, b"")
    assert answered.headers["content-length"] == str(len(LONG))


async def test_other_methods_are_for_the_gateway(browser: httpx2.AsyncClient) -> None:
    answered = await browser.post("/index.html")
    assert answered.status_code == 405
    assert answered.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/", "no-cache"),
        ("/index.html?v=1", "no-cache"),
        ("/main.js", "no-cache"),
        ("/main.js?v=1", "public, max-age=31536000, immutable"),
        ("/main.js?v=2", "no-cache"),
        ("/main.js?v=1.0.0", "no-cache"),
        ("/main.js?w=1", "no-cache"),
    ],
)
async def test_only_what_names_the_live_version_is_kept_unasked(
    browser: httpx2.AsyncClient, path: str, caching: str
) -> None:
    assert (await browser.get(path)).headers["cache-control"] == caching


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ('"{}"', 304),
        ('W/"{}"', 304),
        ('"other", "{}"', 304),
        ("*", 304),
        ('"other"', 200),
        ("{}", 200),
        ("", 200),
    ],
)
async def test_a_file_that_the_browser_has_is_not_sent_again(
    browser: httpx2.AsyncClient, asked: str, status: int
) -> None:
    answered = await browser.get("/main.js", headers={"if-none-match": asked.replace("{}", digest(LONG))})
    assert answered.status_code == status
    if status == 304:
        assert answered.content == b""
        assert answered.headers["etag"] == f'"{digest(LONG)}"'
        assert "content-security-policy" in answered.headers


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("br", False),
        ("", False),
    ],
)
async def test_text_is_compressed_for_whoever_takes_it(
    browser: httpx2.AsyncClient, accepted: str, zipped: bool
) -> None:
    async with browser.stream("GET", "/main.js", headers={"accept-encoding": accepted}) as answered:
        raw = b"".join([chunk async for chunk in answered.aiter_raw()])
    assert (answered.headers.get("content-encoding") == "gzip") is zipped
    assert answered.headers["vary"] == "Accept-Encoding"
    assert (gzip.decompress(raw) if zipped else raw) == LONG
    assert len(raw) < len(LONG) / 3 or not zipped
    assert answered.headers["etag"] == (f'"{digest(LONG)}.gz"' if zipped else f'"{digest(LONG)}"')


async def test_the_compressed_form_is_revalidated_as_such(browser: httpx2.AsyncClient) -> None:
    asked = {"accept-encoding": "gzip", "if-none-match": f'"{digest(LONG)}.gz"'}
    assert (await browser.get("/main.js", headers=asked)).status_code == 304
    assert (await browser.get("/main.js", headers=asked | {"accept-encoding": "br"})).status_code == 200


async def test_every_file_stands_under_the_manifests_policy(city: Wiring) -> None:
    scopes = [
        *manifest()["onecity"]["scopes"],
        {"name": "device:location:read", "reason": {"zh-CN": "找最近的办理点。"}},
    ]
    await city.publish(manifest(onecity__scopes=scopes, onecity__external=["maps.city.example"]), FILES)
    for path in ("/", "/main.js", "/d.json"):
        headers = (await on(city).get(path)).headers
        assert "connect-src 'self' https://maps.city.example" in headers["content-security-policy"]
        assert headers["content-security-policy"].endswith(f"frame-ancestors {APP}")
        assert "geolocation=(self)" in headers["permissions-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" in (await on(city, secure=True).get("/")).headers


async def test_the_app_may_show_the_icons(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/icon.svg")).headers["cross-origin-resource-policy"] == "cross-origin"
    assert (await browser.get("/a.svg")).headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/gone.html",
        "/manifest.json",
        "/INDEX.html",
        "/index.html/",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/a%00b",
        "/sdk/v1/..%2fx",
    ],
)
async def test_a_file_that_is_not_there_is_a_problem(browser: httpx2.AsyncClient, path: str) -> None:
    answered = await browser.get(path, headers={"accept": "*/*"})
    assert answered.status_code == 404
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.json()["type"] == f"{APP}/problems/file-unknown"
    assert answered.json()["hop"] == "gateway"


@pytest.mark.parametrize(("service", "says"), [("appointments", "没有这个页面"), ("no-such-service", "没有这项服务")])
async def test_people_get_a_page_they_can_read(
    city: Wiring, browser: httpx2.AsyncClient, service: str, says: str
) -> None:
    answered = await on(city, service).get("/gone.html", headers={"accept": "text/html,*/*;q=0.8"})
    assert answered.status_code == 404
    assert says in answered.text
    assert 'lang="en"' in answered.text
    assert answered.headers["cache-control"] == "no-store"
    assert f"frame-ancestors {APP}" in answered.headers["content-security-policy"]


async def test_a_service_that_is_not_live_is_a_problem(city: Wiring) -> None:
    answered = await on(city).get("/")
    assert (answered.status_code, answered.json()["type"]) == (404, f"{APP}/problems/service-unknown")


async def test_a_new_release_takes_effect_with_the_next_load(city: Wiring) -> None:
    await city.publish(manifest(), FILES)
    before = (await on(city).get("/main.js")).headers["etag"]
    await city.publish(manifest(version={"code": 2, "name": "1.1.0"}), {"main.js": b"export {}"})
    answered = await on(city).get("/main.js", headers={"if-none-match": before})
    assert (answered.status_code, answered.content) == (200, b"export {}")
    assert (await on(city).get("/base.css")).status_code == 404


SDK = {
    "onecity.js": b"export const city = 1;",
    "onecity.iife.js": b"var onecity = 1;",
    "onecity-upload.js": b"export const upload = 1;",
    "wx.js": b"var wx = 1;",
    "theme.css": b":root {}",
    "sri.json": b"{}",
    "carrier.js": b"export {};",
    "carrier.html": b"<!doctype html>",
}
MEDIA = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}


@pytest.fixture
def sdk(city: Wiring) -> None:
    """The built SDK in its folder, with what is not for publication."""
    (city.sdk / "deep").mkdir(parents=True)
    for name, content in {**SDK, "index.d.ts": b"no", "onecity.js.map": b"no", "deep/a.js": b"no"}.items():
        (city.sdk / name).write_bytes(content)
    (city.sdk.parent / "secret.js").write_bytes(b"no")


@pytest.mark.parametrize("name", SDK)
@pytest.mark.usefixtures("sdk")
async def test_every_file_of_the_sdk_is_served_as_what_it_is(city: Wiring, name: str) -> None:
    async with on(city) as browser:
        answered = await browser.get(f"/sdk/v1/{name}")
        assert (answered.status_code, answered.content) == (200, SDK[name])
        assert answered.headers["content-type"] == MEDIA[name.rpartition(".")[2]]
        assert answered.headers["content-security-policy"].endswith(f"frame-ancestors {APP}")
        assert answered.headers["x-content-type-options"] == "nosniff"
        again = await browser.get(f"/sdk/v1/{name}", headers={"if-none-match": answered.headers["etag"]})
        assert again.status_code == 304
        zipped = await browser.get(f"/sdk/v1/{name}", headers={"accept-encoding": "gzip"})
        assert (zipped.headers["content-encoding"], zipped.content) == ("gzip", SDK[name])


@pytest.mark.usefixtures("sdk")
async def test_the_sdk_is_for_everybody_but_its_page_for_the_app_alone(city: Wiring) -> None:
    async with on(city) as browser:
        script = (await browser.get("/sdk/v1/onecity.js")).headers
        page = (await browser.get("/sdk/v1/carrier.html")).headers
    assert script["access-control-allow-origin"] == "*"
    assert script["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in page
    assert page["cross-origin-resource-policy"] == "same-origin"
    assert "connect-src 'self'; " in page["content-security-policy"]


@pytest.mark.usefixtures("sdk")
async def test_the_sdk_is_no_service_worker(city: Wiring) -> None:
    """It would stand between the carrier's page and the department."""
    assert (await on(city).get("/sdk/v1/onecity.js", headers={"service-worker": "script"})).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["secret.js", "", "../secret.js", "..%2fsecret.js", "onecity.js.map", "index.d.ts", "deep/a.js", "deep%2fa.js"],
)
@pytest.mark.usefixtures("sdk")
async def test_nothing_else_of_the_sdk_is_served(city: Wiring, name: str) -> None:
    assert (await on(city).get(f"/sdk/v1/{name}")).status_code == 404


async def test_an_sdk_that_was_not_built_is_not_found(city: Wiring) -> None:
    assert (await on(city).get("/sdk/v1/onecity.js")).status_code == 404


async def test_a_page_that_no_app_frames_can_ask_where_its_app_is(browser: httpx2.AsyncClient) -> None:
    answered = await browser.get("/sdk/v1/place.json")
    name = {"zh-CN": manifest()["name"]}
    version = manifest()["version"]["name"]
    assert answered.headers["content-type"] == "application/json"
    assert answered.json()["app"] == APP
    assert answered.json()["service"].items() >= {"id": "appointments", "version": version}.items()
    assert answered.json()["service"]["name"].items() >= name.items()
    assert answered.headers["cross-origin-resource-policy"] == "same-origin"
    again = await browser.get("/sdk/v1/place.json", headers={"if-none-match": answered.headers["etag"]})
    assert again.status_code == 304


async def test_a_service_that_is_not_there_has_no_place(city: Wiring) -> None:
    answered = await on(city, "no-such-service").get("/sdk/v1/place.json", headers={"accept": "*/*"})
    assert (answered.status_code, answered.json()["type"]) == (404, f"{APP}/problems/service-unknown")
