"""What is live, and how it is listed."""

from typing import Any, get_args

import pytest

from core.ids import DepartmentId, ServiceId
from miniapps.catalogue import LIFE_EVENTS, Catalogue, LifeEvent, Place, Wanted
from miniapps.manifest import Manifest
from miniapps.schema import SCHEMA
from tests.harness.clock import ManualClock
from tests.unit.miniapps.wiring import APPOINTMENTS, CIVIL, Wiring, both, manifest, package

UNBOUND: dict[str, object] = {"onecity__upstreams": [], "onecity__scopes": []}


async def add(city: Wiring, app_id: str, name: str, **changes: object) -> None:
    await city.publish(manifest(app_id=app_id, name=name, **(UNBOUND | changes)))


@pytest.fixture
async def busy(city: Wiring) -> Wiring:
    """A city with four services."""
    await add(city, "appointments", "办证预约")
    await add(city, "clinics", "挂号", onecity__category="health", onecity__keywords=[], short_name="挂号")
    query = {"onecity__kind": "query", "onecity__category": "social-security", "onecity__keywords": ["社保"]}
    await add(city, "queries", "社保查询", short_name="社保", name_localized={}, **query)
    news = {"onecity__kind": "news", "onecity__category": "life", "onecity__keywords": ["预约入园"]}
    await add(city, "parks", "公园", short_name="公园", name_localized={}, **news)
    return city


async def found(city: Wiring, text: str = "", **narrowed: Any) -> list[str]:
    return [each.service.id for each in await city.catalogue.find(Wanted(text=text, **narrowed))]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ["appointments", "clinics", "parks", "queries"]),
        ("  ", ["appointments", "clinics", "parks", "queries"]),
        ("挂号", ["clinics", "appointments"]),
        ("guahao", ["clinics", "appointments"]),
        ("gh", ["clinics", "appointments"]),
        ("预约", ["appointments", "parks"]),
        ("yuyue", ["appointments", "parks"]),
        ("yy", ["appointments", "parks"]),
        ("预约 公园", ["parks"]),
        ("shebao", ["queries"]),
        ("民政局", ["appointments", "clinics", "parks", "queries"]),
        ("civil", ["appointments", "clinics", "parks", "queries"]),
        ("没有的", []),
        ("!?", []),
    ],
)
async def test_services_are_found_as_people_type_best_first(busy: Wiring, text: str, ids: list[str]) -> None:
    assert await found(busy, text) == ids


async def test_a_list_is_narrowed(busy: Wiring) -> None:
    assert await found(busy, category="health") == ["clinics"]
    assert await found(busy, kind="query") == ["queries"]
    assert await found(busy, "yy", kind="news") == ["parks"]
    assert await found(busy, category="health", kind="query") == []


@pytest.mark.parametrize("named", [5, None, "birth", {"birth": 1}, [["birth"]]])
def test_events_of_life_that_nobody_checked_are_none(named: Any) -> None:
    """Before the schema named the member, releases went live with whatever was in it."""
    assert Manifest({"onecity": {"life_events": named}}).life_events == ()


async def test_services_are_found_by_event_of_life_and_by_department(city: Wiring) -> None:
    await add(city, "appointments", "办证预约", onecity__life_events=["marriage", "birth"])
    await add(city, "clinics", "挂号", onecity__life_events=["birth"])
    await add(city, "parks", "公园")
    assert await found(city, life_event="birth") == ["appointments", "clinics"]
    assert await found(city, "gongyuan", life_event="birth") == []
    assert await found(city, department="civil-affairs", life_event="marriage") == ["appointments"]
    assert await found(city, department="tax") == []
    events = [(each.id, each.name["zh-CN"], each.count) for each in await city.catalogue.life_events()]
    assert events == [("birth", "出生", 2), ("marriage", "婚姻", 1)]
    departments = [(each.id, each.name["zh-CN"], each.count) for each in await city.catalogue.departments()]
    assert departments == [("civil-affairs", "民政局", 3)]


def test_the_events_of_life_are_those_that_manifests_may_name() -> None:
    named = SCHEMA["properties"]["onecity"]["properties"]["life_events"]["items"]["enum"]
    assert list(LIFE_EVENTS) == named == list(get_args(LifeEvent))


