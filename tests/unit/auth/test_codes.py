"""Codes by text message: what a guess may cost, and what holds when many come at once."""

import asyncio
from collections import Counter

import pytest

from auth.codes import Codes, Purpose
from auth.errors import CodeExpired, SMSUnavailable, TooManyCodes, TooManyTries, WrongCode
from auth.models import CodeQuota, SignInCode
from auth.sms import NoSender, Outbox
from core.problems import Problem
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import PHONE, City, lenient

BROWSER, ADDRESS = "browser-one", "192.0.2.1"
OTHER_PHONE = "13900000002"


async def sent(city: City, browser: str = BROWSER, phone: str = PHONE) -> str:
    await city.codes.send(phone, Purpose.SIGN_IN, browser, ADDRESS)
    return city.phone.codes[-1]


async def check(city: City, code: str, browser: str = BROWSER, phone: str = PHONE) -> str:
    return await city.codes.check(phone, Purpose.SIGN_IN, browser, code)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_code_of_the_message_is_right(city: City) -> None:
    code = await sent(city)
    assert len(code) == 6
    assert await check(city, code)


async def test_the_table_holds_neither_code_nor_browser(city: City) -> None:
    code = await sent(city)
    row = await SignInCode.get(phone=PHONE)
    assert code not in {row.digest, row.challenge}
    assert row.browser != BROWSER


async def test_a_code_is_used_once(city: City) -> None:
    challenge = await check(city, await sent(city))
    await city.codes.use(challenge)
    with pytest.raises(CodeExpired):
        await city.codes.use(challenge)


async def test_a_used_code_counts_no_more(city: City) -> None:
    code = await sent(city)
    await city.codes.use(await check(city, code))
    with pytest.raises(CodeExpired):
        await check(city, code)


