"""Whether a number has an account shows neither in what the database is asked nor in how often."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from auth.guard.attempts import AttemptKind
from auth.guard.caller import Caller
from core.database import connection
from core.problems import Problem
from tests.unit.auth.guard.wiring import NOBODY, Guard
from tests.unit.auth.wiring import PHONE


@asynccontextmanager
async def watched() -> AsyncIterator[list[str]]:
    """The first words of each statement that SQLite executes meanwhile."""
    seen: list[str] = []
    raw = cast("Any", connection())._connection
    await raw.set_trace_callback(lambda text: seen.append(" ".join(text.split()[:2])))
    try:
        yield seen
    finally:
        await raw.set_trace_callback(None)


async def statements(guard: Guard, kind: AttemptKind, who: str, device: str) -> list[list[str]]:
    """What each of thirty attempts asked of the database, past challenges, limits and the alarm."""
    found = []
    for number in range(30):
        caller = Caller(f"192.0.2.{number % 3}", f"{who} {number}", device)
        async with watched() as seen:
            try:
                await guard.attempts.before(kind, who, caller)
            except Problem as problem:
                seen.append(problem.slug)
            if kind is not AttemptKind.SEND:
                await guard.attempts.failed(kind, who, caller)
        found.append(seen)
    return found


@pytest.mark.parametrize("kind", list(AttemptKind))
@pytest.mark.parametrize("device", ["", "a cookie that no account knows"], ids=["no cookie", "a cookie"])
async def test_the_same_statements_are_made(guard: Guard, kind: AttemptKind, device: str) -> None:
    await guard.account(PHONE)
    known, unknown = [await statements(guard, kind, who, device) for who in (PHONE, NOBODY)]
    assert known == unknown
    assert sum(map(len, known)) >= 30


async def test_a_code_to_either_is_the_same_work(guard: Guard) -> None:
    await guard.account(PHONE)
    found = []
    for phone in (PHONE, NOBODY):
        async with watched() as seen:
            await guard.quotas.spend(phone, "192.0.2.1")
        found.append(seen)
    assert found[0] == found[1]
