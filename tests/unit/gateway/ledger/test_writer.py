"""Appending: order, durability as far as a test can see it, other writers, failures."""

import asyncio

import pytest

from core.database import rows
from gateway.ledger.columns import octets
from gateway.ledger.entries import Ledger
from gateway.ledger.merkle import leaf_hash
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import keep, ledger_of, request_id


async def stored() -> list[dict[str, object]]:
    return await rows("SELECT * FROM ledger_entry ORDER BY seq")


@pytest.mark.both_databases
async def test_entries_are_numbered_from_zero_in_the_order_they_came(ledger: Ledger) -> None:
    assert await keep(ledger, 300) == [None] * 300
    assert await keep(ledger, 5, start=300) == [None] * 5
    kept = await stored()
    assert [row["seq"] for row in kept] == list(range(305))
    assert [request_id(number) in octets(row["content"]).decode() for number, row in enumerate(kept)] == [True] * 305
    assert all(octets(row["leaf"]) == leaf_hash(octets(row["content"])) for row in kept)


@pytest.mark.both_databases
async def test_two_writers_share_one_unbroken_order(ledger: Ledger, store: str, clock: ManualClock) -> None:
    other = ledger_of(clock)
    async with other.open(store):
        await asyncio.gather(*(keep(each, 400, start) for start, each in ((0, ledger), (1000, other))))
    assert [row["seq"] for row in await stored()] == list(range(800))
