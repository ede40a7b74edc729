"""Authenticator apps, recovery codes and tickets, also when many try at once."""

import asyncio
import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from auth.credentials.errors import SecondFactorNeeded, SecondFactorOff, TicketExpired
from auth.credentials.models import TOTP, RecoveryCode, Ticket
from auth.credentials.second_factors import Method
from auth.credentials.totp import STEP_SECONDS
from auth.errors import TooManyTries, WrongCode
from auth.guard.caller import Caller
from auth.guard.errors import ChallengeNeeded, TooManyAttempts
from auth.models import Session
from auth.sign_in import SignedIn
from core.access import Resident
from tests.harness.authenticator import Authenticator
from tests.harness.clock import ManualClock
from tests.unit.auth.credentials.wiring import PASSWORD, Room, visitor
from tests.unit.auth.wiring import PHONE

CALLER = Caller("192.0.2.1", "browser-one")


async def ticket(room: Room, browser: str = "browser-one") -> str:
    """What the first factor gives: the password is right."""
    with pytest.raises(SecondFactorNeeded) as needed:
        await room.services.entrances.by_password(PHONE, PASSWORD, visitor(browser), CALLER)
    return str(needed.value.members["ticket"])


async def by_second(
    room: Room, ticket: str, code: str, method: Method = "totp", browser: str = "browser-one"
) -> SignedIn:
    return await room.services.entrances.by_second_factor(ticket, method, code, visitor(browser), CALLER)


@pytest.fixture
async def resident(room: Room) -> Resident:
    resident = await room.resident()
    await room.services.passwords.set(resident, PASSWORD)
    return resident


async def test_an_app_counts_once_it_was_confirmed(room: Room, resident: Resident) -> None:
    shown, uri = await room.services.second_factors.begin(resident)
    assert await room.services.second_factors.since(resident.account) is None
    assert await room.services.entrances.by_password(PHONE, PASSWORD, visitor(), CALLER)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/OneCity:138%2A%2A%2A%2A0001")
    assert parse_qs(parts.query)["secret"] == [shown]
    secret, codes = await room.with_totp(resident)
    assert len(secret) == 20
    assert len(set(codes)) == 10
    assert await ticket(room)


async def test_the_session_that_set_it_up_gave_both_factors_and_goes_on_under_another_secret(
    room: Room, resident: Resident
) -> None:
    shown, _ = await room.services.second_factors.begin(resident)
    confirmed = await room.services.second_factors.confirm(resident, room.totp(base64.b32decode(shown)))
    found = await room.city.sessions.resident(confirmed.session_secret)
    assert found
    assert (found.session, found.amr) == (resident.session, ("sms", "otp", "mfa"))


async def test_a_wrong_confirmation_turns_nothing_on(room: Room, resident: Resident) -> None:
    await room.services.second_factors.begin(resident)
    with pytest.raises(WrongCode):
        await room.services.second_factors.confirm(resident, "000000")
    assert await room.services.second_factors.since(resident.account) is None


async def test_nothing_begun_cannot_be_confirmed(room: Room, resident: Resident) -> None:
    with pytest.raises(SecondFactorOff):
        await room.services.second_factors.confirm(resident, "000000")
    await room.with_totp(resident)
    with pytest.raises(SecondFactorOff):
        await room.services.second_factors.confirm(resident, "000000")


async def test_secret_and_codes_are_not_in_the_tables(room: Room, resident: Resident) -> None:
    secret, codes = await room.with_totp(resident)
    row = await TOTP.get()
    assert secret.hex() not in str(vars(row))
    assert not {each.id for each in await RecoveryCode.all()}.intersection(codes)
    assert all(len(code) == 19 for code in codes)


@pytest.mark.parametrize("first", ["password", "code"])
async def test_both_first_factors_ask_for_the_second(room: Room, resident: Resident, first: str) -> None:
    secret, _ = await room.with_totp(resident)
    sessions = await Session.all().count()
    if first == "password":
        given = await ticket(room)
    else:
        await room.city.sign_in.send_code(PHONE, "browser-one", "192.0.2.1")
        code = room.city.phone.codes[-1]
        with pytest.raises(SecondFactorNeeded) as needed:
            await room.sign_in.complete(PHONE, code, "browser-one", "x", None)
        given = str(needed.value.members["ticket"])
        assert needed.value.members["methods"] == ["totp", "recovery-code"]
        with pytest.raises(Exception, match="new code"):  # the code is used up
            await room.sign_in.complete(PHONE, code, "browser-one", "x", None)
    assert await Session.all().count() == sessions
    signed_in = await by_second(room, given, room.totp(secret))
    found = await room.city.sessions.resident(signed_in.secret)
    assert found
    assert found.amr == ("pwd" if first == "password" else "sms", "otp", "mfa")


