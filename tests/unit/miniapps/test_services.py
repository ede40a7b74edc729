"""The live services as one worker sees them, while others publish."""

import asyncio
from typing import Any

import pytest

from core.database import rows
from miniapps.models import Department
from tests.unit.miniapps.wiring import APPOINTMENTS, CIVIL, Wiring, manifest


def second() -> dict[str, Any]:
    return manifest(version={"code": 2, "name": "2.0.0"})


async def test_nothing_is_live_before_it_is_published(city: Wiring) -> None:
    assert await city.services.live(APPOINTMENTS) is None
    assert await city.services.newest(APPOINTMENTS) is None


@pytest.mark.both_databases
async def test_a_release_and_a_new_name_are_seen_by_another_worker(city: Wiring) -> None:
    other = Wiring(city.clock, city.sdk.parent)
    await city.publish()
    first = await other.services.live(APPOINTMENTS)
    assert first is not None
    assert (first.manifest.version_name, first.department_name["zh-CN"]) == ("1.0.0", "民政局")
    await city.departments.add(CIVIL, {"zh-CN": "市民政局"})
    await city.publish(second())
    found = await other.services.live(APPOINTMENTS)
    assert found is not None
    assert (found.manifest.version_name, found.department_name) == ("2.0.0", {"zh-CN": "市民政局"})


async def test_what_did_not_change_is_not_built_again(city: Wiring) -> None:
    await city.publish()
    first, generation = await city.services.live(APPOINTMENTS), city.services.generation
    assert await city.services.live(APPOINTMENTS) is first
    assert city.services.generation == generation


async def test_a_look_is_believed_for_a_while(city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    assert await patient.services.live(APPOINTMENTS) is None
    await city.publish()
    assert await patient.services.live(APPOINTMENTS) is None


async def test_a_slow_look_does_not_bring_back_what_a_later_one_replaced(
    city: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request looks and is held up; one that asks after a newer release is live waits for it, and sees the newer."""
    await city.publish()
    held, reached = asyncio.Event(), asyncio.Event()

    async def slow_for_the_first(query: str, *values: object) -> Any:
        found = await rows(query, *values)
        if not reached.is_set():
            reached.set()
            await held.wait()
        return found

    monkeypatch.setattr("miniapps.services.rows", slow_for_the_first)
    first = asyncio.ensure_future(city.services.live(APPOINTMENTS))
    await reached.wait()
    await city.publish(second())
    later = asyncio.ensure_future(city.services.all())
    held.set()
    await first
    assert (await later)[APPOINTMENTS].manifest.version_code == 2
    assert city.services._live[APPOINTMENTS].manifest.version_code == 2


async def test_many_may_look_at_once(city: Wiring) -> None:
    await city.publish()
    found = await asyncio.gather(*(city.services.live(APPOINTMENTS) for _ in range(20)))
    assert all(each and each.id == APPOINTMENTS for each in found)
    assert city.services.generation == 1, "built once for all"


async def test_a_release_that_never_went_live_still_has_a_name(city: Wiring) -> None:
    from tests.unit.miniapps.wiring import package

    await city.releases.submit(package(), CIVIL)
    newest = await city.services.newest(APPOINTMENTS)
    assert newest is not None
    assert newest.name["en"] == "Appointments"
    await city.publish()
    assert await city.services.newest(APPOINTMENTS) is await city.services.live(APPOINTMENTS)


async def test_addresses_are_percent_encoded(city: Wiring) -> None:
    described = manifest(pages=["办 理/50%.html"], icons=[{"src": "图.svg"}])
    await city.publish(described, {"办 理/50%.html": b"<p>", "图.svg": b"<svg/>"})
    service = await city.services.live(APPOINTMENTS)
    assert service is not None
    assert service.start_url == "http://appointments.localhost:8000/%E5%8A%9E%20%E7%90%86/50%25.html"
    assert service.icon == "http://appointments.localhost:8000/%E5%9B%BE.svg"


async def test_what_is_live_is_known_while_somebody_looks(city: Wiring) -> None:
    patient = Wiring(city.clock, city.sdk.parent, cache_seconds=4)
    await city.publish()
    assert patient.services.known(APPOINTMENTS) is None
    await patient.services.refresh()
    first = patient.services.known(APPOINTMENTS)
    assert first is not None
    await patient.services.refresh()
    assert patient.services.known(APPOINTMENTS) is first
    await city.publish(second())
    assert patient.services.known(APPOINTMENTS) is first
    await patient.services.refresh()
    newer = patient.services.known(APPOINTMENTS)
    assert newer is not None
    assert (newer.manifest.version_code, first.manifest.version_code) == (2, 1)
    hasty = Wiring(city.clock, city.sdk.parent, cache_seconds=0.05)
    await hasty.services.all()
    assert hasty.services.known(APPOINTMENTS) is not None
    await asyncio.sleep(0.06)
    assert hasty.services.known(APPOINTMENTS) is None


async def test_what_was_changed_by_hand_is_seen_in_the_end(city: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    await city.publish()
    await city.services.all()
    await Department.filter(id=CIVIL).update(name={"zh-CN": "手工改名"})
    assert (await city.services.all())[APPOINTMENTS].department_name["zh-CN"] == "民政局"
    monkeypatch.setattr("miniapps.services.READ_SECONDS", 0)
    assert (await city.services.all())[APPOINTMENTS].department_name == {"zh-CN": "手工改名"}


async def test_a_department_that_was_never_entered_is_called_by_its_id(city: Wiring) -> None:
    await city.publish()
    await Department.filter(id=CIVIL).delete()
    assert (await city.services.all())[APPOINTMENTS].department_name == {"zh-CN": CIVIL}
