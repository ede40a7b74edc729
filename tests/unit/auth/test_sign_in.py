"""Accounts, and signing in to them."""

import asyncio

import pytest

from auth.errors import InvalidPhone, SessionUnknown, WrongCode
from auth.models import Account, Session
from auth.phones import phone_of
from auth.sign_in import SignedIn
from core.ids import AccountId, SessionId
from tests.unit.auth.wiring import PHONE, City

BROWSER, ADDRESS = "browser-one", "192.0.2.1"


async def sign_in(city: City, browser: str = BROWSER, phone: str = PHONE) -> SignedIn:
    await city.sign_in.send_code(phone, browser, ADDRESS)
    return await city.sign_in.complete(phone, city.phone.codes[-1], browser, "Chrome on Android", None)


async def test_a_new_number_gets_a_new_account_and_an_old_one_its_own(city: City) -> None:
    first, second = await sign_in(city), await sign_in(city, "browser-two")
    assert (first.new_account, second.new_account) == (True, False)
    assert first.account.id == second.account.id
    assert first.session.id != second.session.id
    assert (first.account.loa, first.account.name, first.account.locale) == (1, None, "zh-CN")


async def test_a_wrong_code_makes_no_account(city: City) -> None:
    await city.sign_in.send_code(PHONE, BROWSER, ADDRESS)
    wrong = f"{(int(city.phone.codes[-1]) + 1) % 1_000_000:06}"
    with pytest.raises(WrongCode):
        await city.sign_in.complete(PHONE, wrong, BROWSER, "x", None)
    assert await Account.all().count() == 0
    assert await Session.all().count() == 0


async def test_signing_in_ends_the_session_that_the_browser_had(city: City) -> None:
    first = await sign_in(city)
    before = await city.sessions.resident(first.secret)
    await city.sign_in.send_code(PHONE, BROWSER, ADDRESS)
    await city.sign_in.complete(PHONE, city.phone.codes[-1], BROWSER, "x", before)
    assert await city.sessions.resident(first.secret) is None


@pytest.mark.both_databases
async def test_first_sign_ins_at_once_make_one_account(city: City) -> None:
    found = await asyncio.gather(*(city.accounts.for_phone(PHONE) for _ in range(30)))
    assert len({account.id for account, _ in found}) == 1
    assert [new for _, new in found].count(True) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+8613800000001",
        "0086 13800000001",
        "86 138 0000 0001",
        "１３８００００００01",
    ],
)
def test_numbers_are_taken_as_people_type_them(typed: str) -> None:
    assert phone_of(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    ["", "1380000000", "138000000011", "12800000001", "23800000001", "1380000000a", "+1 13800000001", "١٣٨٠٠٠٠٠٠٠١"],
)
def test_other_numbers_are_refused_at_the_phone(typed: str) -> None:
    with pytest.raises(InvalidPhone) as refused:
        phone_of(typed)
    assert refused.value.errors[0]["pointer"] == "/phone"


async def test_registering_a_resident_again_changes_nothing_more(city: City) -> None:
    for _ in range(2):
        account = await city.accounts.register(PHONE, name="张三丰", id_number="310101199001011234", loa=2)
    assert await Account.all().count() == 1
    assert (account.name, account.loa) == ("张三丰", 2)


async def test_preferences_not_given_stay(city: City) -> None:
    resident = await city.resident()
    await city.accounts.update_preferences(resident.account, locale="en")
    await city.accounts.update_preferences(resident.account, elder=True)
    account = await city.accounts.get(resident.account)
    assert (account.locale, account.elder) == ("en", True)


async def opened(city: City) -> tuple[str, Session]:
    account, _ = await city.accounts.for_phone(PHONE)
    return await city.sessions.open(AccountId(account.id), "Chrome on Android")


async def test_the_secret_is_not_in_the_table(city: City) -> None:
    secret, session = await opened(city)
    assert secret not in {session.digest, session.id}
    assert len(secret) == 43


async def test_a_session_is_found_by_its_secret_alone(city: City) -> None:
    secret, session = await opened(city)
    resident = await city.sessions.resident(secret)
    assert resident
    assert resident.session == session.id
    for other in (session.digest, session.id, secret[:-1], ""):
        assert await city.sessions.resident(other) is None


async def test_a_revoked_session_is_over_and_can_be_revoked_again(city: City) -> None:
    secret, session = await opened(city)
    for _ in range(2):
        await city.sessions.revoke(AccountId(session.account_id), SessionId(session.id))
    assert await city.sessions.resident(secret) is None
    assert await city.sessions.page(AccountId(session.account_id), None, 10) == []


async def test_nobody_ends_the_session_of_another(city: City) -> None:
    secret, session = await opened(city)
    stranger, _ = await city.accounts.for_phone("13900000002")
    with pytest.raises(SessionUnknown):
        await city.sessions.revoke(AccountId(stranger.id), SessionId(session.id))
    assert await city.sessions.resident(secret)


async def test_a_session_not_used_for_thirty_days_is_over(city: City) -> None:
    secret, session = await opened(city)
    city.clock.advance(days=29)
    assert await city.sessions.resident(secret)
    city.clock.advance(days=29)
    assert await city.sessions.resident(secret)
    city.clock.advance(days=30)
    assert await city.sessions.resident(secret) is None
    assert await city.sessions.page(AccountId(session.account_id), None, 10) == []


async def test_a_session_used_every_day_is_over_after_180(city: City) -> None:
    secret, _ = await opened(city)
    for _ in range(179):
        city.clock.advance(days=1)
        assert await city.sessions.resident(secret)
    city.clock.advance(days=1)
    assert await city.sessions.resident(secret) is None


@pytest.mark.parametrize(("seconds", "written"), [(59, False), (60, True), (600, True)])
async def test_use_is_noted_once_a_minute_at_most(city: City, seconds: int, written: bool) -> None:
    secret, session = await opened(city)
    city.clock.advance(seconds=seconds)
    await city.sessions.resident(secret)
    seen = (await Session.get(id=session.id)).last_seen_at
    assert (seen == city.clock.now()) is written


async def test_sessions_are_paged_newest_first(city: City) -> None:
    sessions = []
    for _ in range(3):
        sessions.append((await opened(city))[1].id)
        city.clock.advance(seconds=1)
    account, _ = await city.accounts.for_phone(PHONE)
    page = await city.sessions.page(AccountId(account.id), None, 1)
    assert [session.id for session in page] == [sessions[2], sessions[1]]
    following = await city.sessions.page(AccountId(account.id), sessions[2], 5)
    assert [session.id for session in following] == [sessions[1], sessions[0]]


@pytest.mark.parametrize("ending", ["none", "revoked", "idle", "old"])
async def test_whether_a_session_lives_is_known_by_its_id(city: City, ending: str) -> None:
    secret, session = await opened(city)
    if ending == "revoked":
        await city.sessions.revoke(AccountId(session.account_id), SessionId(session.id))
    for _ in range({"idle": 1, "old": 9}.get(ending, 0)):
        await city.sessions.resident(secret)
        city.clock.advance(days=30 if ending == "idle" else 20)
    assert await city.sessions.lives(SessionId(session.id)) is (ending == "none")
