"""Staff passkeys: enrolled once by invitation, and good for their member alone."""

import asyncio

import pytest

from auth.credentials.challenges import Ceremony, Challenges
from auth.credentials.errors import PasskeyChallengeExpired
from auth.credentials.webauthn import Ceremonies
from auth.staff.errors import InvitationSpent, StaffSignInRefused
from auth.staff.passkeys import StaffPasskeys
from core.access import StaffRole
from core.database import rows
from tests.harness.authenticator import Authenticator, Wrong
from tests.unit.auth.staff.conftest import Realm

SECONDS = 300
BROWSER = "a browser's secret, as long as one"


@pytest.fixture
def passkeys(realm: Realm) -> StaffPasskeys:
    ceremonies = Ceremonies("http://localhost:8000", SECONDS)
    return StaffPasskeys(realm.clock, realm.members, realm.sign_in, Challenges(realm.clock, SECONDS), ceremonies)


async def enrolled(realm: Realm, passkeys: StaffPasskeys, login: str = "wang") -> tuple[str, Authenticator]:
    member, invitation = await realm.members.invite(
        None, name="王", login=login, department=None, roles=[StaffRole.OPERATOR]
    )
    key = Authenticator()
    ceremony, options = await passkeys.enrolment(invitation, BROWSER)
    entered, secret = await passkeys.enrol(invitation, ceremony, key.create(options), "my key", BROWSER)
    assert entered.id == member.id
    assert await realm.sessions.staff(secret)
    return member.id, key


async def test_an_enrolled_passkey_signs_its_member_in(realm: Realm, passkeys: StaffPasskeys) -> None:
    member, key = await enrolled(realm, passkeys)
    ceremony, options = await passkeys.options(BROWSER)
    signed_in, secret = await passkeys.sign_in(ceremony, key.get(options), BROWSER)
    assert signed_in.id == member
    assert await realm.sessions.staff(secret)
    with pytest.raises(PasskeyChallengeExpired):
        await passkeys.sign_in(ceremony, key.get(options), BROWSER)


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong(origin="https://elsewhere.example"),
        Wrong(rp_id="elsewhere.example"),
        Wrong(challenge=b"another challenge, 32 bytes long"),
        Wrong(user_verified=False),
        Wrong(signature=True),
        Wrong(sign_count=0),
        Wrong(user_handle=b"somebody else"),
        Wrong(no_user_handle=True),
    ],
    ids=repr,
)
async def test_what_is_wrong_with_an_assertion_keeps_it_out(
    realm: Realm, passkeys: StaffPasskeys, wrong: Wrong
) -> None:
    _, key = await enrolled(realm, passkeys)
    ceremony, options = await passkeys.options(BROWSER)
    await passkeys.sign_in(ceremony, key.get(options), BROWSER)
    ceremony, options = await passkeys.options(BROWSER)
    with pytest.raises(StaffSignInRefused):
        await passkeys.sign_in(ceremony, key.get(options, wrong), BROWSER)


async def test_an_invitation_enrols_once_and_its_own_member(realm: Realm, passkeys: StaffPasskeys) -> None:
    _, first = await realm.members.invite(None, name="a", login="aaa", department=None, roles=[])
    _, second = await realm.members.invite(None, name="b", login="bbb", department=None, roles=[])
    ceremony, options = await passkeys.enrolment(first, BROWSER)
    with pytest.raises(PasskeyChallengeExpired):
        await passkeys.enrol(second, ceremony, Authenticator().create(options), "key", BROWSER)
    begun = [await passkeys.enrolment(first, BROWSER) for _ in range(3)]
    done = await asyncio.gather(
        *(passkeys.enrol(first, each, Authenticator().create(options), "key", BROWSER) for each, options in begun),
        return_exceptions=True,
    )
    assert sum(isinstance(each, InvitationSpent) for each in done) == 2
    assert len(await rows("SELECT id FROM staff_passkey")) == 1


async def test_another_browser_or_five_minutes_later_it_is_over(realm: Realm, passkeys: StaffPasskeys) -> None:
    _, key = await enrolled(realm, passkeys)
    ceremony, options = await passkeys.options(BROWSER)
    with pytest.raises(PasskeyChallengeExpired):
        await passkeys.sign_in(ceremony, key.get(options), "another browser's secret")
    ceremony, options = await passkeys.options(BROWSER)
    realm.clock.advance(seconds=301)
    with pytest.raises(PasskeyChallengeExpired):
        await passkeys.sign_in(ceremony, key.get(options), BROWSER)


async def test_a_residents_challenge_is_nothing_to_staff(realm: Realm, passkeys: StaffPasskeys) -> None:
    _, key = await enrolled(realm, passkeys)
    challenges = Challenges(realm.clock, SECONDS)
    issued = await challenges.issue(Ceremony.SIGN_IN, BROWSER)
    options = Ceremonies("http://localhost:8000", SECONDS).request_options(issued.challenge)
    with pytest.raises(PasskeyChallengeExpired):
        await passkeys.sign_in(issued.id, key.get(options), BROWSER)


async def test_a_disabled_members_passkey_and_a_strangers_open_nothing(realm: Realm, passkeys: StaffPasskeys) -> None:
    member, key = await enrolled(realm, passkeys)
    await realm.operator("another")
    await realm.members.disable(None, member)
    stranger = Authenticator()
    _, options = await passkeys.options(BROWSER)
    stranger.create({"user": {"id": "AAAA"}, "rp": {"id": "localhost"}, "challenge": options["challenge"]})
    for authenticator in (key, stranger):
        ceremony, options = await passkeys.options(BROWSER)
        with pytest.raises(StaffSignInRefused):
            await passkeys.sign_in(ceremony, authenticator.get(options), BROWSER)


async def test_a_new_invitation_takes_the_old_passkeys_place(realm: Realm, passkeys: StaffPasskeys) -> None:
    member, old = await enrolled(realm, passkeys)
    invitation = await realm.members.invite_again(None, member)
    ceremony, options = await passkeys.enrolment(invitation, BROWSER)
    await passkeys.enrol(invitation, ceremony, Authenticator().create(options), "new", BROWSER)
    ceremony, options = await passkeys.options(BROWSER)
    with pytest.raises(StaffSignInRefused):
        await passkeys.sign_in(ceremony, old.get(options), BROWSER)
