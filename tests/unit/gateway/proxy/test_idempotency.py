"""A keyed call has one effect and one answer, whatever is sent again, when, and by how many."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from core.database import rows
from core.problems import IdempotencyKeyReused
from gateway.proxy.idempotency import (
    Answer,
    Fresh,
    IdempotencyKeyInFlight,
    IdempotencyKeyUnusable,
    KeyedCall,
    Keys,
    Replay,
    fingerprint_of,
    is_final,
    key_of,
)
from gateway.proxy.settings import IdempotencySettings
from tests.harness.clock import ManualClock

CALL = KeyedCall(
    account="01aaaaaaaaaaaaaaaaaaaaaaaa",
    service="appointments",
    upstream="civil-affairs",
    operation="bookSlot",
    method="POST",
    target=b"/bookings?day=2",
    key="8e03978e-40d5-43dd-bc93-6894a57f9324",
)
BODY = fingerprint_of(b"application/json", b'{"slot":1}')
OTHER_BODY = fingerprint_of(b"application/json", b'{"slot":2}')
ANSWER = Answer(201, ((b"content-type", b"application/json"), (b"x-note", b"caf\xe9")), '{"id":"张"}'.encode())


@pytest.fixture
def keys(store: str, clock: ManualClock) -> Keys:
    return Keys(clock, IdempotencySettings())


async def claimed(keys: Keys, call: KeyedCall = CALL) -> Fresh:
    claim = await keys.claim(call, lease_seconds=40)
    assert isinstance(claim, Fresh)
    return claim


async def replayed(keys: Keys, call: KeyedCall = CALL) -> Replay:
    claim = await keys.claim(call, lease_seconds=40)
    assert isinstance(claim, Replay)
    return claim


@pytest.mark.both_databases
async def test_the_first_goes_through_and_the_second_gets_its_answer(keys: Keys) -> None:
    first = await claimed(keys)
    assert not first.retaken
    assert await keys.settle(first, BODY, ANSWER)
    assert (await replayed(keys)).answer(BODY) == ANSWER


@pytest.mark.both_databases
async def test_while_the_first_is_under_way_others_are_told_to_wait(keys: Keys) -> None:
    await claimed(keys)
    with pytest.raises(IdempotencyKeyInFlight) as told:
        await keys.claim(CALL, lease_seconds=40)
    assert told.value.headers == {"Retry-After": "1"}


@pytest.mark.both_databases
async def test_the_key_with_another_body_is_refused(keys: Keys) -> None:
    await keys.settle(await claimed(keys), BODY, ANSWER)
    with pytest.raises(IdempotencyKeyReused):
        (await replayed(keys)).answer(OTHER_BODY)
    with pytest.raises(IdempotencyKeyReused):
        await keys.claim(replace(CALL, fingerprint=OTHER_BODY), lease_seconds=40)
    assert (await replayed(keys, replace(CALL, fingerprint=BODY))).kept == ANSWER


@pytest.mark.parametrize(
    "other",
    [
        {"account": "01bbbbbbbbbbbbbbbbbbbbbbbb"},
        {"service": "queries"},
        {"upstream": "police"},
        {"operation": "cancelSlot"},
        {"method": "PUT"},
        {"target": b"/bookings?day=3"},
        {"target": b"/bookings"},
        {"key": "another"},
        {"upstream": "civil-affairsb", "operation": "ookSlot"},
    ],
)
async def test_elsewhere_it_is_another_key(keys: Keys, other: dict[str, Any]) -> None:
    await keys.settle(await claimed(keys), BODY, ANSWER)
    assert not (await claimed(keys, replace(CALL, **other))).retaken


@pytest.mark.both_databases
async def test_a_holder_that_died_loses_the_key_when_its_lease_is_over(keys: Keys, clock: ManualClock) -> None:
    dead = await claimed(keys)
    clock.advance(seconds=39)
    with pytest.raises(IdempotencyKeyInFlight):
        await keys.claim(CALL, lease_seconds=40)
    clock.advance(seconds=1)
    heir = await claimed(keys)
    assert heir.retaken
    assert not await keys.settle(dead, BODY, replace(ANSWER, status=500)), "too late: the key is another's"
    await keys.release(dead)
    with pytest.raises(IdempotencyKeyInFlight):
        await keys.claim(CALL, lease_seconds=40)
    assert await keys.settle(heir, BODY, ANSWER)
    assert (await replayed(keys)).answer(BODY) == ANSWER


async def test_an_heir_that_died_as_well_lets_nothing_go_that_is_anothers(keys: Keys, clock: ManualClock) -> None:
    await claimed(keys)
    clock.advance(seconds=40)
    heir = await claimed(keys)
    clock.advance(seconds=40)
    await claimed(keys)
    await keys.release(heir, BODY)
    with pytest.raises(IdempotencyKeyInFlight):
        await keys.claim(CALL, lease_seconds=40)


@pytest.mark.both_databases
async def test_a_key_of_which_nothing_was_sent_is_as_good_as_new(keys: Keys) -> None:
    await keys.release(await claimed(keys, replace(CALL, fingerprint=BODY)))
    again = await claimed(keys, replace(CALL, fingerprint=OTHER_BODY))
    assert (again.retaken, again.expected) == (False, None)


@pytest.mark.both_databases
async def test_a_call_without_an_answer_may_be_repeated_with_the_same_body_only(keys: Keys) -> None:
    await keys.release(await claimed(keys), BODY)
    again = await claimed(keys)
    assert (again.retaken, again.expected) == (True, BODY)
    await keys.release(again)
    with pytest.raises(IdempotencyKeyReused):
        await keys.claim(replace(CALL, fingerprint=OTHER_BODY), lease_seconds=40)
    assert (await claimed(keys, replace(CALL, fingerprint=BODY))).expected == BODY, "the refused claim took nothing"


@pytest.mark.both_databases
async def test_an_answer_too_large_to_keep_sends_the_next_call_to_the_department(
    store: str, clock: ManualClock
) -> None:
    keys = Keys(clock, IdempotencySettings(answer_bytes=10))
    assert not await keys.settle(await claimed(keys), BODY, replace(ANSWER, body=b"x" * 11))
    again = await claimed(keys)
    assert again.expected == BODY
    assert not await keys.settle(again, BODY, None)
    assert await keys.settle(await claimed(keys), BODY, replace(ANSWER, body=b"x" * 10))


async def test_an_answer_to_another_body_than_the_first_is_not_kept(keys: Keys) -> None:
    await keys.release(await claimed(keys), BODY)
    assert not await keys.settle(await claimed(keys), OTHER_BODY, ANSWER)
    assert (await claimed(keys)).expected == BODY


@pytest.mark.both_databases
async def test_after_a_day_the_key_is_new_and_swept(keys: Keys, clock: ManualClock) -> None:
    await keys.settle(await claimed(keys), BODY, ANSWER)
    clock.advance(hours=23)
    assert await keys.remove_expired() == 0
    await replayed(keys)
    clock.advance(hours=1)
    again = await claimed(keys, replace(CALL, fingerprint=OTHER_BODY))
    assert (again.retaken, again.expected) == (False, None)
    assert await keys.settle(again, OTHER_BODY, ANSWER)
    clock.advance(hours=24)
    assert await keys.remove_expired() == 1
    assert await rows("SELECT id FROM proxy_key") == []


@pytest.mark.both_databases
async def test_an_erased_resident_leaves_no_answer_behind(keys: Keys) -> None:
    await keys.settle(await claimed(keys), BODY, ANSWER)
    other = replace(CALL, account="01bbbbbbbbbbbbbbbbbbbbbbbb")
    await keys.settle(await claimed(keys, other), BODY, ANSWER)
    assert await keys.remove_account(CALL.account) == 1
    assert not (await claimed(keys)).retaken
    await replayed(keys, other)


@pytest.mark.both_databases
async def test_of_many_at_once_one_is_fresh(keys: Keys) -> None:
    results = await asyncio.gather(*(keys.claim(CALL, lease_seconds=40) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, Fresh) for each in results) == 1
    assert sum(isinstance(each, IdempotencyKeyInFlight) for each in results) == 19


@pytest.mark.both_databases
async def test_of_many_that_want_a_stale_key_one_gets_it(keys: Keys, clock: ManualClock) -> None:
    await claimed(keys)
    clock.advance(seconds=40)
    results = await asyncio.gather(*(keys.claim(CALL, lease_seconds=40) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, Fresh) for each in results) == 1


RACER = """
import asyncio, sys
from core.clock import SystemClock
from core.database import database
from gateway.proxy.idempotency import Fresh, IdempotencyKeyInFlight, KeyedCall, Keys
from gateway.proxy.settings import IdempotencySettings
from gateway.tables import APPS

