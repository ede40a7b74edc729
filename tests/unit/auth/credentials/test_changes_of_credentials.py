"""Whoever changes what an account is proved by: the owner is told, other sessions end, high value waits."""

from collections.abc import Awaitable, Callable

import pytest

from auth.credentials.errors import LastStrongFactor, SecondFactorOff
from auth.models import Account
from core.access import Resident
from core.database import rows
from tests.harness.authenticator import Authenticator
from tests.unit.auth.credentials.wiring import PASSWORD, Room
from tests.unit.auth.wiring import PHONE

Change = Callable[[Room, Resident], Awaitable[object]]


async def set_password(room: Room, resident: Resident) -> None:
    await room.services.passwords.set(resident, PASSWORD)


async def remove_password(room: Room, resident: Resident) -> None:
    await room.services.passwords.remove(resident)


async def add_passkey(room: Room, resident: Resident) -> None:
    await room.with_passkey(resident, Authenticator())


async def remove_passkey(room: Room, resident: Resident) -> None:
    passkey = (await room.services.passkeys.of(resident.account))[0]
    await room.services.passkeys.remove(resident, passkey.id, confirmed=False)


async def set_totp_up(room: Room, resident: Resident) -> None:
    await room.with_totp(resident)


async def remove_totp(room: Room, resident: Resident) -> None:
    await room.services.second_factors.remove(resident)


async def make_recovery_codes(room: Room, resident: Resident) -> None:
    await room.services.second_factors.make_recovery_codes(resident)


CHANGES: list[tuple[Change | None, Change, str]] = [
    (None, set_password, "password-changed"),
    (set_password, set_password, "password-changed"),
    (set_password, remove_password, "password-removed"),
    (None, add_passkey, "passkey-added"),
    (add_passkey, remove_passkey, "passkey-removed"),
    (None, set_totp_up, "second-factor-added"),
    (set_totp_up, remove_totp, "second-factor-removed"),
    (set_totp_up, make_recovery_codes, "recovery-codes-made"),
]


@pytest.mark.parametrize(
    ("before", "change", "kind"), CHANGES, ids=lambda value: getattr(value, "__name__", str(value))
)
async def test_every_change_is_told_ends_other_sessions_and_holds(
    room: Room, before: Change | None, change: Change, kind: str
) -> None:
    resident = await room.resident()
    if before:
        await before(room, resident)
    other = await room.city.resident()
    room.holds.placed.clear()
    room.clock.advance(seconds=1)
    await change(room, resident)
    assert room.holds.placed == [(resident.account, kind)]
    told = (await rows("SELECT kind, phone FROM security_event ORDER BY id DESC LIMIT 1"))[0]
    assert (told["kind"], told["phone"]) == (kind, PHONE)
    assert await room.city.sessions.lives(resident.session)
    assert not await room.city.sessions.lives(other.session)


@pytest.mark.parametrize("change", [set_password, add_passkey, set_totp_up])
async def test_the_first_credential_of_a_new_account_is_told_but_holds_nothing_back(room: Room, change: Change) -> None:
    resident = await room.resident(days_old=0)
    await change(room, resident)
    assert room.holds.placed == []
    assert len(await room.told()) == 1
    await set_password(room, resident)
    assert room.holds.placed == [(resident.account, "password-changed")]


@pytest.mark.parametrize("change", [set_password, add_passkey, set_totp_up])
async def test_a_change_that_cannot_be_finished_is_none_at_all(room: Room, change: Change) -> None:
    resident = await room.resident()
    other = await room.city.resident()

    async def breaks(account: object, reason: str) -> None:
        raise RuntimeError(reason)

    room.holds.place = breaks  # type: ignore[method-assign,assignment]  # that is the point
    with pytest.raises(RuntimeError):
        await change(room, resident)
    services = room.services
    assert await services.passwords.changed_at(resident.account) is None
    assert not await services.passkeys.of(resident.account)
    assert await services.second_factors.since(resident.account) is None
    assert await services.recovery.left(resident.account) == 0
    assert await room.told() == []
    assert await room.city.sessions.lives(other.session)


async def test_removing_what_is_not_there_is_no_change(room: Room) -> None:
    resident = await room.resident()
    await remove_password(room, resident)
    await remove_totp(room, resident)
    await room.services.second_factors.begin(resident)
    await remove_totp(room, resident)
    assert (await room.told(), room.holds.placed) == ([], [])
    with pytest.raises(SecondFactorOff):
        await make_recovery_codes(room, resident)


@pytest.mark.parametrize(
    ("loa", "totp", "passkeys", "explained"),
    [(3, False, 1, True), (4, False, 1, True), (2, False, 1, False), (3, True, 1, False), (3, False, 2, False)],
)
async def test_removing_the_last_strong_factor_of_an_account_that_needs_one_is_explained(
    room: Room, loa: int, totp: bool, passkeys: int, explained: bool
) -> None:
    resident = await room.resident()
    await Account.filter(id=resident.account).update(loa=loa)
    if totp:
        await room.with_totp(resident)
    for _ in range(passkeys):
        await add_passkey(room, resident)
    if not explained:
        await remove_passkey(room, resident)
        return
    with pytest.raises(LastStrongFactor, match="two factors"):
        await remove_passkey(room, resident)
    passkey = (await room.services.passkeys.of(resident.account))[0]
    await room.services.passkeys.remove(resident, passkey.id, confirmed=True)
    assert not await room.services.passkeys.of(resident.account)
