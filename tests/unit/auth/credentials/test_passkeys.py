"""Passkeys: made, believed, and not believed, with an authenticator of our own that can do each thing wrong."""

import asyncio
import secrets

import pytest

from auth.credentials.challenges import Ceremony
from auth.credentials.errors import (
    PasskeyChallengeExpired,
    PasskeyKnown,
    PasskeyNotTaken,
    PasskeyRefused,
    PasskeyUnknown,
    TooManyPasskeys,
)
from auth.credentials.models import Challenge, Passkey, UserHandle
from auth.credentials.webauthn import CeremonyFailed, named
from auth.guard.caller import Caller
from auth.sign_in import SignedIn
from core.access import Resident
from core.database import rows
from core.ids import new_id
from tests.harness.authenticator import NOTHING, Authenticator, Wrong
from tests.harness.clock import ManualClock
from tests.unit.auth.credentials.wiring import Room, visitor

CALLER = Caller("192.0.2.1", "browser-one")
FOREIGN = "http://evil.localhost:8000"


async def by_passkey(
    room: Room, authenticator: Authenticator, wrong: Wrong = NOTHING, browser: str = "browser-one"
) -> SignedIn:
    issued, options = await room.services.assertions.options(browser)
    credential = authenticator.get(options, wrong)
    return await room.services.entrances.by_passkey(issued.id, credential, visitor(browser), CALLER)


@pytest.fixture
def authenticator() -> Authenticator:
    return Authenticator()


@pytest.fixture
async def owner(room: Room, authenticator: Authenticator) -> Resident:
    resident = await room.resident()
    await room.with_passkey(resident, authenticator)
    return resident


@pytest.mark.parametrize("algorithm", [-7, -8, -257])
@pytest.mark.parametrize(("synced", "first"), [(True, "swk"), (False, "hwk")])
async def test_a_resident_signs_in_with_a_passkey_alone(room: Room, algorithm: int, synced: bool, first: str) -> None:
    authenticator = Authenticator(algorithm=algorithm, synced=synced)
    resident = await room.resident()
    await room.with_passkey(resident, authenticator)
    signed_in = await by_passkey(room, authenticator)
    assert signed_in.account.id == resident.account
    found = await room.city.sessions.resident(signed_in.secret)
    assert found
    assert found.amr == (first, "user", "mfa")
    passkey = await Passkey.get()
    assert (passkey.last_used_at, passkey.sign_count, passkey.backed_up) == (room.clock.now(), 1, synced)
    assert passkey.transports == "hybrid internal"


async def test_options_ask_for_what_makes_a_passkey_two_factors(room: Room, authenticator: Authenticator) -> None:
    resident = await room.resident()
    await room.with_passkey(resident, authenticator)
    _, options = await room.services.passkeys.options(resident)
    assert options["rp"] == {"id": "localhost", "name": "OneCity"}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert [each["id"] for each in options["excludeCredentials"]] == [(await Passkey.get()).credential_id]
    _, request = await room.services.assertions.options("browser-one")
    assert (request["rpId"], request["userVerification"]) == ("localhost", "required")
    assert request.get("allowCredentials", []) == []
    assert (options["timeout"], request["timeout"]) == (300_000, 300_000)


async def test_the_user_handle_is_chance_alone_and_one_for_an_account(room: Room, authenticator: Authenticator) -> None:
    resident = await room.resident()
    await room.with_passkey(resident, authenticator)
    await room.with_passkey(resident, authenticator)
    handles = {stored.handle for stored in authenticator.stored}
    assert len(handles) == 1
    assert len(handles.pop()) == 32
    assert resident.account not in (await UserHandle.get()).handle


WRONG_ASSERTIONS = {
    "another origin": Wrong(origin=FOREIGN),
    "another scheme": Wrong(origin="https://localhost:8000"),
    "another relying party": Wrong(rp_id="evil.example"),
    "another challenge": Wrong(challenge=secrets.token_bytes(32)),
    "no challenge": Wrong(challenge=b""),
    "a registration": Wrong(kind="webauthn.create"),
    "user not verified": Wrong(user_verified=False),
    "user not present": Wrong(user_present=False),
    "a broken signature": Wrong(signature=True),
    "another user's handle": Wrong(user_handle=secrets.token_bytes(32)),
    "no user handle": Wrong(no_user_handle=True),
    "another backup eligibility": Wrong(backup_eligible=True),
}


@pytest.mark.parametrize("wrong", list(WRONG_ASSERTIONS.values()), ids=list(WRONG_ASSERTIONS))
async def test_a_wrong_assertion_is_refused(
    room: Room, owner: Resident, authenticator: Authenticator, wrong: Wrong
) -> None:
    with pytest.raises(PasskeyRefused):
        await by_passkey(room, authenticator, wrong)
    assert (await Passkey.get()).last_used_at is None
    assert (await by_passkey(room, authenticator)).account.id == owner.account