async def main(url, account):
    async with database(url, APPS):
        keys = Keys(SystemClock(), IdempotencySettings())
        for number in range(30):
            call = KeyedCall(account=account, service="s", upstream="u", operation="o", method="POST", target=b"/",
                             key=str(number))
            try:
                print("fresh" if isinstance(await keys.claim(call, 600), Fresh) else "replay", number)
            except IdempotencyKeyInFlight:
                print("wait", number)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.both_databases
async def test_of_two_processes_one_gets_each_key(store: str) -> None:
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", RACER, store, CALL.account, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    spoken = await asyncio.gather(*(racer.communicate() for racer in racers))
    lines = [line for out, _ in spoken for line in out.decode().splitlines()]
    assert len(lines) == 60, [err.decode() for _, err in spoken]
    assert sorted(line for line in lines if "fresh" in line) == sorted(f"fresh {number}" for number in range(30))
    assert not [line for line in lines if "replay" in line]


async def test_neither_key_nor_answer_can_be_read_in_the_table(keys: Keys) -> None:
    await keys.settle(await claimed(keys), BODY, ANSWER)
    kept = repr(await rows("SELECT * FROM proxy_key"))
    assert CALL.key not in kept
    assert "application/json" not in kept
    assert repr(ANSWER.body)[2:-1] not in kept


