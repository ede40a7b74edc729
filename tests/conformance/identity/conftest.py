"""The whole gateway, a client and a resident's browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, running_gateway
from tests.harness.relying_party import Browser, RelyingParty


@pytest.fixture
async def gateway(database_url: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Gateway]:
    async with running_gateway(database_url, tmp_path, clock) as running:
        yield running


@pytest.fixture
async def shop(gateway: Gateway) -> RelyingParty:
    return await RelyingParty.registered(gateway)


@pytest.fixture
async def browser(gateway: Gateway) -> Browser:
    return await Browser.of_resident(gateway)
