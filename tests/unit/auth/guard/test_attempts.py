"""Who is slowed down by failures, and who never is."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from auth.errors import TooManyCodes
from auth.guard.attempts import AttemptKind
from auth.guard.caller import Caller
from auth.guard.errors import ChallengeNeeded, TooManyAttempts
from auth.guard.models import KnownDevice
from auth.security.models import SecurityEvent
from auth.settings import CodeLimits
from core.database import transaction
from core.problems import Problem
from tests.harness.clock import ManualClock
from tests.unit.auth.guard.wiring import NOBODY, STRANGER, Guard, solved
from tests.unit.auth.wiring import PHONE

PASSWORD, CODE, SECOND, SEND = AttemptKind.PASSWORD, AttemptKind.CODE, AttemptKind.SECOND_FACTOR, AttemptKind.SEND


async def wrong(guard: Guard, kind: AttemptKind = PASSWORD, who: str = PHONE, caller: Caller = STRANGER) -> None:
    """One wrong attempt, with the work that is asked for."""
    try:
        await guard.attempts.before(kind, who, caller)
    except ChallengeNeeded as needed:
        await guard.attempts.before(kind, who, replace(caller, proof=solved(needed)))
    await guard.attempts.failed(kind, who, caller)


async def outcome(guard: Guard, kind: AttemptKind = PASSWORD, who: str = PHONE, caller: Caller = STRANGER) -> str:
    try:
        await guard.attempts.before(kind, who, caller)
    except Problem as problem:
        return problem.slug
    return "admitted"


async def test_after_five_failures_strangers_work_and_the_work_grows(guard: Guard) -> None:
    bits = []
    for number in range(100):
        caller = Caller(f"192.0.2.{number}", f"browser {number}")
        try:
            await guard.attempts.before(PASSWORD, PHONE, caller)
            bits.append(0)
        except ChallengeNeeded as needed:
            bits.append(needed.members["challenge"]["bits"])
            await guard.attempts.before(PASSWORD, PHONE, replace(caller, proof=solved(needed)))
    assert bits[:5] == [0] * 5
    assert bits[5] == guard.settings.challenge_bits
    assert bits == sorted(bits)
    assert bits[-1] >= guard.settings.challenge_bits_most - 1


async def test_strangers_wait_for_one_another_but_a_code_in_hand_does_not(guard: Guard) -> None:
    for number in range(100):
        await wrong(guard, caller=Caller(f"192.0.2.{number}", f"browser {number}"))
    with pytest.raises(TooManyAttempts) as refused:
        await guard.attempts.before(PASSWORD, PHONE, Caller("198.51.100.1", "another"))
    assert refused.value.headers["Retry-After"] == "36"
    assert await outcome(guard, CODE, caller=Caller("198.51.100.1", "another")) == "admitted"
    guard.clock.advance(seconds=37)
    assert await outcome(guard, caller=Caller("198.51.100.1", "another")) == "challenge-needed"


async def test_no_guessing_locks_out_a_browser_that_the_account_knows(guard: Guard) -> None:
    account = await guard.account()
    home = Caller("192.0.2.1", "owner's browser")
    home = replace(home, device=await guard.attempts.succeeded(PASSWORD, PHONE, home, account))
    for number in range(100):
        await wrong(guard, caller=Caller(f"192.0.2.{number % 7}", f"browser {number}"))
    assert await outcome(guard) == "too-many-attempts"
    for kind in (PASSWORD, CODE, SECOND, SEND):
        assert await outcome(guard, kind, PHONE, home) == "admitted"


@pytest.mark.parametrize("who", ["the number", "the account"])
async def test_a_known_browser_has_a_limit_of_its_own(guard: Guard, who: str) -> None:
    account = await guard.account()
    named = PHONE if who == "the number" else str(account)
    home = replace(STRANGER, device=await guard.attempts.succeeded(PASSWORD, PHONE, STRANGER, account))
    for _ in range(20):
        await wrong(guard, who=named, caller=home)
    assert await outcome(guard, who=named, caller=home) == "too-many-attempts"
    assert await outcome(guard, who=named) == "admitted"  # and strangers have theirs
    assert await SecurityEvent.all().count() == 0  # the owner's own slips are no alarm


async def test_a_browser_is_known_to_one_account_only(guard: Guard) -> None:
    account = await guard.account()
    await guard.account(NOBODY)
    home = replace(STRANGER, device=await guard.devices.remember(account, STRANGER))
    assert await guard.attempts.before(PASSWORD, PHONE, home)
    assert not await guard.attempts.before(PASSWORD, NOBODY, home)
    assert not await guard.attempts.before(PASSWORD, PHONE, replace(home, device="made up, and long enough"))
    row = await KnownDevice.get()
    assert home.device not in row.id


async def test_a_browser_is_forgotten_in_time(guard: Guard) -> None:
    account = await guard.account()
    home = replace(STRANGER, device=await guard.devices.remember(account, STRANGER))
    assert await guard.devices.remember(account, home) == home.device
    assert await guard.devices.knows(PHONE, home)
    guard.clock.advance(days=401)
    assert not await guard.devices.knows(PHONE, home)
    await guard.leftovers.remove()
    assert await KnownDevice.all().count() == 0


async def test_one_network_at_one_account_and_others_go_on(guard: Guard) -> None:
    for number in range(20):
        await wrong(guard, caller=Caller("192.0.2.1", f"browser {number}"))
    assert await outcome(guard, caller=Caller("192.0.2.1", "new")) == "too-many-attempts"
    assert await outcome(guard, caller=Caller("192.0.2.2", "new")) == "challenge-needed"
    assert await outcome(guard, who=NOBODY, caller=Caller("192.0.2.1", "new")) == "admitted"


async def test_one_browser_at_many_accounts(guard: Guard) -> None:
    for number in range(40):
        await wrong(guard, who=f"138{number:08}")
    assert await outcome(guard, who=PHONE) == "too-many-attempts"
    assert await outcome(guard, who=PHONE, caller=replace(STRANGER, browser="new")) == "admitted"


@pytest.mark.parametrize(
    ("address", "free"), [("2001:db8:1:2::9", False), ("2001:db8:1:3::1", True), ("2001:db8:2::1", True)]
)
async def test_one_network_at_many_accounts(store: str, clock: ManualClock, address: str, free: bool) -> None:
    guard = Guard(clock, address_failures_hour=20)
    for number in range(20):
        await wrong(guard, who=f"138{number:08}", caller=Caller(f"2001:db8:1:2::{number:x}"))
    assert (await outcome(guard, caller=Caller(address)) != "too-many-attempts") is free


async def test_a_site_of_many_networks_has_a_wider_limit(store: str, clock: ManualClock) -> None:
    guard = Guard(clock, address_failures_hour=10)
    for number in range(40):
        await wrong(guard, who=f"138{number:08}", caller=Caller(f"2001:db8:1:{number:x}::1"))
    assert await outcome(guard, caller=Caller("2001:db8:1:ffff::1")) == "too-many-attempts"
    assert await outcome(guard, caller=Caller("2001:db8:2:ffff::1")) == "admitted"


@pytest.mark.both_databases
async def test_many_at_once_get_no_further_than_one_after_another(guard: Guard) -> None:
    outcomes = Counter(await asyncio.gather(*(outcome(guard) for _ in range(60))))
    assert outcomes == {"admitted": 5, "challenge-needed": 55}


async def test_the_second_factor_has_forty_a_day(guard: Guard) -> None:
    account = await guard.account()
    for number in range(40):
        await wrong(guard, SECOND, account, Caller(f"192.0.2.{number}", f"browser {number}"))
    assert await outcome(guard, SECOND, account, Caller("198.51.100.1")) == "too-many-attempts"


async def test_what_succeeds_is_not_counted(guard: Guard) -> None:
    account = await guard.account()
    for _ in range(30):
        await guard.attempts.before(PASSWORD, PHONE, STRANGER)
        await guard.attempts.succeeded(PASSWORD, PHONE, STRANGER, account)
    assert await outcome(guard) == "admitted"


async def test_what_is_withdrawn_is_not_counted(guard: Guard) -> None:
    for kind in (PASSWORD, CODE):
        for _ in range(30):
            await guard.attempts.before(kind, PHONE, STRANGER)
            await guard.attempts.withdrawn(kind, PHONE, STRANGER)
        assert await outcome(guard, kind) == "admitted"


async def test_a_known_browser_is_written_down_once_a_month(guard: Guard) -> None:
    account = await guard.account()
    home = replace(STRANGER, device=await guard.devices.remember(account, STRANGER))
    made = (await KnownDevice.get()).ends_at
    for days, same in ((29, True), (2, False)):
        guard.clock.advance(days=days)
        assert await guard.devices.remember(account, home) == home.device
        assert ((await KnownDevice.get()).ends_at == made) is same


async def test_a_success_within_a_transaction_goes_with_it(guard: Guard) -> None:
    account = await guard.account()
    await guard.attempts.before(PASSWORD, PHONE, STRANGER)
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await guard.attempts.succeeded(PASSWORD, PHONE, STRANGER, account)
            _ = 1 / 0
    assert await KnownDevice.all().count() == 0


async def test_the_counters_are_shared_and_survive(guard: Guard) -> None:
    for _ in range(5):
        await wrong(guard)
    guard.attempts = guard.process()
    assert await outcome(guard) == "challenge-needed"


async def test_the_owner_is_told_once_a_day_that_strangers_guess(guard: Guard) -> None:
    account = await guard.account()
    for day in range(2):
        for number in range(30):
            await wrong(guard, caller=Caller(f"192.0.2.{number}", f"browser {number}"))
            assert await SecurityEvent.all().count() == day + (number >= 19)
        guard.clock.advance(days=2)
    event = await SecurityEvent.all().first()
    assert event
    assert (event.account_id, event.kind, event.details) == (account, "guessing", {})


async def test_guesses_at_nobody_tell_nobody(guard: Guard) -> None:
    for number in range(30):
        await wrong(guard, who=NOBODY, caller=Caller(f"192.0.2.{number}", f"browser {number}"))
    assert await SecurityEvent.all().count() == 0


async def test_figures_name_kinds_and_outcomes(guard: Guard) -> None:
    for number in range(7):
        await wrong(guard, caller=Caller(f"192.0.2.{number}"))
    assert guard.attempts.figures.counts == {
        ("password", "admitted"): 7,
        ("password", "failed"): 7,
        ("password", "challenged"): 2,
    }


async def ask(guard: Guard, phone: str, caller: Caller, **proof: object) -> None:
    known = await guard.attempts.before(SEND, phone, caller)
    await guard.quotas.spend(phone, caller.address, known=known)


async def test_the_seventh_code_to_a_number_asks_strangers_for_work(guard: Guard) -> None:
    for number in range(6):
        await ask(guard, PHONE, Caller(f"192.0.2.{number}"))
    with pytest.raises(ChallengeNeeded) as needed:
        await ask(guard, PHONE, Caller("192.0.2.99", "browser"))
    await ask(guard, PHONE, Caller("192.0.2.99", "browser", proof=solved(needed.value)))


async def test_strangers_cannot_use_up_the_owner_s_codes(guard: Guard) -> None:
    account = await guard.account()
    home = replace(STRANGER, device=await guard.devices.remember(account, STRANGER))
    for number in range(10):
        await guard.quotas.spend(PHONE, f"192.0.2.{number}")
    with pytest.raises(TooManyCodes):
        await guard.quotas.spend(PHONE, "192.0.2.99")
    for _ in range(10):
        await ask(guard, PHONE, home)
    with pytest.raises(TooManyCodes):
        await ask(guard, PHONE, home)


@pytest.mark.parametrize(
    ("used", "outcomes"),
    [(False, ["admitted"] * 10 + ["challenge-needed"] * 20 + ["too-many-codes"] * 5), (True, ["admitted"] * 35)],
    ids=["never used", "used"],
)
async def test_codes_that_nobody_uses_stop_those_to_their_like(
    store: str, clock: ManualClock, used: bool, outcomes: list[str]
) -> None:
    guard = Guard(clock, unused_prefix_hour=30, unused_address_hour=1000)
    found = []
    for number in range(35):
        phone, caller = f"1380000{number:04}", Caller(f"192.0.2.{number}")
        found.append(await outcome(guard, SEND, phone, caller))
        if found[-1] != "too-many-codes":
            await guard.quotas.spend(phone, caller.address)
        if used:
            await guard.quotas.used(phone)
    assert found == outcomes
    assert await outcome(guard, SEND, "13900000001", Caller("192.0.2.77")) == "admitted"


@pytest.mark.parametrize("used", [False, True])
async def test_codes_that_nobody_uses_stop_their_network(store: str, clock: ManualClock, used: bool) -> None:
    guard = Guard(clock, unused_address_hour=30)
    account = await guard.account()
    for number in range(30):
        phone = f"138{number:04}0000"
        await guard.quotas.spend(phone, "192.0.2.1")
        if used:
            await guard.attempts.succeeded(CODE, phone, Caller("192.0.2.1", f"browser {number}"), account)
    expected = "admitted" if used else "too-many-codes"
    assert await outcome(guard, SEND, "13900000001", Caller("192.0.2.1")) == expected
    assert await outcome(guard, SEND, "13900000001", Caller("192.0.2.2")) == "admitted"


@pytest.mark.parametrize(("limit", "window"), [("prefix_hour", 3600), ("prefix_day", 86_400)])
async def test_a_prefix_has_a_budget(store: str, clock: ManualClock, limit: str, window: int) -> None:
    guard = Guard(clock, codes=CodeLimits(**{limit: 3}))
    for number in range(3):
        await guard.quotas.spend(f"1380000{number:04}", f"192.0.2.{number}")
    with pytest.raises(TooManyCodes) as refused:
        await guard.quotas.spend("13800009999", "192.0.2.99")
    assert 0 < int(refused.value.headers["Retry-After"]) <= window + 1
    await guard.quotas.spend("13800010000", "192.0.2.99")


async def test_a_thousand_wrong_codes_of_one_network_cost_it_work_and_keep_nobody_out(
    store: str, clock: ManualClock
) -> None:
    guard = Guard(clock, address_failures_hour=200, challenge_bits=1, challenge_bits_most=1)
    outcomes: Counter[str] = Counter()
    for number in range(1000):
        caller = Caller("192.0.2.1", f"browser {number}")
        found = await outcome(guard, CODE, PHONE, caller)
        outcomes[found] += 1
        await guard.attempts.failed(CODE, PHONE, caller)
    assert outcomes == {"admitted": 50, "challenge-needed": 950}
    assert await outcome(guard, PASSWORD, NOBODY, Caller("192.0.2.1", "another")) == "too-many-attempts"
    assert await outcome(guard, CODE, PHONE, Caller("198.51.100.1", "owner's")) == "admitted"
