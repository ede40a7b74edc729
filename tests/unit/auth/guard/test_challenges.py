"""Proofs of work: what counts as one, once, and what never does."""

from itertools import count

import pytest
from pydantic import SecretStr

from auth.guard.caller import Proof
from auth.guard.challenges import Challenges, solves
from auth.guard.errors import Challenge
from auth.models import UsedAssertion
from auth.secrecy import Secrecy
from tests.unit.auth.guard.wiring import Guard

PURPOSE = ("password", "13800000001", "browser")


def proof_of(challenge: Challenge) -> Proof:
    nonce = next(number for number in count() if solves(challenge.salt, str(number), challenge.bits))
    return Proof(challenge.id, str(nonce))


def no_proof_of(challenge: Challenge) -> Proof:
    nonce = next(number for number in count() if not solves(challenge.salt, str(number), challenge.bits))
    return Proof(challenge.id, str(nonce))


async def test_a_proof_counts_once(guard: Guard) -> None:
    proof = proof_of(guard.challenges.make(6, PURPOSE))
    assert await guard.challenges.takes(proof, 6, PURPOSE)
    assert not await guard.challenges.takes(proof, 6, PURPOSE)
    assert not await guard.challenges.takes(Proof(proof.challenge, proof.nonce.zfill(20)), 6, PURPOSE)


async def test_no_proof_is_none(guard: Guard) -> None:
    assert not await guard.challenges.takes(None, 6, PURPOSE)


@pytest.mark.parametrize(
    "purpose",
    [("send", *PURPOSE[1:]), ("password", "13900000002", "browser"), ("password", "13800000001", "another"), ()],
)
async def test_a_proof_is_for_one_kind_one_number_and_one_browser(guard: Guard, purpose: tuple[str, ...]) -> None:
    proof = proof_of(guard.challenges.make(4, PURPOSE))
    assert not await guard.challenges.takes(proof, 4, purpose)
    assert await guard.challenges.takes(proof, 4, PURPOSE)


@pytest.mark.parametrize(("seconds", "counts"), [(119, True), (120, False)])
async def test_a_challenge_lives_two_minutes(guard: Guard, seconds: int, counts: bool) -> None:
    proof = proof_of(guard.challenges.make(4, PURPOSE))
    guard.clock.advance(seconds=seconds)
    assert await guard.challenges.takes(proof, 4, PURPOSE) is counts


@pytest.mark.parametrize(("needed", "counts"), [(4, True), (6, True), (7, False)])
async def test_work_that_grew_meanwhile_is_forgiven_by_two_bits(guard: Guard, needed: int, counts: bool) -> None:
    proof = proof_of(guard.challenges.make(4, PURPOSE))
    assert await guard.challenges.takes(proof, needed, PURPOSE) is counts


async def test_what_was_made_up_or_changed_is_no_challenge(guard: Guard) -> None:
    challenge = guard.challenges.make(4, PURPOSE)
    good = proof_of(challenge)
    ends_at, bits, salt, mark = challenge.id.split(".")
    easy = next(number for number in count() if solves("0" * 32, str(number), 4))
    bad = [
        no_proof_of(challenge),
        Proof(f"{int(ends_at) + 60}.{bits}.{salt}.{mark}", good.nonce),
        Proof(f"{ends_at}.0.{salt}.{mark}", "1"),
        Proof(f"{ends_at}.{bits}.{'0' * 32}.{mark}", str(easy)),
        Proof(f"{ends_at}.{bits}.{salt}.{'0' * 64}", good.nonce),
        Proof("", good.nonce),
        Proof("x" * 5000, good.nonce),
        Proof(challenge.id, ""),
        Proof(challenge.id, "9" * 21),
        Proof(challenge.id, "-1"),
        Proof(challenge.id, "١"),
    ]
    for proof in bad:
        assert not await guard.challenges.takes(proof, 4, PURPOSE), proof
    assert await UsedAssertion.all().count() == 0  # nothing of it was stored


async def test_another_city_s_challenge_is_none(guard: Guard) -> None:
    elsewhere = Challenges(guard.clock, Secrecy(SecretStr("another secret of the tests, long enough")), guard.once, 120)
    assert not await guard.challenges.takes(proof_of(elsewhere.make(4, PURPOSE)), 4, PURPOSE)


def test_the_zero_bits_are_those_of_sha_256() -> None:
    # SHA-256("abc:…") by `sha256sum`: printf 'abc:16' begins with 0x
    assert solves("abc", "0", 0)
    zeros = {bits: next(n for n in count() if solves("abc", str(n), bits)) for bits in (1, 8, 12)}
    assert zeros[1] <= zeros[8] <= zeros[12]
