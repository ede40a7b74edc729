"""Publishing over the API, and what residents then find."""

import pytest

from tests.harness.gateway import Gateway
from tests.harness.packages import MANIFEST, package

ZIP = {"Content-Type": "application/miniapp-pkg+zip"}


@pytest.mark.parametrize("typed", ["问候", "wenhou", "wh", "你好", "nihaofuwu", "hello", "WH", "打招呼"])
async def test_a_service_is_found_by_what_people_type(gateway: Gateway, typed: str) -> None:
    await gateway.register_department()
    await gateway.publish()
    found = (await gateway.client().get("/api/v1/services", params={"q": typed})).json()
    assert [each["id"] for each in found["items"]] == ["hello"]
    assert (await gateway.client().get("/api/v1/services", params={"q": f"{typed}xyz"})).json()["items"] == []


async def test_favourites_and_recents_are_the_residents_own(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    resident, other = await gateway.resident(), await gateway.resident("13800000002")
    for _ in range(2):
        assert (await resident.put("/api/v1/favourites/hello")).status_code == 204
        assert (await resident.put("/api/v1/recents/hello")).status_code == 204
    assert [each["id"] for each in (await resident.get("/api/v1/favourites")).json()["items"]] == ["hello"]
    assert [each["id"] for each in (await resident.get("/api/v1/recents")).json()["items"]] == ["hello"]
    assert (await other.get("/api/v1/favourites")).json()["items"] == []
    assert (await resident.delete("/api/v1/favourites/hello")).status_code == 204
    assert (await resident.get("/api/v1/favourites")).json()["items"] == []
    assert (await resident.put("/api/v1/favourites/none")).status_code == 404


async def test_a_new_release_takes_the_place_of_the_old_one(gateway: Gateway) -> None:
    await gateway.register_department()
    first = (await gateway.publish()).json()
    department = await gateway.department()
    second = (await gateway.publish(version={"code": 2, "name": "1.1.0"})).json()
    assert (first["status"], second["status"]) == ("live", "live")
    assert (await department.get(f"/dept/v1/releases/{first['id']}")).json()["status"] == "superseded"
    assert (await gateway.client().get("/api/v1/services/hello")).json()["version"] == "1.1.0"
    again = await department.post(f"/dept/v1/releases/{first['id']}/publication")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "release-superseded")


async def test_a_manifest_with_faults_gets_all_of_them_at_once(gateway: Gateway) -> None:
    await gateway.register_department()
    department = await gateway.department()
    broken = {**MANIFEST, "pages": 42, "version": {"code": -5, "name": "x"}}
    answered = await department.post("/dept/v1/releases", content=package(broken), headers=ZIP)
    assert (answered.status_code, answered.json()["type"].rpartition("/")[2]) == (422, "manifest-refused")
    assert {"/pages", "/version/code", "/version/name"} <= {each["pointer"] for each in answered.json()["errors"]}


@pytest.mark.parametrize(
    ("content", "slug"), [(b"no zip", "package-refused"), (package(files={"../x.js": b"1"}), "package-refused")]
)
async def test_a_bad_package_is_refused(gateway: Gateway, content: bytes, slug: str) -> None:
    await gateway.register_department()
    department = await gateway.department()
    answered = await department.post("/dept/v1/releases", content=content, headers=ZIP)
    assert (answered.status_code, answered.json()["type"].rpartition("/")[2]) == (422, slug)
    assert (await gateway.client().get("/api/v1/services")).json()["items"] == []


async def test_a_department_publishes_only_its_own(gateway: Gateway) -> None:
    await gateway.register_department()
    department = await gateway.department()
    foreign = {**MANIFEST, "onecity": {**MANIFEST["onecity"], "department": "dept-two"}}
    answered = await department.post("/dept/v1/releases", content=package(foreign), headers=ZIP)
    assert (answered.status_code, answered.json()["type"].rpartition("/")[2]) == (403, "not-your-service")
    as_json = await department.post("/dept/v1/releases", json={})
    assert as_json.status_code == 415


async def test_services_are_listed_by_event_of_life_and_by_department(gateway: Gateway) -> None:
    await gateway.register_department()
    of_life = MANIFEST["onecity"] | {
        "life_events": ["housing"],
        "intents": {"provides": [{"name": "sign", "path": "/"}]},
    }
    await gateway.publish(onecity=of_life)
    client = gateway.client()
    for wanted, ids in (
        ({"life_event": "housing"}, ["hello"]),
        ({"life_event": "birth"}, []),
        ({"department": "dept-one"}, ["hello"]),
        ({"department": "dept-two"}, []),
    ):
        items = (await client.get("/api/v1/services", params=wanted)).json()["items"]
        assert [each["id"] for each in items] == ids
    assert (await client.get("/api/v1/services", params={"life_event": "divorce"})).status_code == 422
    detail = (await client.get("/api/v1/services/hello")).json()
    assert (detail["life_events"], detail["provides"]) == (["housing"], ["sign"])
    assert detail["intents"] == {"provides": ["sign"], "uses": []}
    events = (await client.get("/api/v1/life-events")).json()
    assert events == {"items": [{"id": "housing", "name": {"zh-CN": "住房", "en": "Housing"}, "count": 1}]}
    departments = (await client.get("/api/v1/departments")).json()["items"]
    assert departments == [{"id": "dept-one", "name": {"zh-CN": "一号部门", "en": "Department One"}, "count": 1}]
