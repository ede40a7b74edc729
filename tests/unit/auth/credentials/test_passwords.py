"""Passwords: which are taken, how they are kept, and that nothing tells who has one."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from auth.credentials.breached import BYTES, BreachedPasswords, fingerprint
from auth.credentials.errors import PasswordRefused, PasswordsBusy, WrongCredentials
from auth.credentials.hashing import Hashing
from auth.credentials.models import Password
from auth.credentials.policy import Owner, PasswordPolicy, prepared
from auth.credentials.settings import CredentialsSettings, HashingSettings
from auth.credentials.threads import Threads
from auth.guard.caller import Caller
from auth.models import Account
from auth.sign_in import SignedIn
from tests.unit.auth.credentials.wiring import CHEAP, PASSWORD, Room, visitor
from tests.unit.auth.wiring import PHONE

NOBODYS, WITHOUT = "13900000009", "13900000008"
OWNER = Owner("13812345678", "欧阳娜娜")
POLICY = PasswordPolicy(10, BreachedPasswords.shipped())
CALLER = Caller("192.0.2.1", "browser-one")


async def by_password(room: Room, phone: str, password: str) -> SignedIn:
    return await room.services.entrances.by_password(phone, password, visitor(), CALLER)


async def test_a_resident_signs_in_with_the_password_they_set(room: Room) -> None:
    resident = await room.resident()
    await room.services.passwords.set(resident, PASSWORD)
    signed_in = await by_password(room, "138 0000 0001", PASSWORD)
    assert (signed_in.account.id, signed_in.new_account) == (resident.account, False)
    found = await room.city.sessions.resident(signed_in.secret)
    assert found
    assert (found.amr, found.authenticated_at) == (("pwd",), room.clock.now())


async def test_the_same_letters_of_another_keyboard_are_the_same_password(room: Room) -> None:
    await room.services.passwords.set(await room.resident(), "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ caf\u0065\u0301")
    assert await by_password(room, PHONE, "correct horse caf\u00e9")


async def test_blanks_and_capitals_count(room: Room) -> None:
    await room.services.passwords.set(await room.resident(), PASSWORD)
    for wrong in (f" {PASSWORD}", f"{PASSWORD} ", PASSWORD.upper(), PASSWORD[:-1]):
        with pytest.raises(WrongCredentials):
            await by_password(room, PHONE, wrong)


async def test_only_an_argon2id_hash_is_kept(room: Room) -> None:
    resident = await room.resident()
    await room.services.passwords.set(resident, PASSWORD)
    stored = (await Password.get(account_id=resident.account)).hash
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert PASSWORD not in stored


def test_by_default_it_costs_what_owasp_asks_for() -> None:
    options = CredentialsSettings().hashing
    assert (options.memory_kib, options.passes, options.lanes) == (19 * 1024, 2, 1)


async def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(room: Room, clock: Any) -> None:
    resident = await room.resident()
    await room.services.passwords.set(resident, PASSWORD)
    dearer = Room(clock, hashing={**CHEAP, "passes": 3})
    dearer.city.phone = room.city.phone
    assert await by_password(dearer, PHONE, PASSWORD)
    stored = (await Password.get(account_id=resident.account)).hash
    assert "t=3" in stored
    assert await by_password(dearer, PHONE, PASSWORD)
    assert (await Password.get(account_id=resident.account)).hash == stored


@pytest.mark.parametrize("phone", [PHONE, NOBODYS, WITHOUT], ids=["wrong", "unknown", "no password"])
async def test_unknown_without_and_wrong_are_one_answer_and_one_work(room: Room, phone: str) -> None:
    await room.services.passwords.set(await room.resident(), PASSWORD)
    await room.city.resident(WITHOUT)
    before = await Account.all().count()
    asked = counting(room)
    with pytest.raises(WrongCredentials) as refused:
        await by_password(room, phone, "some other password")
    assert asked() == 1
    assert await Account.all().count() == before
    assert refused.value.content("", "") == WrongCredentials().content("", "")


def counting(room: Room) -> Callable[[], int]:
    """How many hashes are compared from now on."""
    hashing: Any = room.services.passwords._hashing
    compare, calls = hashing._argon2.verify, []

    class Counted:
        def __getattr__(self, name: str) -> Any:
            return getattr(argon2, name)

        def verify(self, stored: str, password: str) -> bool:
            calls.append(stored)
            return bool(compare(stored, password))

    argon2 = hashing._argon2
    hashing._argon2 = Counted()
    return lambda: len(calls)


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("tK9#vv w2", ["too-short"]),
        ("x" * 5 + "kW 池" * 40, ["too-long"]),
        ("password", ["too-short", "breached"]),
        ("PassWord1234", ["breached"]),
        ("woaini5201314", ["breached"]),
        ("1qaz2wsx3edc", ["breached"]),
        ("shanghai2024!", ["breached"]),
        ("zhangwei1314", ["breached"]),
        ("13911112222", ["breached"]),
        ("8613911112222", ["breached"]),
        ("wang13911112222", []),
        ("abcabcabcabc", ["breached"]),
        ("aaaaaaaaaaaaaaa", ["breached"]),
        ("ab12ab12ab12", ["breached"]),
        ("shanghaishanghai", ["breached"]),
        ("tz9k9tz9k9", []),
        ("elephants in 2024!", []),
        ("19900101abcd", []),
        ("1234567890", ["breached"]),
        ("qwertyuiop", ["breached"]),
        ("mein 13812345678", ["contains-own-data"]),
        ("欧阳娜娜最厉害了吧啊", ["contains-own-data"]),
        ("OuYangNaNa!77zq", ["contains-own-data"]),
        ("correct horse battery", []),
        ("春眠不觉晓处处闻啼鸟", []),
        ("nine letters", []),
    ],
)
def test_easy_passwords_are_refused_with_their_reasons(password: str, reasons: list[str]) -> None:
    assert POLICY.reasons(prepared(password), OWNER) == reasons


def test_a_refusal_points_at_the_password_and_does_not_repeat_it() -> None:
    with pytest.raises(PasswordRefused) as refused:
        POLICY.check("woaini5201314", OWNER)
    assert refused.value.members["reasons"] == ["breached"]
    assert refused.value.errors[0]["pointer"] == "/password"
    assert "woaini" not in str(refused.value.content("", ""))


def test_a_short_name_forbids_nothing_but_itself() -> None:
    assert POLICY.reasons("lively coliseum", Owner(None, "李力")) == []
    assert POLICY.reasons("my 李力 is lively", Owner(None, "李力")) == ["contains-own-data"]


def test_the_list_is_sorted_compact_and_finds_its_ends() -> None:
    shipped = BreachedPasswords.shipped()
    content = shipped._content
    entries = [content[place : place + BYTES] for place in range(0, len(content), BYTES)]
    assert entries == sorted(set(entries))
    assert 150_000 < len(shipped) < 260_000
    small = BreachedPasswords(b"".join(sorted(map(fingerprint, ("one", "two", "three")))))
    assert all(word in small for word in ("one", "TWO", "three"))
    assert not any(word in small for word in ("four", "", "five"))
    assert "one" not in BreachedPasswords(b"")


async def test_the_meter_estimates_and_advises_in_both_languages(room: Room) -> None:
    weak = await room.services.strength.of("password123", OWNER)
    strong = await room.services.strength.of(PASSWORD, OWNER)
    assert (weak.score, weak.breached, strong.score, strong.breached) == (0, True, 4, False)
    assert weak.advice
    assert all({"zh-CN", "en"} == set(text) for text in weak.advice)
    assert strong.advice == []


async def test_the_meter_knows_whose_password_it_is(room: Room) -> None:
    mine = await room.services.strength.of("ouyangnana", OWNER)
    others = await room.services.strength.of("ouyangnana", Owner(None, None))
    assert mine.score < others.score


async def test_a_long_text_does_not_hold_the_meter_up(room: Room) -> None:
    started = time.perf_counter()
    await room.services.strength.of("a1!" * 80, OWNER)
    assert time.perf_counter() - started < 3


async def test_more_than_may_wait_are_told_to_come_back_and_places_are_given_back() -> None:
    threads, go = Threads(1, 2), threading.Event()
    waiting = [asyncio.ensure_future(threads.run(go.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(PasswordsBusy) as refused:
        await threads.run(go.wait)
    assert refused.value.headers["Retry-After"] == "2"
    go.set()
    await asyncio.gather(*waiting)
    assert await threads.run(go.wait)


async def test_a_caller_who_leaves_gives_the_place_back_but_lets_no_other_thread_begin() -> None:
    threads, go = Threads(1, 1), threading.Event()
    running = asyncio.ensure_future(threads.run(go.wait))
    waiting = asyncio.ensure_future(threads.run(go.wait))
    await asyncio.sleep(0.05)
    for each in (running, waiting):
        each.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    next_one = asyncio.ensure_future(threads.run(threading.active_count))
    await asyncio.sleep(0.05)
    assert not next_one.done()  # the thread is not free: its work cannot be taken back
    go.set()
    assert await next_one


async def test_no_more_hashes_are_made_at_once_than_are_allowed() -> None:
    hashing = Hashing(HashingSettings(**CHEAP, at_once=2, waiting=50))
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running, most = running + 1, max(most, running + 1)
        time.sleep(0.005)
        with lock:
            running -= 1

    await asyncio.gather(*(hashing._threads.run(work) for _ in range(20)))
    assert most == 2