WRONG_REGISTRATIONS = {
    name: WRONG_ASSERTIONS[name]
    for name in (
        "another origin",
        "another relying party",
        "another challenge",
        "user not verified",
        "user not present",
    )
} | {"an assertion": Wrong(kind="webauthn.get")}


@pytest.mark.parametrize("wrong", list(WRONG_REGISTRATIONS.values()), ids=list(WRONG_REGISTRATIONS))
async def test_a_wrong_registration_is_not_taken(room: Room, authenticator: Authenticator, wrong: Wrong) -> None:
    with pytest.raises(PasskeyNotTaken):
        await room.with_passkey(await room.resident(), authenticator, wrong)
    assert await Passkey.all().count() == 0


async def test_an_algorithm_that_was_not_offered_is_not_taken(room: Room) -> None:
    with pytest.raises(PasskeyNotTaken):
        await room.with_passkey(await room.resident(), Authenticator(algorithm=-35))


async def test_a_counter_that_goes_back_is_refused_and_the_owner_is_told(
    room: Room, owner: Resident, authenticator: Authenticator
) -> None:
    for _ in range(3):
        await by_passkey(room, authenticator)
    for count in (3, 2, 0):
        with pytest.raises(PasskeyRefused):
            await by_passkey(room, authenticator, Wrong(sign_count=count))
    assert (await room.told()).count("passkey-copied") == 3
    assert (await Passkey.get()).sign_count == 3
    assert await by_passkey(room, authenticator)


async def test_a_counter_of_zero_is_no_counter(room: Room) -> None:
    authenticator = Authenticator(counts=False)
    await room.with_passkey(await room.resident(), authenticator)
    for _ in range(3):
        assert await by_passkey(room, authenticator)


@pytest.mark.both_databases
async def test_of_two_assertions_with_one_count_one_wins(
    room: Room, owner: Resident, authenticator: Authenticator
) -> None:
    async def with_count_one() -> SignedIn:
        return await by_passkey(room, authenticator, Wrong(sign_count=1))

    found = await asyncio.gather(*(with_count_one() for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(each, SignedIn) for each in found) == 1
    assert sum(isinstance(each, PasskeyRefused) for each in found) == 7


@pytest.mark.both_databases
async def test_a_challenge_is_answered_once_however_many_try(
    room: Room, owner: Resident, authenticator: Authenticator
) -> None:
    issued, options = await room.services.assertions.options("browser-one")
    answers = [authenticator.get(options) for _ in range(8)]
    found = await asyncio.gather(
        *(room.services.entrances.by_passkey(issued.id, each, visitor(), CALLER) for each in answers),
        return_exceptions=True,
    )
    assert sum(isinstance(each, SignedIn) for each in found) == 1
    assert sum(isinstance(each, PasskeyChallengeExpired) for each in found) == 7


async def test_a_wrong_answer_uses_the_challenge_up(room: Room, owner: Resident, authenticator: Authenticator) -> None:
    issued, options = await room.services.assertions.options("browser-one")
    with pytest.raises(PasskeyRefused):
        await room.services.assertions.signs_in(
            issued.id, authenticator.get(options, Wrong(signature=True)), "browser-one"
        )
    with pytest.raises(PasskeyChallengeExpired):
        await room.services.assertions.signs_in(issued.id, authenticator.get(options), "browser-one")


async def test_a_challenge_is_of_its_browser_purpose_account_and_five_minutes(
    room: Room, owner: Resident, authenticator: Authenticator, clock: ManualClock
) -> None:
    assertions = room.services.assertions
    issued, options = await assertions.options("browser-one")
    credential = authenticator.get(options)
    with pytest.raises(PasskeyChallengeExpired):
        await assertions.signs_in(issued.id, credential, "browser-two")
    with pytest.raises(PasskeyChallengeExpired):
        await assertions.steps_up(issued.id, credential, owner)
    with pytest.raises(PasskeyChallengeExpired):
        await room.services.passkeys.add(owner, issued.id, credential, "x")
    with pytest.raises(PasskeyChallengeExpired):
        await assertions.signs_in(new_id(clock.now()), credential, "browser-one")
    clock.advance(seconds=299)
    assert await assertions.signs_in(issued.id, credential, "browser-one")
    issued, options = await assertions.options("browser-one")
    clock.advance(seconds=300)
    with pytest.raises(PasskeyChallengeExpired):
        await assertions.signs_in(issued.id, authenticator.get(options), "browser-one")


async def test_a_challenge_for_one_account_serves_no_other(room: Room, owner: Resident) -> None:
    challenges = room.services.passkeys._challenges
    issued = await challenges.issue(Ceremony.ADD, owner.session, owner.account)
    stranger = await room.resident("13900000002")
    with pytest.raises(PasskeyChallengeExpired):
        await challenges.take(issued.id, Ceremony.ADD, owner.session, stranger.account)


async def test_a_stranger_s_passkey_is_no_step_up(room: Room, owner: Resident) -> None:
    theirs = Authenticator()
    await room.with_passkey(await room.resident("13900000002"), theirs)
    issued, options = await room.services.assertions.options_for(owner)
    with pytest.raises(PasskeyRefused):
        await room.services.step_ups.by_passkey(owner, issued.id, theirs.get(options))


async def test_an_unknown_passkey_is_refused(room: Room, owner: Resident, authenticator: Authenticator) -> None:
    await Passkey.all().delete()
    with pytest.raises(PasskeyRefused):
        await by_passkey(room, authenticator)


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 1},
        {"rawId": "%%", "response": {}},
        {"rawId": "AA", "response": []},
        {"rawId": "AA", "response": None},
        {"rawId": "AA", "response": {"userHandle": 7}},
        {"rawId": "é", "response": {}},
        {"rawId": None, "response": {}},
    ],
    ids=str,
)
async def test_no_shape_of_a_credential_breaks_anything(
    room: Room, owner: Resident, credential: dict[str, object]
) -> None:
    issued, _ = await room.services.assertions.options("browser-one")
    with pytest.raises(PasskeyRefused):
        await room.services.assertions.signs_in(issued.id, credential, "browser-one")
    issued, _ = await room.services.passkeys.options(owner)
    with pytest.raises(PasskeyNotTaken):
        await room.services.passkeys.add(owner, issued.id, credential, "x")


