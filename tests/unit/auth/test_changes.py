"""The change feed: what changes a standing is told here at once, elsewhere at the next look, and nothing else is."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from auth import changes
from auth.changes import KEPT, OVERLAP, Changes, Feed
from auth.errors import ConsentUnknown, SessionUnknown
from auth.models import Change
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, ServiceId, SessionId, new_id
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import NAME_SCOPE, PHONE, City

APPOINTMENTS = ServiceId("appointments")
SOMEBODY = AccountId("somebody")


class Ear:
    """Writes down what it is told; an asterisk for everybody."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def forget(self, account: AccountId) -> None:
        self.heard.append(account)

    def forget_all(self) -> None:
        self.heard.append("*")

    def news(self) -> list[str]:
        news, self.heard = self.heard, []
        return news


class Ahead:
    """The clock of a machine that is set differently."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> datetime:
        return self._clock.now() + self._by


@pytest.fixture
def here(city: City) -> Ear:
    """Hears what this process changes."""
    ear = Ear()
    city.changes.listen(ear)
    return ear


@pytest.fixture
async def elsewhere(city: City) -> tuple[Ear, Feed]:
    """Another process, which has looked once."""
    ear = Ear()
    feed = Feed(city.clock, ear)
    await feed.look()
    assert ear.news() == ["*"]
    return ear, feed


async def sign_in_again(city: City, resident: Resident) -> None:
    await city.sign_in.send_code(PHONE, "browser", "192.0.2.1")
    await city.sign_in.complete(PHONE, city.phone.codes[-1], "browser", "x", resident)


async def register(city: City, resident: Resident) -> None:
    await city.accounts.register(PHONE, name="张三", id_number="x", loa=3)


WAYS: dict[str, Callable[[City, Resident], Awaitable[object]]] = {
    "a session is revoked": lambda city, who: city.sessions.revoke(who.account, who.session),
    "a browser signs in again": sign_in_again,
    "a consent is given": lambda city, who: city.consents.put(who.account, APPOINTMENTS, [], "1.0.0"),
    "a consent is withdrawn": lambda city, who: city.consents.withdraw(who.account, APPOINTMENTS),
    "the level is raised": register,
}


@pytest.mark.both_databases
@pytest.mark.parametrize("way", WAYS)
async def test_each_way_to_change_a_standing_is_told_here_and_elsewhere(
    city: City, here: Ear, elsewhere: tuple[Ear, Feed], way: str
) -> None:
    resident = await city.consented(NAME_SCOPE.name)
    ear, feed = elsewhere
    await feed.look()
    ear.news()
    here.news()
    await WAYS[way](city, resident)
    assert here.news() == [resident.account]
    await feed.look()
    assert ear.news() == [resident.account]


async def test_what_changed_nothing_is_not_told(city: City, here: Ear) -> None:
    resident = await city.resident()
    with pytest.raises(SessionUnknown):
        await city.sessions.revoke(resident.account, SessionId("of somebody else"))
    with pytest.raises(ConsentUnknown):
        await city.consents.withdraw(resident.account, APPOINTMENTS)
    await city.accounts.update_preferences(resident.account, elder=True)
    assert here.news() == []
    assert await Change.all().count() == 0


async def test_it_is_told_after_the_commit_and_not_before(city: City, here: Ear) -> None:
    async with transaction():
        async with transaction():
            await city.changes.note(SOMEBODY)
        assert here.news() == []
    assert here.news() == [SOMEBODY]


async def test_what_was_rolled_back_is_told_nobody(city: City, here: Ear, elsewhere: tuple[Ear, Feed]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await city.changes.note(SOMEBODY)
            _ = 1 / 0
    ear, feed = elsewhere
    await feed.look()
    assert here.news() == ear.news() == []


async def noted(city: City, account: str, clock: Clock | None = None) -> None:
    async with transaction():
        await Changes(clock or city.clock).note(AccountId(account))


@pytest.mark.both_databases
async def test_a_change_is_told_once_however_often_the_feed_is_read(city: City, elsewhere: tuple[Ear, Feed]) -> None:
    ear, feed = elsewhere
    for account in ("first", "second", "first"):
        await noted(city, account)
        for _ in range(3):
            await feed.look()
            city.clock.advance(seconds=1)
        assert ear.news() == [account]


@pytest.mark.both_databases
async def test_a_row_that_becomes_visible_late_is_heard_all_the_same(city: City, elsewhere: tuple[Ear, Feed]) -> None:
    ear, feed = elsewhere
    began = city.clock.now()
    for _ in range(int(OVERLAP.total_seconds()) - 1):
        city.clock.advance(seconds=1)
        await noted(city, "punctual")
        await feed.look()
    ear.news()
    await rows("INSERT INTO auth_change (id, account_id, at) VALUES (?, ?, ?)", new_id(began), "late", began)
    await feed.look()
    assert ear.news() == ["late"]


@pytest.mark.parametrize("seconds", [-5, 5, 3600], ids=str)
async def test_a_machine_whose_clock_is_off_neither_goes_unheard_nor_hides_the_others(
    city: City, elsewhere: tuple[Ear, Feed], seconds: int
) -> None:
    ear, feed = elsewhere
    off = Ahead(city.clock, timedelta(seconds=seconds))
    for _ in range(20):
        city.clock.advance(seconds=1)
        await noted(city, "off", off)
        await feed.look()
        await noted(city, "right")
        await feed.look()
        assert ear.news() == ["off", "right"]


async def test_a_row_from_the_future_does_not_mislead_who_looks_for_the_first_time(city: City) -> None:
    await noted(city, "ahead", Ahead(city.clock, timedelta(hours=1)))
    ear = Ear()
    feed = Feed(city.clock, ear)
    await feed.look()
    await noted(city, "right")
    await feed.look()
    assert ear.news() == ["*", "right"]


@pytest.mark.parametrize("seconds", [-5, 5], ids=str)
async def test_a_reader_whose_clock_is_off_hears_everything(city: City, seconds: int) -> None:
    ear = Ear()
    feed = Feed(Ahead(city.clock, timedelta(seconds=seconds)), ear)
    await feed.look()
    for _ in range(20):
        city.clock.advance(seconds=1)
        await noted(city, "somebody")
        await feed.look()
    assert ear.news() == ["*"] + ["somebody"] * 20


async def test_the_first_look_tells_of_everything_before_it_at_once(city: City) -> None:
    await noted(city, "before")
    ear = Ear()
    feed = Feed(city.clock, ear)
    await feed.look()
    await noted(city, "after")
    await feed.look()
    assert ear.news() == ["*", "after"]


@pytest.mark.parametrize("seconds", [16, 3600, -16], ids=str)
async def test_after_a_sleep_or_a_leap_of_the_clock_everything_is_forgotten(
    city: City, elsewhere: tuple[Ear, Feed], seconds: int
) -> None:
    ear, feed = elsewhere
    city.clock.advance(seconds=seconds)
    await noted(city, "meanwhile")
    await feed.look()
    assert ear.news() == ["*"]


async def test_a_second_between_looks_is_no_sleep(city: City, elsewhere: tuple[Ear, Feed]) -> None:
    ear, feed = elsewhere
    for _ in range(60):
        city.clock.advance(seconds=1)
        await feed.look()
    assert ear.news() == []


async def test_more_changes_than_are_worth_telling_make_everything_forgotten(
    city: City, elsewhere: tuple[Ear, Feed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_MOST", 5)
    ear, feed = elsewhere
    for number in range(5):
        await noted(city, str(number))
    await feed.look()
    assert sorted(ear.news()) == ["0", "1", "2", "3", "4"]
    await noted(city, "one more")
    await feed.look()
    assert ear.news() == ["*"]


async def test_old_changes_are_swept_when_everybody_has_heard_of_them(city: City, clock: ManualClock) -> None:
    assert KEPT > 4 * OVERLAP
    await noted(city, "old")
    clock.advance(minutes=4)
    await noted(city, "young")
    clock.advance(minutes=1)
    await city.leftovers.remove()
    assert await Change.all().values_list("account_id", flat=True) == ["young"]