async def test_a_recovery_code_replaces_the_second_factor_alone_and_is_told(room: Room, resident: Resident) -> None:
    _, codes = await room.with_totp(resident)
    signed_in = await by_second(room, await ticket(room), codes[3].upper().replace("-", " "), "recovery-code")
    found = await room.city.sessions.resident(signed_in.secret)
    assert found
    assert found.amr == ("pwd", "otp", "recovery", "mfa")
    assert (await room.told())[-1] == "recovery-code-used"
    assert await room.services.recovery.left(resident.account) == 9
    with pytest.raises(WrongCode):
        await by_second(room, await ticket(room), codes[3], "recovery-code")


async def test_letters_that_look_like_digits_are_taken_for_them(room: Room, resident: Resident) -> None:
    recovery = room.services.recovery
    codes = await recovery.make(resident.account)
    typed = codes[0].replace("0", "O").replace("1", "l")
    assert await recovery.use(resident.account, typed)
    assert not await recovery.use(resident.account, codes[0])


async def test_new_recovery_codes_replace_those_before(room: Room, resident: Resident) -> None:
    _, old = await room.with_totp(resident)
    new = await room.services.second_factors.make_recovery_codes(resident)
    assert not set(old).intersection(new)
    with pytest.raises(WrongCode):
        await by_second(room, await ticket(room), old[0], "recovery-code")
    assert await by_second(room, await ticket(room), new[0], "recovery-code")


async def test_a_passkey_and_used_up_codes_show_in_the_methods(room: Room, resident: Resident) -> None:
    _, codes = await room.with_totp(resident)
    await room.with_passkey(resident, Authenticator())
    for code in codes:
        await room.services.recovery.use(resident.account, code)
    with pytest.raises(SecondFactorNeeded) as needed:
        await room.services.entrances.by_password(PHONE, PASSWORD, visitor(), CALLER)
    assert needed.value.members["methods"] == ["totp", "passkey"]


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_one_step_before_and_after_is_taken(room: Room, resident: Resident, steps: int, taken: bool) -> None:
    secret, _ = await room.with_totp(resident)
    room.clock.advance(seconds=STEP_SECONDS * 3)
    given = await ticket(room)
    if taken:
        assert await by_second(room, given, room.totp(secret, steps))
        return
    with pytest.raises(WrongCode) as wrong:
        await by_second(room, given, room.totp(secret, steps))
    assert wrong.value.members["tries_left"] == 4


async def test_a_code_is_taken_once_and_none_before_it_any_more(room: Room, resident: Resident) -> None:
    secret, _ = await room.with_totp(resident)
    room.clock.advance(seconds=STEP_SECONDS * 3)
    before, now = room.totp(secret, -1), room.totp(secret)
    assert await by_second(room, await ticket(room), now)
    for used in (now, before):
        with pytest.raises(WrongCode):
            await by_second(room, await ticket(room), used)
    assert await by_second(room, await ticket(room), room.totp(secret, 1))


async def test_the_code_that_confirmed_is_not_taken_again(room: Room, resident: Resident) -> None:
    secret, _ = await room.with_totp(resident)
    with pytest.raises(WrongCode):
        await by_second(room, await ticket(room), room.totp(secret, -1))


@pytest.mark.parametrize("code", ["12345", "1234567", "１２３４５６", "      ", "abcdef"])
async def test_what_is_no_code_is_wrong(room: Room, resident: Resident, code: str) -> None:
    await room.with_totp(resident)
    for method in ("totp", "recovery-code"):
        with pytest.raises(WrongCode):
            await by_second(room, await ticket(room), code, method)  # type: ignore[arg-type]  # each of both


async def test_a_ticket_is_of_its_browser_purpose_and_five_minutes(room: Room, resident: Resident) -> None:
    secret, _ = await room.with_totp(resident)
    given = await ticket(room)
    with pytest.raises(TicketExpired):
        await by_second(room, given, room.totp(secret), browser="browser-two")
    with pytest.raises(TicketExpired):
        await room.services.step_ups.by_second_factor(resident, given, "totp", room.totp(secret), caller=CALLER)
    room.clock.advance(seconds=300)
    with pytest.raises(TicketExpired):
        await by_second(room, given, room.totp(secret))


async def test_a_ticket_has_five_tries(room: Room, resident: Resident) -> None:
    secret, _ = await room.with_totp(resident)
    given = await ticket(room)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as wrong:
            await by_second(room, given, "wrong", "recovery-code")
        assert wrong.value.members["tries_left"] == left
    with pytest.raises(TicketExpired):
        await by_second(room, given, room.totp(secret))


