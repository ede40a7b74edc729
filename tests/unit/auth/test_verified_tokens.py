"""Tokens that were verified: what memory lets pass, verifying would let pass too."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import verified_tokens
from auth.errors import BearerRefused, TokenExpired, TokenInvalid, TokenMissing
from auth.mini_tokens import MiniToken, MiniTokens
from auth.models import Key
from auth.verified_tokens import VerifiedTokens
from core.ids import ServiceId
from tests.unit.auth.wiring import NAME_SCOPE, City

APPOINTMENTS = ServiceId("appointments")
HERE, ELSEWHERE = "http://appointments.localhost:8000", "http://queries.localhost:8000"


@pytest.fixture
async def token(city: City) -> str:
    return (await city.mini_tokens.issue(await city.consented(NAME_SCOPE.name), APPOINTMENTS)).token


def known(city: City, token: str, audience: str = HERE) -> MiniToken | None:
    return city.verified_tokens.known(token, audience, city.ticks())


async def test_a_token_is_known_once_it_was_verified(city: City, token: str) -> None:
    assert known(city, token) is None
    verified = await city.verified_tokens.verify(token, HERE)
    assert verified == await city.mini_tokens.verify(token, HERE)
    assert known(city, token) is verified


async def test_another_audience_never_gets_it(city: City, token: str) -> None:
    await city.verified_tokens.verify(token, HERE)
    assert known(city, token, ELSEWHERE) is None
    with pytest.raises(TokenInvalid):
        await city.verified_tokens.verify(token, ELSEWHERE)
    assert known(city, token, ELSEWHERE) is None
    assert known(city, token) is not None


@pytest.mark.parametrize("place", [0, 40, -40, -1])
async def test_a_token_that_differs_in_one_character_is_another(city: City, token: str, place: int) -> None:
    await city.verified_tokens.verify(token, HERE)
    letters = list(token)
    letters[place] = "A" if letters[place] != "A" else "B"
    changed = "".join(letters)
    assert known(city, changed) is None


@pytest.mark.parametrize(
    ("life", "seconds", "known_still"),
    [(300, 59, True), (300, 60, False), (30, 29, True), (30, 31.9, True), (30, 32, False), (300, -1, False)],
)
async def test_each_asking_looks_at_the_time(city: City, life: int, seconds: float, known_still: bool) -> None:
    short = City(city.clock, mini_token_seconds=life)
    token = (await short.mini_tokens.issue(await short.consented(NAME_SCOPE.name), APPOINTMENTS)).token
    await city.verified_tokens.verify(token, HERE)
    city.clock.advance(seconds=seconds)
    assert (known(city, token) is not None) is known_still


@given(age=st.integers(0, 60), later=st.lists(st.floats(-5, 130), max_size=20))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_what_memory_lets_pass_verifying_would_let_pass(city: City, age: int, later: list[float]) -> None:
    short = City(city.clock, mini_token_seconds=60)
    await short.freshness.look()
    token = (await short.mini_tokens.issue(await short.consented(NAME_SCOPE.name), APPOINTMENTS)).token
    began = city.clock.now() + timedelta(seconds=age)
    city.clock.moment = began
    await short.verified_tokens.verify(token, HERE)
    for seconds in later:
        city.clock.moment = began + timedelta(seconds=seconds)
        if known(short, token):
            assert await short.mini_tokens.verify(token, HERE) == known(short, token)
    city.clock.moment = began


@pytest.mark.both_databases
async def test_a_token_goes_with_its_key(city: City, token: str) -> None:
    await city.verified_tokens.verify(token, HERE)
    await city.keys.rotate()
    await city.freshness.look()
    assert known(city, token) is not None
    await Key.filter(generation=1).update(gone_at=city.clock.now())
    for _ in range(31):
        city.clock.advance(seconds=1)
        await city.freshness.look()
    assert known(city, token) is None
    with pytest.raises(TokenInvalid):
        await city.verified_tokens.verify(token, HERE)


async def test_memory_is_bounded_by_letting_go_of_the_oldest(city: City) -> None:
    small = VerifiedTokens(city.clock, city.mini_tokens, city.keys, capacity=2)
    resident = await city.consented(NAME_SCOPE.name)
    tokens = [(await city.mini_tokens.issue(resident, APPOINTMENTS)).token for _ in range(3)]
    for token in tokens:
        await small.verify(token, HERE)
    assert len(small) == 2
    assert [small.known(token, HERE, city.ticks()) is not None for token in tokens] == [False, True, True]


async def test_what_counts_no_more_is_let_go_of(city: City, token: str) -> None:
    await city.verified_tokens.verify(token, HERE)
    with pytest.raises(TokenInvalid):
        await city.verified_tokens.verify("a.b.c", HERE)
    city.clock.advance(seconds=60)
    await city.freshness.look()
    assert len(city.verified_tokens) == len(city.verified_tokens._refused) == 0


class Counting(MiniTokens):
    """Counts how often a token was really verified."""

    times = 0

    async def verify(self, token: str | None, audience: str) -> MiniToken:
        self.times += 1
        return await super().verify(token, audience)


@pytest.fixture
def counting(city: City) -> Counting:
    counting = Counting(city.tokens, city.settings, city.entitlements, city.subjects, city.mini_sessions)
    city.verified_tokens = VerifiedTokens(city.clock, counting, city.keys)
    return counting


async def refusal(city: City, token: str, audience: str = HERE) -> BearerRefused:
    with pytest.raises(BearerRefused) as refused:
        await city.verified_tokens.verify(token, audience)
    return refused.value


async def test_a_flood_of_one_bad_token_is_verified_once_a_second(city: City, token: str, counting: Counting) -> None:
    bad = token[:-10] + "A" * 10
    first = await refusal(city, bad)
    for _ in range(100):
        again = await refusal(city, bad)
        assert (type(again), again.detail) == (type(first), first.detail)
    assert counting.times == 1
    at_hand = city.verified_tokens.refused(bad, HERE, city.ticks())
    assert isinstance(at_hand, TokenInvalid)
    assert city.verified_tokens.refused(bad, ELSEWHERE, city.ticks()) is None
    city.clock.advance(seconds=1)
    assert city.verified_tokens.refused(bad, HERE, city.ticks()) is None
    await refusal(city, bad)
    assert counting.times == 2


async def test_a_token_that_becomes_good_is_not_held_off_for_longer(city: City, counting: Counting) -> None:
    ahead = City(type(city.clock)(city.clock.now() + timedelta(seconds=3)))
    await ahead.keys.ensure()
    token = (await ahead.mini_tokens.issue(await ahead.consented(NAME_SCOPE.name), APPOINTMENTS)).token
    assert isinstance(await refusal(city, token), TokenInvalid)
    city.clock.advance(seconds=1)
    assert (await city.verified_tokens.verify(token, HERE)).service == APPOINTMENTS


async def test_an_expired_token_is_told_that_it_expired_both_times(city: City, token: str, counting: Counting) -> None:
    city.clock.advance(seconds=302)
    assert [type(await refusal(city, token)) for _ in range(2)] == [TokenExpired, TokenExpired]
    assert counting.times == 1


async def test_refusals_are_bounded_and_long_ones_not_kept(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified_tokens, "_REFUSALS", 2)
    for number in range(5):
        await refusal(city, f"a.b.{number}")
    await refusal(city, "a.b." + "c" * 9000)
    assert len(city.verified_tokens._refused) == 2


async def test_no_token_is_missing_and_not_refused(city: City) -> None:
    with pytest.raises(TokenMissing):
        await city.verified_tokens.verify("", HERE)
    assert city.verified_tokens.refused("", HERE, city.ticks()) is None


async def test_what_memory_says_of_a_token_is_all_that_the_token_says(city: City, token: str) -> None:
    verified = await city.verified_tokens.verify(token, HERE)
    facts: dict[str, Any] = {
        "service": APPOINTMENTS,
        "scopes": {NAME_SCOPE.name},
        "loa": 1,
        "expires_at": int(city.clock.now().timestamp()) + 300,
        "kid": (await city.keys.current()).kid,
    }
    assert {name: getattr(verified, name) for name in facts} == facts
