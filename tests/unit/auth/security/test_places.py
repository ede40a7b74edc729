"""A place is a name or a part of an address, never a whole one; new browsers are told of."""

import pytest
from pydantic import ValidationError

from auth.guard.caller import Caller
from auth.models import Session
from auth.security.devices import Devices
from auth.security.events import Events
from auth.security.models import SecurityEvent
from auth.security.places import NetworkPlaces
from auth.security.settings import SecuritySettings
from core.ids import AccountId
from tests.harness.clock import ManualClock

NAMES = {
    "203.0.113.0/24": "上海",
    "203.0.113.128/25": "上海 浦东",
    "2001:db8::/32": "杭州",
    "10.0.0.0/8": "政务服务中心",
}


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.5", "上海"),
        ("203.0.113.200", "上海 浦东"),
        ("::ffff:203.0.113.5", "上海"),
        ("2001:db8:1::1", "杭州"),
        ("10.9.8.7", "政务服务中心"),
        ("198.51.100.7", "198.51.100.*"),
        ("2001:67c:2e8:22::c100:68b", "2001:67c:2e8::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_places(address: str, place: str) -> None:
    assert NetworkPlaces(NAMES).of(address) == place


@pytest.mark.parametrize("places", [{"203.0.113.1/24": "x"}, {"here": "x"}, {"10.0.0.0/8": ""}])
def test_a_table_of_places_names_networks(places: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SecuritySettings(places=places)


class Browsers:
    """Knows what it is told to."""

    def __init__(self, *, known: bool, any_known: bool) -> None:
        self._known = known
        self._any = any_known

    async def knows(self, who: str, caller: Caller) -> bool:
        assert who
        assert caller.device == "d"
        return self._known

    async def knows_any(self, account: AccountId) -> bool:
        assert account
        return self._any


@pytest.mark.parametrize(
    ("known", "any_known", "new_account", "told"),
    [(True, True, False, 0), (False, True, False, 1), (False, False, False, 0), (False, True, True, 0)],
    ids=["a known browser", "another browser", "the first browser", "a new account"],
)
async def test_which_browsers_are_told_of(  # noqa: PLR0913 - a table
    store: str, clock: ManualClock, *, known: bool, any_known: bool, new_account: bool, told: int
) -> None:
    browsers = Browsers(known=known, any_known=any_known)
    devices = Devices(Events(clock), NetworkPlaces(NAMES), browsers)
    caller = Caller("203.0.113.5", "b", "d")
    session = Session(id="s", device="Chrome on Android", place=devices.place(caller))
    await devices.opened(AccountId("a" * 26), session, caller, new_account=new_account)
    events = await SecurityEvent.all()
    assert len(events) == told
    assert all(event.details == {"device": "Chrome on Android", "place": "上海"} for event in events)