async def test_an_account_s_app_is_guessed_at_so_often_in_an_hour_and_its_owner_has_other_ways(
    room: Room, resident: Resident
) -> None:
    secret, codes = await room.with_totp(resident)
    factors = room.services.second_factors
    for _ in range(9):  # the confirmation was one
        await factors.spend_try(resident.account, "totp")
    await factors.spend_try(resident.account, "totp")
    with pytest.raises(TooManyTries) as refused:
        await factors.spend_try(resident.account, "totp")
    assert 0 < int(refused.value.headers["Retry-After"]) <= 3601
    assert await by_second(room, await ticket(room), codes[0], "recovery-code")
    room.clock.advance(hours=1)
    await factors.spend_try(resident.account, "totp")
    assert await by_second(room, await ticket(room), room.totp(secret))
    for _ in range(10):  # success begins anew
        await factors.spend_try(resident.account, "totp")


@pytest.mark.both_databases
@pytest.mark.parametrize("method", ["totp", "recovery-code"])
async def test_a_ticket_opens_one_session_however_many_use_it_at_once(
    room: Room, resident: Resident, method: Method
) -> None:
    secret, codes = await room.with_totp(resident)
    given, before = await ticket(room), await Session.all().count()
    right = [room.totp(secret)] * 5 if method == "totp" else codes[:5]
    found = await asyncio.gather(*(by_second(room, given, code, method) for code in right), return_exceptions=True)
    assert sum(isinstance(each, SignedIn) for each in found) == 1
    assert await Session.all().count() == before + 1
    assert await room.services.recovery.left(resident.account) == (10 if method == "totp" else 9)


@pytest.mark.both_databases
@pytest.mark.parametrize("method", ["totp", "recovery-code"])
async def test_a_code_is_good_once_however_many_tickets_use_it_at_once(
    room: Room, resident: Resident, method: Method
) -> None:
    secret, codes = await room.with_totp(resident)
    tickets = [await ticket(room) for _ in range(5)]
    code = room.totp(secret) if method == "totp" else codes[0]
    found = await asyncio.gather(*(by_second(room, each, code, method) for each in tickets), return_exceptions=True)
    assert sum(isinstance(each, SignedIn) for each in found) == 1
    assert sum(isinstance(each, WrongCode) for each in found) == 4


@pytest.mark.both_databases
async def test_a_hundred_guesses_at_once_get_no_more_checks_than_the_tries(room: Room, resident: Resident) -> None:
    await room.with_totp(resident)
    given = await ticket(room)
    guesses = [f"{number:06}" for number in range(100)]
    found = await asyncio.gather(*(by_second(room, given, guess) for guess in guesses), return_exceptions=True)
    assert not any(isinstance(each, SignedIn) for each in found)
    checked = [each for each in found if isinstance(each, WrongCode)]
    assert len(checked) <= 5
    allowed = (WrongCode, TicketExpired, TooManyTries, TooManyAttempts, ChallengeNeeded)
    assert all(isinstance(each, allowed) for each in found), found
    assert (await TOTP.get()).tries <= 6


async def test_another_app_takes_over_once_it_is_confirmed(room: Room, resident: Resident) -> None:
    old, _ = await room.with_totp(resident)
    await room.services.second_factors.begin(resident)
    room.clock.advance(seconds=STEP_SECONDS * 3)
    assert await by_second(room, await ticket(room), room.totp(old))
    new, _ = await room.with_totp(resident)
    room.clock.advance(seconds=STEP_SECONDS * 3)
    with pytest.raises(WrongCode):
        await by_second(room, await ticket(room), room.totp(old))
    assert await by_second(room, await ticket(room), room.totp(new))


async def test_without_the_app_one_factor_is_enough_again_and_open_tickets_open_nothing(
    room: Room, resident: Resident
) -> None:
    secret, codes = await room.with_totp(resident)
    given = [await ticket(room), await ticket(room)]
    await room.services.second_factors.remove(resident)
    with pytest.raises(SecondFactorOff):
        await by_second(room, given[0], room.totp(secret))
    with pytest.raises(WrongCode):
        await by_second(room, given[1], codes[0], "recovery-code")
    assert await room.services.entrances.by_password(PHONE, PASSWORD, visitor(), CALLER)


async def test_signing_in_ends_the_session_that_the_browser_had(room: Room, resident: Resident) -> None:
    before = await room.services.entrances.by_password(PHONE, PASSWORD, visitor(), CALLER)
    known = await room.city.sessions.resident(before.secret)
    again = visitor().__class__("browser-one", "x", known)
    await room.services.entrances.by_password(PHONE, PASSWORD, again, CALLER)
    assert await room.city.sessions.resident(before.secret) is None


async def test_old_tickets_are_removed(room: Room, resident: Resident, clock: ManualClock) -> None:
    await room.with_totp(resident)
    await ticket(room)
    clock.advance(seconds=300)
    await room.services.leftovers.remove()
    assert await Ticket.all().count() == 0
