"""Releases: submitted once, published once, whoever races whom."""

import asyncio
import hashlib
from typing import Any

import pytest

from core.database import rows
from core.ids import ReleaseId
from miniapps.errors import NotYourService, ReleaseSuperseded, ReleaseUnknown, VersionNotNewer
from miniapps.models import Release, Service
from miniapps.releases import Releases
from tests.unit.miniapps.wiring import APPOINTMENTS, CIVIL, CLIENT, TAX, Wiring, both, manifest, package

pytestmark = pytest.mark.both_databases


def version(code: int, name: str = "1.0.0") -> bytes:
    return package(manifest(version={"code": code, "name": name}))


async def test_a_release_is_submitted_and_found_by_its_department_alone(city: Wiring) -> None:
    release = await city.releases.submit(package(), CIVIL)
    assert (release.service_id, release.version_code, release.status) == (APPOINTMENTS, 1, "approved")
    assert release.warnings == []
    assert set(release.files) == {"manifest.json", "index.html", "main.js", "icon.svg"}
    assert (await city.releases.find(release.id, CIVIL)).digest == release.digest
    for department, release_id in ((TAX, release.id), (CIVIL, "z" * 26), (CIVIL, "\0"), (CIVIL, "x")):
        with pytest.raises(ReleaseUnknown):
            await city.releases.find(release_id, department)


async def test_the_same_package_gives_the_same_release(city: Wiring) -> None:
    first = await city.releases.submit(version(1), CIVIL)
    second = await city.releases.submit(version(2), CIVIL)
    assert (await city.releases.submit(version(1), CIVIL)).id == first.id
    assert (await city.releases.submit(version(2), CIVIL)).id == second.id


async def test_versions_grow(city: Wiring) -> None:
    await city.releases.submit(version(5), CIVIL)
    for code in (4, 5):
        with pytest.raises(VersionNotNewer, match=r"above 5") as caught:
            await city.releases.submit(version(code, "1.0.1"), CIVIL)
        assert caught.value.members == {"newest": 5}


async def test_a_service_belongs_to_the_department_that_came_first(city: Wiring) -> None:
    await city.releases.submit(package(), CIVIL)
    with pytest.raises(NotYourService, match="belongs to civil-affairs"):
        await city.releases.submit(
            package(manifest(onecity__department="tax", onecity__upstreams=[], onecity__scopes=[])), TAX
        )


async def test_the_first_two_submissions_at_once_are_one_release(city: Wiring) -> None:
    made = await both(*(city.releases.submit(package(), CIVIL) for _ in range(6)))
    assert len({release.id for release in made}) == 1
    assert await Release.all().count() == 1


async def test_of_two_packages_with_one_version_one_is_taken(city: Wiring) -> None:
    await city.releases.submit(version(1), CIVIL)
    made = await both(*(city.releases.submit(version(2, f"1.0.{number}"), CIVIL) for number in range(4)))
    assert sorted(type(each).__name__ for each in made) == ["Release", *["VersionNotNewer"] * 3]


async def test_submissions_of_one_service_wait_for_each_other(city: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long one thinks between looking at what is there and entering its own."""
    await city.releases.submit(version(1), CIVIL)
    look = Releases._earlier

    async def look_for_long(*arguments: Any) -> Release | None:
        found = await look(*arguments)
        await asyncio.sleep(0.1)
        return found

    monkeypatch.setattr(Releases, "_earlier", look_for_long)
    made = await both(*(city.releases.submit(version(2, f"1.0.{number}"), CIVIL) for number in range(2)))
    assert sorted(type(each).__name__ for each in made) == ["Release", "VersionNotNewer"]


async def test_publishing_supersedes_the_release_before(city: Wiring) -> None:
    first, second = [await city.releases.submit(version(code), CIVIL) for code in (1, 2)]
    await city.releases.publish(first.id, CIVIL, by=CLIENT)
    published = await city.releases.publish(second.id, CIVIL, by=CLIENT)
    assert (published.status, published.published_by, published.published_at) == ("live", CLIENT, city.clock.now())
    assert (await city.releases.find(first.id, CIVIL)).status == "superseded"
    with pytest.raises(ReleaseSuperseded):
        await city.releases.publish(first.id, CIVIL, by=CLIENT)


async def test_nothing_older_than_the_live_release_is_published(city: Wiring) -> None:
    """A step back is a roll back, and that is another thing than a publication that came late."""
    first, second, third = [await city.releases.submit(version(code), CIVIL) for code in (1, 2, 3)]
    await city.releases.publish(second.id, CIVIL, by=CLIENT)
    with pytest.raises(ReleaseSuperseded):
        await city.releases.publish(first.id, CIVIL, by=CLIENT)
    assert (await city.releases.publish(third.id, CIVIL, by=CLIENT)).status == "live"


async def test_a_refused_package_takes_no_room_on_the_disk(city: Wiring) -> None:
    await city.releases.submit(version(5), CIVIL)
    other = {"onecity__department": "tax", "onecity__upstreams": [], "onecity__scopes": []}
    for described, department in ((manifest(), CIVIL), (manifest(**other), TAX)):
        with pytest.raises((VersionNotNewer, NotYourService)):
            await city.releases.submit(package(described, {"main.js": b"export const other = 1"}), department)
    assert not city.store.path(hashlib.sha256(b"export const other = 1").hexdigest()).exists()


async def test_publishing_again_changes_nothing(city: Wiring) -> None:
    release = await city.publish()
    again = await city.releases.publish(release.id, CIVIL, by="another-system")
    assert (again.status, again.published_by) == ("live", CLIENT)


async def test_a_department_publishes_only_its_own(city: Wiring) -> None:
    release = await city.releases.submit(package(), CIVIL)
    with pytest.raises(ReleaseUnknown):
        await city.releases.publish(release.id, TAX, by="tax-system")


async def test_whoever_publishes_at_once_one_release_is_live(city: Wiring) -> None:
    releases = [await city.releases.submit(version(code), CIVIL) for code in range(1, 7)]
    done = await both(*(city.releases.publish(each.id, CIVIL, by=CLIENT) for each in (*releases, *releases)))
    assert {type(each).__name__ for each in done} <= {"Release", "ReleaseSuperseded"}
    (live,) = await Release.filter(status="live")
    assert live.version_code == 6, "the newest stays, whoever came last"
    assert (await Service.get(id=APPOINTMENTS)).live_release_id == live.id
    assert await Release.filter(status="approved").count() == 0


async def test_the_files_are_kept_before_the_release_is_known(city: Wiring) -> None:
    release = await city.releases.submit(package(), CIVIL)
    (row,) = await rows("SELECT count(*) AS n FROM miniapps_release WHERE id = ?", ReleaseId(release.id))
    assert row["n"] == 1
    for digest in release.files.values():
        assert city.store.path(digest).is_file()