async def test_wrong_guesses_are_told_what_is_left_and_the_sixth_try_is_refused_even_if_right(city: City) -> None:
    code = await sent(city)
    left = []
    for _ in range(5):
        with pytest.raises(WrongCode) as wrong:
            await check(city, other_than(code))
        left.append(wrong.value.members["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TooManyTries) as refused:
        await check(city, code)
    assert 0 < int(refused.value.headers["Retry-After"]) <= 301


@pytest.mark.parametrize(
    ("browser", "phone"), [("another browser", PHONE), (BROWSER, OTHER_PHONE), ("", PHONE)], ids=str
)
async def test_a_code_counts_only_where_it_was_asked_for(city: City, browser: str, phone: str) -> None:
    code = await sent(city)
    with pytest.raises(CodeExpired):
        await check(city, code, browser, phone)


@pytest.mark.parametrize(("seconds", "counts"), [(299, True), (300, False), (3000, False)])
async def test_a_code_lives_five_minutes(city: City, seconds: int, counts: bool) -> None:
    code = await sent(city)
    city.clock.advance(seconds=seconds)
    if counts:
        assert await check(city, code)
    else:
        with pytest.raises(CodeExpired):
            await check(city, code)


async def test_another_code_replaces_the_first(city: City) -> None:
    first = await sent(city)
    city.clock.advance(seconds=60)
    second = await sent(city)
    assert await SignInCode.all().count() == 1
    assert await check(city, second)
    if first != second:
        with pytest.raises(WrongCode):
            await check(city, first)


async def test_another_code_gives_new_tries(city: City) -> None:
    code = await sent(city)
    with pytest.raises(WrongCode):
        await check(city, other_than(code))
    city.clock.advance(seconds=61)
    code = await sent(city)
    with pytest.raises(WrongCode) as wrong:
        await check(city, other_than(code))
    assert wrong.value.members["tries_left"] == 4


async def test_the_same_browser_waits_a_minute_and_is_told_how_long(city: City) -> None:
    await sent(city)
    city.clock.advance(seconds=20)
    with pytest.raises(TooManyCodes) as refused:
        await sent(city)
    assert refused.value.headers["Retry-After"] == "41"
    assert len(city.phone.codes) == 1


async def test_after_a_sign_in_there_is_no_wait(city: City) -> None:
    await city.codes.use(await check(city, await sent(city)))
    assert await check(city, await sent(city))


async def test_a_failing_sender_leaves_no_code(city: City) -> None:
    city.phone.broken = True
    with pytest.raises(SMSUnavailable) as refused:
        await sent(city)
    assert refused.value.slug == "sms-unavailable"
    assert await SignInCode.all().count() == 0


async def test_a_sender_that_hangs_is_given_up(store: str, clock: ManualClock) -> None:
    city = City(clock, sms_seconds=0.01)

    class Hanging:
        async def send(self, *_: str) -> None:
            await asyncio.sleep(60)

    codes = Codes(clock, city.settings, city.secrecy, city.quotas, Hanging())
    with pytest.raises(SMSUnavailable):
        await codes.send(PHONE, Purpose.SIGN_IN, BROWSER, ADDRESS)


async def test_without_an_operator_there_are_no_codes(city: City) -> None:
    codes = Codes(city.clock, city.settings, city.secrecy, city.quotas, NoSender())
    with pytest.raises(SMSUnavailable):
        await codes.send(PHONE, Purpose.SIGN_IN, BROWSER, ADDRESS)


async def test_the_outbox_shows_the_newest_first(city: City) -> None:
    outbox = Outbox(city.clock)
    for code in ("000001", "000002"):
        await outbox.send(PHONE, f"code {code}", code)
        city.clock.advance(seconds=1)
    assert [message.code for message in await outbox.newest()] == ["000002", "000001"]
    assert len(await outbox.newest(1)) == 1


LIMITS = [
    ({"phone_hour": 3}, {"hours": 1}, {"minutes": 30}),
    ({"phone_day": 3}, {"days": 1}, {"hours": 1}),
    ({"address_hour": 3}, {"hours": 1}, {"minutes": 30}),
    ({"all_day": 3}, {"days": 1}, {"hours": 1}),
]


@pytest.mark.parametrize(("limit", "window", "too_soon"), LIMITS, ids=str)
async def test_each_limit_bites_and_ends_with_its_window(
    store: str, clock: ManualClock, limit: dict[str, int], window: dict[str, int], too_soon: dict[str, int]
) -> None:
    quotas = City(clock, limits=lenient(**limit)).quotas
    for _ in range(3):
        await quotas.spend(PHONE, ADDRESS)
    with pytest.raises(TooManyCodes) as refused:
        await quotas.spend(PHONE, ADDRESS)
    assert int(refused.value.headers["Retry-After"]) > 0
    clock.advance(**too_soon)
    with pytest.raises(TooManyCodes):
        await quotas.spend(PHONE, ADDRESS)
    clock.advance(**window)
    await quotas.spend(PHONE, ADDRESS)


@pytest.mark.parametrize(
    ("limit", "caller", "free"),
    [
        ("phone_hour", (OTHER_PHONE, ADDRESS), True),
        ("phone_hour", (PHONE, "192.0.2.2"), False),
        ("address_hour", (PHONE, "192.0.2.2"), True),
        ("address_hour", (OTHER_PHONE, ADDRESS), False),
        ("all_day", (OTHER_PHONE, "192.0.2.2"), False),
    ],
)
async def test_a_limit_counts_what_it_names(
    store: str, clock: ManualClock, limit: str, caller: tuple[str, str], free: bool
) -> None:
    quotas = City(clock, limits=lenient(**{limit: 1})).quotas
    await quotas.spend(PHONE, ADDRESS)
    if free:
        await quotas.spend(*caller)
    else:
        with pytest.raises(TooManyCodes):
            await quotas.spend(*caller)


async def test_a_refusal_spends_nothing(store: str, clock: ManualClock) -> None:
    quotas = City(clock, limits=lenient(all_day=1)).quotas
    await quotas.spend(PHONE, ADDRESS)
    with pytest.raises(TooManyCodes):
        await quotas.spend(OTHER_PHONE, "192.0.2.2")
    assert {row.spent for row in await CodeQuota.all()} == {1}
    assert await CodeQuota.all().count() == 6


async def outcome(attempt: object) -> str:
    try:
        await attempt  # type: ignore[misc]
    except Problem as problem:
        return problem.slug
    return "right"


@pytest.mark.both_databases
async def test_a_hundred_guesses_at_once_get_five_checks(city: City) -> None:
    wrong = other_than(await sent(city))
    outcomes = Counter(await asyncio.gather(*(outcome(check(city, wrong)) for _ in range(100))))
    assert outcomes == {"wrong-code": 5, "too-many-tries": 95}


@pytest.mark.both_databases
async def test_of_many_right_guesses_at_once_one_is_used(city: City) -> None:
    challenge = await check(city, await sent(city))
    outcomes = Counter(await asyncio.gather(*(outcome(city.codes.use(challenge)) for _ in range(20))))
    assert outcomes == {"right": 1, "code-expired": 19}


@pytest.mark.both_databases
async def test_a_limit_holds_when_all_ask_at_once(store: str, clock: ManualClock) -> None:
    city = City(clock, limits=lenient(phone_hour=5))
    asked = [city.codes.send(PHONE, Purpose.SIGN_IN, f"browser-{number}", ADDRESS) for number in range(40)]
    outcomes = Counter(await asyncio.gather(*(outcome(each) for each in asked)))
    assert outcomes == {"right": 5, "too-many-codes": 35}
    assert len(city.phone.codes) == 5


@pytest.mark.both_databases
async def test_one_browser_that_asks_many_times_at_once_gets_one_code(city: City) -> None:
    outcomes = Counter(await asyncio.gather(*(outcome(sent(city)) for _ in range(20))))
    assert outcomes == {"right": 1, "too-many-codes": 19}
    assert await check(city, city.phone.codes[0])
