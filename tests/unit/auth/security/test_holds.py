"""A hold caps the account's level for a day, and no later change shortens it."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from auth.changes import Changes
from auth.levels import held
from auth.security.holds import Holds
from auth.security.settings import SecuritySettings
from core.database import transaction
from core.ids import AccountId
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import PHONE, City


class Told:
    """Hears of changes."""

    def __init__(self) -> None:
        self.accounts: list[str] = []

    def forget(self, account: AccountId) -> None:
        self.accounts.append(account)

    def forget_all(self) -> None: ...


@pytest.fixture
def holds(clock: ManualClock, city: City) -> Holds:
    return Holds(clock, SecuritySettings(), city.changes)


async def test_a_hold_lasts_a_day_and_is_told_at_the_commit(city: City, clock: ManualClock, holds: Holds) -> None:
    account = await city.accounts.register(PHONE, name="张三", id_number="x", loa=3)
    told = Told()
    city.changes.listen(told)
    async with transaction():
        until = await holds.place(AccountId(account.id), "password-changed")
        assert told.accounts == []
    assert until == clock.now() + timedelta(hours=24)
    assert told.accounts == [account.id]
    account = await city.accounts.get(AccountId(account.id))
    assert account.hold_until == until
    assert held(account.loa, account.hold_until, clock.now()) == 2
    assert held(account.loa, account.hold_until, until) == 3


async def test_a_later_change_lengthens_a_hold_and_an_earlier_clock_never_shortens_it(
    city: City, clock: ManualClock, holds: Holds
) -> None:
    account, _ = await city.accounts.for_phone(PHONE)
    first = await holds.place(AccountId(account.id), "phone-changed")
    shorter = Holds(clock, SecuritySettings(hold_hours=1), Changes(clock))
    assert await shorter.place(AccountId(account.id), "passkey-added") == first
    clock.advance(seconds=60)
    assert await holds.place(AccountId(account.id), "passkey-added") == first + timedelta(seconds=60)


def test_a_hold_has_a_length() -> None:
    with pytest.raises(ValidationError):
        SecuritySettings(hold_hours=0)