def test_an_id_is_read_in_one_spelling() -> None:
    assert named({"rawId": "_w==", "response": {}})[0] == "_w"
    with pytest.raises(CeremonyFailed):
        named({"rawId": "_w==", "response": {"userHandle": 3}})


async def test_a_passkey_is_added_once_even_to_another_account(room: Room) -> None:
    resident, other = await room.resident(), await room.resident("13900000002")
    same_id = Authenticator(credential_id=b"the same id twice")
    await room.with_passkey(resident, same_id)
    for again in (resident, other):
        with pytest.raises(PasskeyKnown):
            await room.with_passkey(again, same_id)
    assert await Passkey.all().count() == 1


async def test_an_account_has_so_many_passkeys_and_no_more(store: str, clock: ManualClock) -> None:
    room = Room(clock, passkeys=2)
    resident, authenticator = await room.resident(), Authenticator()
    issued = [await room.services.passkeys.options(resident) for _ in range(3)]
    for each, options in issued[:2]:
        await room.services.passkeys.add(resident, each.id, authenticator.create(options), "x")
    with pytest.raises(TooManyPasskeys):
        await room.services.passkeys.options(resident)
    with pytest.raises(TooManyPasskeys):
        await room.services.passkeys.add(resident, issued[2][0].id, authenticator.create(issued[2][1]), "x")
    assert await Passkey.all().count() == 2


async def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(
    room: Room, owner: Resident, authenticator: Authenticator
) -> None:
    passkeys, stranger = room.services.passkeys, await room.resident("13900000002")
    passkey_id = (await passkeys.of(owner.account))[0].id
    with pytest.raises(PasskeyUnknown):
        await passkeys.rename(stranger.account, passkey_id, "x")
    with pytest.raises(PasskeyUnknown):
        await passkeys.remove(stranger, passkey_id, confirmed=True)
    assert (await passkeys.rename(owner.account, passkey_id, "  平板\x00\n ")).name == "平板"
    assert (await passkeys.rename(owner.account, passkey_id, "\x00")).name == "Passkey"
    await passkeys.remove(owner, passkey_id, confirmed=False)
    with pytest.raises(PasskeyRefused):
        await by_passkey(room, authenticator)


async def test_what_ran_out_is_removed(room: Room, owner: Resident, clock: ManualClock) -> None:
    await room.services.assertions.options("browser-one")
    clock.advance(seconds=299)
    await room.services.leftovers.remove()
    assert await Challenge.all().count() == 1
    clock.advance(seconds=1)
    await room.services.leftovers.remove()
    assert await Challenge.all().count() == 0
    assert await rows("SELECT * FROM credentials_ticket") == []


async def test_however_many_ask_the_table_of_challenges_holds_five_minutes_of_them(
    room: Room, clock: ManualClock
) -> None:
    for _ in range(20):
        await room.services.assertions.options("browser-one")
    clock.advance(seconds=300)
    for _ in range(7):
        await room.services.assertions.options("browser-one")
    assert await Challenge.all().count() == 7
