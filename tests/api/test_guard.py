"""What stands before an attempt, as a browser meets it."""

from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from auth.guard.challenges import solves
from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway

PHONE, UNKNOWN = "13800000001", "13999999999"
CODES, SESSIONS = "/api/v1/sign-in/codes", "/api/v1/sign-in/sessions"


def proof_of(problem: dict[str, Any]) -> dict[str, str]:
    challenge = problem["challenge"]
    nonce = next(number for number in count() if solves(challenge["salt"], str(number), challenge["bits"]))
    return {"challenge": challenge["id"], "nonce": str(nonce)}


async def asked(gateway: Gateway, phone: str, **more: Any) -> httpx2.Response:
    """As a browser that nobody knows."""
    async with gateway.client() as client:
        return await client.post(CODES, json={"phone": phone, **more})


def without_chance(response: httpx2.Response) -> tuple[Any, ...]:
    """Everything of an answer that another answer of the same meaning would have too."""
    body = response.json()
    body.pop("request_id", None)
    body.pop("challenge", None)
    headers = {name: value for name, value in response.headers.items() if name not in {"x-request-id", "set-cookie"}}
    headers.pop("content-length", None)
    return response.status_code, body, headers


async def test_a_number_asked_for_often_needs_a_proof_of_work_which_counts_once(gateway: Gateway) -> None:
    for _ in range(6):
        assert (await asked(gateway, PHONE)).status_code == 202
    needed = await asked(gateway, PHONE)
    assert needed.status_code == 403
    assert needed.json()["type"].endswith("/problems/challenge-needed")
    assert set(needed.json()["challenge"]) == {"id", "salt", "bits", "expires_in"}
    assert needed.json()["challenge"]["bits"] == 14
    proof = proof_of(needed.json())
    assert (await asked(gateway, PHONE, proof=proof)).status_code == 202
    assert (await asked(gateway, PHONE, proof=proof)).status_code == 403
    assert (await asked(gateway, UNKNOWN)).status_code == 202


@pytest.mark.parametrize(
    "proof", [{}, "solved", {"challenge": "x"}, {"challenge": "x", "nonce": "-1"}, {"challenge": "x", "nonce": 7}]
)
async def test_a_proof_of_another_shape_is_refused(gateway: Gateway, proof: object) -> None:
    answered = await asked(gateway, PHONE, proof=proof)
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["pointer"].startswith("/proof")


async def test_known_and_unknown_numbers_are_answered_alike(gateway: Gateway) -> None:
    await gateway.resident(PHONE)
    gateway.clock.advance(days=1)
    for _ in range(9):  # codes, then challenges
        known, unknown = await asked(gateway, PHONE), await asked(gateway, UNKNOWN)
        assert without_chance(known) == without_chance(unknown)
    for number in range(8):
        answers = []
        for phone in (PHONE, UNKNOWN):
            async with gateway.client() as client:
                answers.append(await client.post(SESSIONS, json={"phone": phone, "code": f"{number:06}"}))
        assert without_chance(answers[0]) == without_chance(answers[1])


async def test_wrong_codes_open_nothing_and_stop_at_the_browser_s_limit(gateway: Gateway) -> None:
    victim = await gateway.resident(PHONE)
    attacker = gateway.client()
    sent = await asked(gateway, PHONE)
    attacker.headers["Cookie"] = sent.headers["set-cookie"].split(";")[0]
    statuses: Counter[int] = Counter()
    for number in range(100):
        answered = await attacker.post(SESSIONS, json={"phone": PHONE, "code": f"{number:06}"})
        if answered.status_code == 403:
            proof = proof_of(answered.json())
            answered = await attacker.post(SESSIONS, json={"phone": PHONE, "code": f"{number:06}", "proof": proof})
        statuses[answered.status_code] += 1
        if answered.status_code == 429:
            assert int(answered.headers["Retry-After"]) > 0
    assert 201 not in statuses
    assert statuses[429] >= 55
    assert (await victim.get("/api/v1/account")).status_code == 200
    gateway.clock.advance(seconds=1)
    assert (await gateway.resident(PHONE)).headers["Cookie"]  # and its owner signs in elsewhere


async def test_codes_that_nobody_uses_stop_those_to_their_like_alone(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    limits = {"unused_prefix_hour": 9, "challenge_bits": 1, "challenge_bits_most": 1}
    async with running_gateway(database_url, tmp_path, clock, auth={"guard": limits}) as gateway:
        outcomes = []
        for number in range(12):
            phone = f"1380000{number:04}"
            answered = await asked(gateway, phone)
            if answered.status_code == 403:
                answered = await asked(gateway, phone, proof=proof_of(answered.json()))
            outcomes.append(answered.status_code)
        assert outcomes == [202] * 9 + [429] * 3
        assert (await asked(gateway, "13900000001")).status_code == 202


async def test_metrics_tell_kinds_and_outcomes_alone(gateway: Gateway) -> None:
    await asked(gateway, PHONE)
    counts = gateway.city.identity.rooms.guard.attempts.figures.counts
    assert counts["send", "admitted"] == 1
    assert PHONE not in str(counts)