async def test_a_page_goes_on_where_the_last_one_ended_whatever_came_meanwhile(busy: Wiring) -> None:
    first = (await busy.catalogue.find(Wanted()))[:2]
    await add(busy, "aardvarks", "土豚")
    rest = await busy.catalogue.find(Wanted(), after=Place.read(str(first[-1].place)))
    assert [each.service.id for each in first + rest] == ["appointments", "clinics", "parks", "queries"]


async def test_categories_are_counted_in_their_order(busy: Wiring) -> None:
    counted = [(each.id, each.count) for each in await busy.catalogue.categories()]
    assert counted == [("household", 1), ("health", 1), ("social-security", 1), ("life", 1)]


async def test_only_what_changed_is_indexed_again(busy: Wiring) -> None:
    await found(busy, "gh")
    before = dict(busy.catalogue._index)
    await add(busy, "clinics", "门诊", version={"code": 2, "name": "1.1.0"}, onecity__keywords=[], short_name="门诊")
    assert await found(busy, "gh") == ["appointments"]
    after = busy.catalogue._index
    assert {id_ for id_ in after if after[id_] is not before[id_] and after[id_][1] is not before[id_][1]} == {
        "clinics"
    }


async def test_a_live_service_tells_where_it_is(city: Wiring) -> None:
    await city.publish(
        manifest(icons=[{"src": "图 标.svg"}], pages=["页/首页.html"]), {"图 标.svg": b"<svg/>", "页/首页.html": b"<p>"}
    )
    service = await city.services.live(APPOINTMENTS)
    assert service is not None
    assert service.origin == "http://appointments.localhost:8000"
    assert service.icon == "http://appointments.localhost:8000/%E5%9B%BE%20%E6%A0%87.svg"
    assert service.start_url == "http://appointments.localhost:8000/%E9%A1%B5/%E9%A6%96%E9%A1%B5.html"
    assert service.department_name == {"zh-CN": "民政局", "en": "Civil Affairs"}
    assert service.upstreams == {"registry": frozenset({"listSites", "holdSlot", "cancelBooking"})}
    assert [scope.name for scope in service.scopes] == ["profile:name:read", "appointments:booking:write"]


async def test_what_is_submitted_and_not_published_is_not_live(city: Wiring) -> None:
    await city.releases.submit(package(), CIVIL)
    assert await city.services.live(APPOINTMENTS) is None
    assert await city.services.newest(ServiceId("nothing")) is None
    newest = await city.services.newest(APPOINTMENTS)
    assert newest is not None
    assert newest.name["zh-CN"] == "办证预约"


@pytest.mark.both_databases
async def test_another_worker_sees_a_release_and_a_new_name(city: Wiring, clock: ManualClock) -> None:
    other = Wiring(clock, city.sdk.parent)
    assert await other.services.live(APPOINTMENTS) is None
    await city.publish()
    seen = await other.services.live(APPOINTMENTS)
    assert seen is not None
    await city.departments.add(CIVIL, {"zh-CN": "民政和养老局"})
    seen = await other.services.live(APPOINTMENTS)
    assert seen is not None
    assert seen.department_name == {"zh-CN": "民政和养老局"}
    assert await other.services.live(APPOINTMENTS) is seen


async def test_a_worker_is_behind_for_its_cache_time_at_the_most(city: Wiring, clock: ManualClock) -> None:
    patient = Wiring(clock, city.sdk.parent, cache_seconds=60)
    assert await patient.services.live(APPOINTMENTS) is None
    await city.publish()
    assert await patient.services.live(APPOINTMENTS) is None
    patient.services._looked_at -= 60
    assert await patient.services.live(APPOINTMENTS) is not None


async def test_many_look_at_once(city: Wiring) -> None:
    await city.publish()
    seen = await both(*(city.services.live(APPOINTMENTS) for _ in range(20)))
    assert all(each is not None and not isinstance(each, Exception) for each in seen)


async def test_the_index_follows_what_is_live(city: Wiring) -> None:
    catalogue = Catalogue(city.services)
    assert await catalogue.find(Wanted(text="gh")) == []
    await city.publish()
    assert len(await catalogue.find(Wanted(text="gh"))) == 1


async def test_a_department_that_was_never_entered_has_its_id_for_a_name(city: Wiring) -> None:
    assert await city.departments.name(DepartmentId("nobody")) == {"zh-CN": "nobody"}
