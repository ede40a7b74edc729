"""Publishing and the catalogue over HTTP."""

import json
from typing import Any

import httpx2
import pytest

from tests.harness.clock import ManualClock
from tests.unit.miniapps.wiring import APP, CIVIL, CLIENT, ZHANG, Wiring, manifest, package

PACKAGE = {"content-type": "application/miniapp-pkg+zip", "department": "civil-affairs"}
UNKNOWN = "z" * 26
ORIGIN = "http://appointments.localhost:8000"


@pytest.fixture
def client(city: Wiring) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=city.app()), base_url=APP)


@pytest.fixture
def resident(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    client.headers["resident"] = ZHANG
    return client


async def submit(client: httpx2.AsyncClient, content: bytes, **headers: str) -> httpx2.Response:
    return await client.post("/dept/v1/releases", content=content, headers=PACKAGE | headers)


async def publish(client: httpx2.AsyncClient, described: Any = None) -> dict[str, Any]:
    release = (await submit(client, package(described))).json()
    answered = await client.post(f"/dept/v1/releases/{release['id']}/publication", headers=PACKAGE)
    assert answered.status_code == 200
    published: dict[str, Any] = answered.json()
    return published


async def test_a_department_submits_looks_and_publishes(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    answered = await submit(client, package(manifest(hobby="chess")))
    release = answered.json()
    assert answered.status_code == 201
    assert answered.headers["location"] == f"/dept/v1/releases/{release['id']}"
    assert release | {"id": "", "digest": ""} == {
        "id": "",
        "service": "appointments",
        "version": "1.0.0",
        "status": "approved",
        "digest": "",
        "warnings": [{"pointer": "/hobby", "detail": "this member is not known and is ignored"}],
        "created_at": "2026-11-23T01:00:00Z",
        "published_at": None,
    }
    assert (await client.get(answered.headers["location"], headers=PACKAGE)).json() == release
    clock.advance(minutes=1)
    answered = await client.post(f"/dept/v1/releases/{release['id']}/publication", headers=PACKAGE)
    assert answered.json() == release | {"status": "live", "published_at": "2026-11-23T01:01:00Z"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "slug"),
    [
        (b"no zip", {}, 422, "package-refused"),
        (package({"app_id": "x"}), {}, 422, "manifest-refused"),
        (package(), {"department": "tax"}, 403, "not-your-service"),
        (package(), {"content-type": "application/zip"}, 415, "unsupported-media-type"),
        (bytes(20 * 2**20 + 1), {}, 413, "package-too-large"),
    ],
)
async def test_what_is_not_taken_is_a_problem(
    client: httpx2.AsyncClient, content: bytes, headers: dict[str, str], status: int, slug: str
) -> None:
    answered = await submit(client, content, **headers)
    assert (answered.status_code, answered.json()["type"]) == (status, f"{APP}/problems/{slug}")
    assert bool(answered.json().get("errors")) is (status == 422)


async def test_a_version_that_is_not_newer_is_a_conflict(client: httpx2.AsyncClient) -> None:
    await submit(client, package())
    answered = await submit(client, package(files={"more.js": b""}))
    assert (answered.status_code, answered.json()["newest"]) == (409, 1)


@pytest.mark.parametrize("release_id", [UNKNOWN, "x", "%00"])
async def test_a_release_that_is_not_theirs_is_unknown(client: httpx2.AsyncClient, release_id: str) -> None:
    for method, path in (("GET", ""), ("POST", "/publication")):
        answered = await client.request(method, f"/dept/v1/releases/{release_id}{path}", headers=PACKAGE)
        assert answered.status_code == 404


async def test_publishing_needs_a_department(client: httpx2.AsyncClient) -> None:
    for method, path in (("POST", ""), ("GET", f"/{UNKNOWN}"), ("POST", f"/{UNKNOWN}/publication")):
        assert (await client.request(method, f"/dept/v1/releases{path}")).status_code == 401


async def test_a_service_is_listed_with_absolute_addresses(client: httpx2.AsyncClient) -> None:
    await publish(client)
    answered = (await client.get("/api/v1/services")).json()
    assert answered == {
        "items": [
            {
                "id": "appointments",
                "name": {"zh-CN": "办证预约", "en": "Appointments"},
                "summary": {"zh-CN": "身份证、护照、门诊,选好时间,到点直接办。"},
                "department": {"id": "civil-affairs", "name": {"zh-CN": "民政局", "en": "Civil Affairs"}},
                "kind": "appointment",
                "category": "household",
                "icon": f"{ORIGIN}/icon.svg",
                "origin": ORIGIN,
                "start_url": f"{ORIGIN}/index.html",
                "loa": 2,
                "version": "1.0.0",
                "elder": True,
                "life_events": [],
                "provides": [],
            }
        ],
        "next": None,
    }


async def test_a_service_tells_what_it_asks_and_why(client: httpx2.AsyncClient, city: Wiring) -> None:
    await publish(client)
    answered = (await client.get("/api/v1/services/appointments")).json()
    assert answered["scopes"] == [
        {
            "name": "profile:name:read",
            "title": {"zh-CN": "您的姓名", "en": "Your name"},
            "reason": {"zh-CN": "把姓名写在预约单上。", "en": "On the booking."},
        },
        {
            "name": "appointments:booking:write",
            "title": {"zh-CN": "取消预约、预约时段", "en": "Cancel; Hold a time"},
            "reason": {"zh-CN": "按您的操作预约。"},
        },
    ]
    assert (answered["audience"], answered["districts"]) == (["person"], [])
    assert answered["keywords"] == ["预约", "挂号", "身份证"]
    assert answered["published_at"] == "2026-11-23T01:00:00Z"


async def test_a_scope_without_words_is_called_by_its_name(client: httpx2.AsyncClient) -> None:
    odd = {"name": "a:b:c", "reason": {"zh-CN": "以后也许用到。"}}
    await publish(client, manifest(onecity__scopes=[odd], onecity__upstreams=[]))
    answered = (await client.get("/api/v1/services/appointments")).json()
    assert answered["scopes"][0]["title"] == {"zh-CN": "a:b:c"}


async def test_a_scope_is_titled_in_the_languages_that_all_its_operations_have(
    client: httpx2.AsyncClient, city: Wiring
) -> None:
    operations = {
        "/a": {
            "get": {"operationId": "a", "summary": "甲", "x-onecity-scope": "x:y:read", "x-onecity-summary-en": "A"}
        },
        "/b": {"get": {"operationId": "b", "summary": "乙", "x-onecity-scope": "x:y:read"}},
    }
    await city.register(openapi={"openapi": "3.1.0", "paths": operations})
    asked = [{"name": "x:y:read", "reason": {"zh-CN": "查询您的记录。"}}]
    described = manifest(onecity__scopes=asked, onecity__upstreams=[{"id": "registry", "operations": ["a", "b"]}])
    await publish(client, described)
    answered = (await client.get("/api/v1/services/appointments")).json()
    assert answered["scopes"][0]["title"] == {"zh-CN": "甲、乙"}


async def test_an_id_of_the_right_form_is_unknown_by_its_own_name(resident: httpx2.AsyncClient) -> None:
    release = await resident.get(f"/dept/v1/releases/{UNKNOWN}", headers=PACKAGE)
    service = await resident.get("/api/v1/services/nothing")
    slugs = [each.json()["type"].rpartition("/")[2] for each in (release, service)]
    assert slugs == ["release-unknown", "service-unknown"]


@pytest.mark.parametrize("service_id", ["nothing", "No", "%00", "a" * 300])
async def test_a_service_that_is_not_live_is_unknown(resident: httpx2.AsyncClient, service_id: str) -> None:
    for method, path in (("GET", "services"), ("PUT", "favourites"), ("PUT", "recents")):
        answered = await resident.request(method, f"/api/v1/{path}/{service_id}")
        assert answered.status_code == 404


async def test_the_catalogue_is_searched_and_paged(client: httpx2.AsyncClient) -> None:
    for number in range(5):
        await publish(client, manifest(app_id=f"service-{number}", name=f"服务{number}"))
    pages, address = [], "/api/v1/services?q=gh&limit=2"
    answered = (await client.get(address)).json()
    while answered["next"]:
        pages.append([each["id"] for each in answered["items"]])
        answered = (await client.get(f"{address}&cursor={answered['next']}")).json()
    pages.append([each["id"] for each in answered["items"]])
    assert pages == [["service-0", "service-1"], ["service-2", "service-3"], ["service-4"]]
    assert (await client.get("/api/v1/services?category=health")).json()["items"] == []
    assert len((await client.get("/api/v1/services?kind=appointment")).json()["items"]) == 5


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=1.A", "limit=0", "limit=101", "q=" + "x" * 101, "kind=A", "category=a", "x=1", "q=a&q=b"],
)
async def test_a_query_that_is_wrong_is_unprocessable(client: httpx2.AsyncClient, query: str) -> None:
    assert (await client.get(f"/api/v1/services?{query}")).status_code == 422


