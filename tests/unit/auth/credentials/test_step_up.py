"""Proving again, within a session, that it is you."""

import asyncio

import pytest

from auth.credentials.errors import PhoneMissing, SecondFactorNeeded, SecondFactorOff, WrongCredentials
from auth.errors import CodeExpired, ReauthenticationNeeded, SessionUnknown, WrongCode
from auth.guard.caller import Caller
from auth.models import Account
from auth.step_up import check_fresh
from core.access import Resident
from tests.harness.authenticator import Authenticator
from tests.unit.auth.credentials.wiring import PASSWORD, Room
from tests.unit.auth.wiring import PHONE

CALLER = Caller("192.0.2.1", "browser-one")


@pytest.fixture
async def resident(room: Room) -> Resident:
    resident = await room.resident()
    await room.services.passwords.set(resident, PASSWORD)
    room.clock.advance(hours=1)
    return resident


async def renewed(room: Room, secret: str) -> Resident:
    """The session after a step-up: fresh, under its new secret alone."""
    found = await room.city.sessions.resident(secret)
    assert found
    check_fresh(found, room.clock.now())
    return found


async def test_an_old_authentication_is_not_enough(room: Room, resident: Resident) -> None:
    with pytest.raises(ReauthenticationNeeded):
        check_fresh(resident, room.clock.now())


async def test_by_a_code_to_the_account_s_own_number(room: Room, resident: Resident) -> None:
    await room.services.step_ups.send_code(resident, CALLER)
    secret = await room.services.step_ups.by_code(resident, room.city.phone.codes[-1])
    found = await renewed(room, secret)
    assert (found.session, found.amr) == (resident.session, ("sms",))
    with pytest.raises(CodeExpired):
        await room.services.step_ups.by_code(resident, room.city.phone.codes[-1])


async def test_by_password(room: Room, resident: Resident) -> None:
    with pytest.raises(WrongCredentials):
        await room.services.step_ups.by_password(resident, "wrong", CALLER)
    found = await renewed(room, await room.services.step_ups.by_password(resident, PASSWORD, CALLER))
    assert found.amr == ("pwd",)


async def test_by_passkey(room: Room, resident: Resident) -> None:
    authenticator = Authenticator()
    await room.with_passkey(resident, authenticator)
    issued, options = await room.services.step_ups.passkey_options(resident)
    assert len(options["allowCredentials"]) == 1
    secret = await room.services.step_ups.by_passkey(resident, issued.id, authenticator.get(options))
    assert (await renewed(room, secret)).amr == ("hwk", "user", "mfa")


async def test_the_app_s_code_alone_counts_with_the_session_s_own_factor(room: Room, resident: Resident) -> None:
    secret, _ = await room.with_totp(resident)
    with pytest.raises(WrongCode):
        await room.services.step_ups.by_totp(resident, "000000", CALLER)
    given = await room.services.step_ups.by_totp(resident, room.totp(secret), CALLER)
    assert (await renewed(room, given)).amr == ("sms", "otp", "mfa")
    with pytest.raises(WrongCode):
        await room.services.step_ups.by_totp(resident, room.totp(secret), CALLER)


async def test_with_an_app_a_code_or_the_password_alone_is_half(room: Room, resident: Resident) -> None:
    secret, codes = await room.with_totp(resident)
    steps = room.services.step_ups
    with pytest.raises(SecondFactorNeeded) as needed:
        await steps.by_password(resident, PASSWORD, CALLER)
    given = await steps.by_second_factor(
        resident, needed.value.members["ticket"], "totp", room.totp(secret), caller=CALLER
    )
    assert (await renewed(room, given)).amr == ("pwd", "otp", "mfa")
    await steps.send_code(resident, CALLER)
    with pytest.raises(SecondFactorNeeded) as needed:
        await steps.by_code(resident, room.city.phone.codes[-1])
    given = await steps.by_second_factor(
        resident, needed.value.members["ticket"], "recovery-code", codes[0], caller=CALLER
    )
    assert (await renewed(room, given)).amr == ("sms", "otp", "recovery", "mfa")


async def test_without_an_app_its_code_is_nothing(room: Room, resident: Resident) -> None:
    with pytest.raises(SecondFactorOff):
        await room.services.step_ups.by_totp(resident, "000000", CALLER)


async def test_a_code_for_signing_in_is_no_step_up_and_the_reverse(room: Room, resident: Resident) -> None:
    await room.city.sign_in.send_code(PHONE, resident.session, "192.0.2.1")
    with pytest.raises(CodeExpired):
        await room.services.step_ups.by_code(resident, room.city.phone.codes[-1])
    await room.services.step_ups.send_code(resident, CALLER)
    with pytest.raises(WrongCode):
        await room.sign_in.complete(PHONE, room.city.phone.codes[-1], resident.session, "x", None)


async def test_another_session_of_the_account_cannot_use_the_code(room: Room, resident: Resident) -> None:
    other = await room.city.resident()
    await room.services.step_ups.send_code(resident, CALLER)
    with pytest.raises(CodeExpired):
        await room.services.step_ups.by_code(other, room.city.phone.codes[-1])


async def test_an_ended_session_is_not_revived(room: Room, resident: Resident) -> None:
    await room.city.sessions.revoke(resident.account, resident.session)
    with pytest.raises(SessionUnknown):
        await room.services.step_ups.by_password(resident, PASSWORD, CALLER)


async def test_the_ways_are_those_that_the_account_has(room: Room, resident: Resident) -> None:
    steps = room.services.step_ups
    assert await steps.methods(resident) == ["password", "code"]
    await room.with_totp(resident)
    await room.with_passkey(resident, Authenticator())
    assert await steps.methods(resident) == ["passkey", "totp", "password", "code"]
    await Account.filter(id=resident.account).update(phone=None)
    assert await steps.methods(resident) == ["passkey", "totp", "password"]
    with pytest.raises(PhoneMissing):
        await steps.send_code(resident, CALLER)


@pytest.mark.both_databases
async def test_a_code_strengthens_once_however_many_use_it(room: Room, resident: Resident) -> None:
    await room.services.step_ups.send_code(resident, CALLER)
    code = room.city.phone.codes[-1]
    found = await asyncio.gather(
        *(room.services.step_ups.by_code(resident, code) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(each, str) for each in found) == 1
