"""What can be booked, where and when."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from mock_services.appointments import calendar
from mock_services.appointments.app import SCHEMAS
from mock_services.appointments.catalogue import SHANGHAI_CATALOGUE, Catalogue
from mock_services.appointments.upkeep import Upkeep
from mock_services.shared.database import Database, connect, create_tables, transaction
from tests.unit.mock_services.platform_twin import NOW, ManualClock


def test_the_city_has_sixteen_districts_and_every_service_in_each() -> None:
    assert len({district.code for district in SHANGHAI_CATALOGUE.districts}) == 16
    for district in SHANGHAI_CATALOGUE.districts:
        for service in SHANGHAI_CATALOGUE.services:
            assert SHANGHAI_CATALOGUE.sites(district.id, service.id), (district.id, service.id)


def test_ids_and_names_are_unique_and_every_word_is_there() -> None:
    sites = SHANGHAI_CATALOGUE.all_sites
    assert max(Counter(site.id for site in sites).values()) == 1
    assert all("{" not in words for site in sites for words in (site.name.zh_cn, site.name.en, site.address.en))
    assert SHANGHAI_CATALOGUE.site("pudong-exit-entry").name.zh_cn == "浦东新区公安出入境办证大厅"
    assert SHANGHAI_CATALOGUE.site("pudong-exit-entry").name.en == "Pudong New Area Exit-Entry Hall"


@pytest.mark.parametrize(
    ("site", "service", "day", "times"),
    [
        ("huangpu-exit-entry", "passport", date(2026, 11, 23), (15, "09:00", "16:00")),
        ("huangpu-exit-entry", "passport", date(2026, 11, 29), (0, "", "")),
        ("huangpu-marriage-registry", "marriage", date(2026, 11, 28), (12, "09:00", "16:00")),
        ("huangpu-police-1", "id-card", date(2026, 11, 29), (12, "09:00", "16:30")),
        ("huangpu-property-registry", "property", date(2026, 11, 23), (7, "09:00", "16:00")),
        ("huangpu-police-1", "id-card", date(2027, 1, 1), (0, "", "")),
    ],
    ids=["all day", "closed on Sunday", "with a lunch break", "open on Sunday", "an hour each", "New Year"],
)
def test_slots_follow_the_opening_hours(site: str, service: str, day: date, times: tuple[int, str, str]) -> None:
    place, matter = SHANGHAI_CATALOGUE.offered(site, service)
    slots = list(calendar.slots_of(place, matter, day))
    clock = [slot.id.rpartition(".")[2] for slot in slots] or ["", ""]
    assert (len(slots), clock[0], clock[-1]) == (times[0], times[1].replace(":", ""), times[2].replace(":", ""))
    assert slots == list(calendar.slots_of(place, matter, day))
    assert all(0 <= slot.set_aside <= slot.capacity for slot in slots)


async def test_days_tell_what_is_free_and_what_is_closed(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/sites/huangpu-exit-entry/days", params={"service": "passport"})).json()
    days = answer["items"]
    assert (len(days), days[0]["date"], days[-1]["date"]) == (14, "2026-11-23", "2026-12-06")
    assert [day["date"] for day in days if not day["open"]] == ["2026-11-29", "2026-12-06"]
    assert answer["site"]["opening"]["opens"] == "09:00"
    slots = (
        await client.get(
            "/slots", params={"site": "huangpu-exit-entry", "service": "passport", "date": days[0]["date"]}
        )
    ).json()["items"]
    assert sum(slot["free"] for slot in slots) == days[0]["free"]
    assert slots[0]["starts_at"] == "2026-11-23T09:00:00+08:00"


async def test_sites_are_found_by_district_and_service(client: httpx2.AsyncClient) -> None:
    params = {"district": "huangpu", "service": "id-card"}
    sites = (await client.get("/sites", params=params)).json()["items"]
    assert [site["id"] for site in sites] == ["huangpu-police-1", "huangpu-police-2"]


async def test_sites_come_in_pages(client: httpx2.AsyncClient) -> None:
    seen: list[str] = []
    params: dict[str, str | int] = {"limit": 9}
    while True:
        page = (await client.get("/sites", params=params)).json()
        seen += [site["id"] for site in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 22


async def test_districts_and_services_are_listed_and_may_be_kept(client: httpx2.AsyncClient) -> None:
    for path, count in (("/districts", 2), ("/services", 13)):
        answer = await client.get(path)
        assert len(answer.json()["items"]) == count
        assert answer.headers["cache-control"] == "private, max-age=300"


QUERIES = {
    "/sites?distrct=x": (422, ["/distrct"]),
    "/sites?limit=0": (422, ["/limit"]),
    "/sites?limit=101": (422, ["/limit"]),
    "/sites?cursor=hello": (422, ["/cursor"]),
    "/sites?cursor=Wy01XQ": (422, ["/cursor"]),
    "/sites?district=huangpu&district=xuhui": (422, ["/district"]),
    "/slots": (422, ["/site", "/service", "/date"]),
    "/slots?site=huangpu-hospital&service=specialist&date=tomorrow": (422, ["/date"]),
    "/slots?site=mars&service=specialist&date=2026-11-24": (404, []),
    "/slots?site=huangpu-hospital&service=passport&date=2026-11-24": (404, []),
    "/sites/huangpu-hospital/days?service=magic": (404, []),
    "/sites/huangpu-hospital/days": (422, ["/service"]),
    "/nowhere": (404, []),
}


@pytest.mark.parametrize(("address", "expected"), QUERIES.items(), ids=QUERIES.keys())
async def test_a_question_that_is_not_right_is_explained(
    client: httpx2.AsyncClient, address: str, expected: tuple[int, list[str]]
) -> None:
    answer = await client.get(address)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, [error["pointer"] for error in answer.json().get("errors", [])]) == expected


async def test_the_calendar_rolls_forward_and_keeps_what_is_booked(
    tmp_path: Path, catalogue: Catalogue, clock: ManualClock
) -> None:
    path = tmp_path / "a.sqlite"
    create_tables(path, *SCHEMAS)
    database = Database(path)
    upkeep = Upkeep(database, catalogue, clock)
    await upkeep.sweep()
    connection = connect(path)
    first = connection.execute("select min(day), max(day), count(*) from slot").fetchone()
    assert tuple(first)[:2] == ("2026-11-23", "2026-12-06")
    booked = connection.execute("select id from slot where taken < capacity limit 1").fetchone()["id"]
    with transaction(connection):
        connection.execute("update slot set taken = taken + 1 where id = ?", (booked,))
        connection.execute(
            "insert into booking (id, subject, slot_id, service_id, day, status, number, created_at, hold_expires_at) "
            "values ('b', 'r', ?, 'passport', '2026-11-23', 'confirmed', '1', 1, 1)",
            (booked,),
        )
    await upkeep.sweep()
    clock.advance(days=3)
    await upkeep.sweep()
    days = [row["day"] for row in connection.execute("select distinct day from slot order by day")]
    assert days[-1] == "2026-12-09"
    assert connection.execute("select count(*) from slot where day = '2026-11-23'").fetchone()[0] == 1
    assert connection.execute("select 1 from slot where id = ?", (booked,)).fetchone()
    connection.close()
    database.close()


def test_the_day_is_shanghais() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert calendar.today(late) == date(2026, 11, 24)
    assert calendar.days_ahead(NOW)[13] - calendar.today(NOW) == timedelta(days=13)
