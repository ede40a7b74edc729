"""A ledger on a throw-away database."""

from collections.abc import AsyncIterator

import pytest

from gateway.ledger.entries import Ledger
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import ledger_of


@pytest.fixture
async def ledger(store: str, clock: ManualClock) -> AsyncIterator[Ledger]:
    made = ledger_of(clock)
    async with made.open(store):
        yield made
