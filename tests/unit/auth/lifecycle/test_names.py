"""Another legal name, and the receipts of consents."""

import pytest

from auth.lifecycle.errors import DifferentPersons, NameNotConfirmed
from auth.lifecycle.names import Names
from auth.models import Account
from core.access import Resident
from core.database import rows
from gateway.composition import City
from tests.harness.clock import ManualClock
from tests.unit.auth.lifecycle.wiring import NAME, NUMBER, events_of, proved, resident

NEW_NAME = "张一丰"


class Register:
    """Knows one name."""

    async def confirm(self, name: str, id_number: str) -> bool:
        return (name, id_number) == (NEW_NAME, NUMBER)


def names_of(city: City) -> Names:
    """The city's, over a register of our own."""
    names = city.identity.rooms.lifecycle.names
    names._register = Register()
    return names


@pytest.mark.both_databases
async def test_a_name_is_changed_as_the_register_has_it_and_the_old_one_kept_sealed(
    city: City, clock: ManualClock
) -> None:
    who, names = await resident(city, clock), names_of(city)
    await proved(city)
    changed = await names.change(who, NEW_NAME, NUMBER.lower())
    assert changed.name == NEW_NAME
    assert [name for name, _ in await names.former(who.account)] == [NAME]
    assert NAME not in str(await rows("SELECT * FROM lifecycle_name"))
    assert (await events_of(who.account))[-1] == "name-changed"
    await names.change(who, NEW_NAME, NUMBER)
    assert len(await names.former(who.account)) == 1, "the same name again is no change"


@pytest.mark.parametrize(
    ("is_proved", "name", "number", "problem"),
    [
        (False, NEW_NAME, NUMBER, NameNotConfirmed),
        (True, "李四", NUMBER, NameNotConfirmed),
        (True, NEW_NAME, "110105194912310011", DifferentPersons),
    ],
)
async def test_a_name_is_not_changed(  # noqa: PLR0913, PLR0917 - a table of cases
    city: City, clock: ManualClock, is_proved: bool, name: str, number: str, problem: type[Exception]
) -> None:
    who = await resident(city, clock)
    if is_proved:
        await proved(city)
    with pytest.raises(problem):
        await names_of(city).change(Resident(who.account, who.session, who.amr, clock.now()), name, number)
    assert (await Account.get(id=who.account)).name == (NAME if is_proved else None)