async def test_categories_have_names_and_counts(client: httpx2.AsyncClient) -> None:
    await publish(client)
    answered = (await client.get("/api/v1/categories")).json()
    name = {"zh-CN": "户籍证件", "en": "Household and ID"}
    assert answered == {"items": [{"id": "household", "name": name, "count": 1}]}


async def test_favourites_are_kept_newest_first(resident: httpx2.AsyncClient, clock: ManualClock) -> None:
    for name in ("one-service", "two-service"):
        await publish(resident, manifest(app_id=name))
        clock.advance(seconds=1)
        for _ in range(2):
            assert (await resident.put(f"/api/v1/favourites/{name}")).status_code == 204
    listed = (await resident.get("/api/v1/favourites")).json()
    assert [each["id"] for each in listed["items"]] == ["two-service", "one-service"]
    for _ in range(2):
        assert (await resident.delete("/api/v1/favourites/two-service")).status_code == 204
    assert [each["id"] for each in (await resident.get("/api/v1/favourites")).json()["items"]] == ["one-service"]
    others = await resident.get("/api/v1/favourites", headers={"resident": "b" * 26})
    assert others.json() == {"items": []}


async def test_the_last_eight_opened_are_recent(resident: httpx2.AsyncClient, clock: ManualClock) -> None:
    for number in range(10):
        await publish(resident, manifest(app_id=f"service-{number}"))
        clock.advance(seconds=1)
        assert (await resident.put(f"/api/v1/recents/service-{number}")).status_code == 204
    clock.advance(seconds=1)
    await resident.put("/api/v1/recents/service-3")
    listed = [each["id"] for each in (await resident.get("/api/v1/recents")).json()["items"]]
    assert listed == [f"service-{number}" for number in (3, 9, 8, 7, 6, 5, 4, 2)]


async def test_what_a_resident_keeps_needs_a_resident(client: httpx2.AsyncClient) -> None:
    for method, path in (("GET", "favourites"), ("PUT", "favourites/a-b"), ("GET", "recents"), ("PUT", "recents/a-b")):
        assert (await client.request(method, f"/api/v1/{path}")).status_code == 401


async def test_the_schema_of_manifests_is_published(client: httpx2.AsyncClient) -> None:
    answered = await client.get("/schemas/manifest.json")
    assert answered.headers["content-type"] == "application/schema+json"
    assert json.loads(answered.content)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


async def test_the_client_that_published_is_on_record(client: httpx2.AsyncClient, city: Wiring) -> None:
    release = await publish(client)
    assert (await city.releases.find(release["id"], CIVIL)).published_by == CLIENT