@pytest.mark.parametrize(
    "value",
    [
        b"1",
        b"x" * 255,
        b"8e03978e-40d5-43dd-bc93-6894a57f9324",
        b"!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        b'"8e03978e-40d5-43dd-bc93-6894a57f9324"',
        b'"with spaces, and \\"quotes\\" and \\\\"',
        b'a"b',
    ],
)
def test_a_key_is_taken_as_it_is(value: bytes) -> None:
    assert key_of(value) == value.decode()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b'""',
        b'"',
        b'"open',
        b'"two" "two"',
        b'"parameter";a=1',
        b'"\\n"',
        b"two words",
        b"tab\there",
        b"nul\x00",
        b"del\x7f",
        b"line\nfeed",
        b"key\n",
        "键".encode(),
        b"x" * 256,
        b'"' + b"x" * 254 + b'"',
    ],
)
def test_what_is_no_key_is_refused(value: bytes) -> None:
    with pytest.raises(IdempotencyKeyUnusable):
        key_of(value)


def test_quotes_are_part_of_the_key() -> None:
    assert key_of(b'"k"') != key_of(b"k")


def test_a_fingerprint_knows_type_from_body() -> None:
    assert fingerprint_of(b"text/plain", b"x") != fingerprint_of(b"text/plainx", b"")
    assert fingerprint_of(None, b"x") != fingerprint_of(b"text/plain", b"x")


@pytest.mark.parametrize(
    ("status", "final"),
    [
        (200, True),
        (201, True),
        (400, True),
        (409, True),
        (422, True),
        (429, False),
        (408, False),
        (500, False),
        (503, False),
    ],
)
def test_answers_that_are_worth_another_try_settle_nothing(status: int, final: bool) -> None:
    assert is_final(status) == final
