"""A process that keeps values and rates without end, to be killed: what is counted must be what is there."""

import asyncio
import itertools
import sys
from types import SimpleNamespace
from typing import Any, cast

from core.clock import SystemClock
from core.database import database
from core.ids import AccountId, MandateId, ServiceId
from gateway.tables import APPS
from miniapps.ratings.ratings import Given, Ratings
from miniapps.services import Services
from miniapps.storage.storage import Place, Storage

HELLO, ZHANG = ServiceId("hello"), AccountId("a" * 26)
KEYS = 40


class OneService:
    """In the place of all live services."""

    async def live(self, service_id: ServiceId) -> Any:
        return SimpleNamespace(id=service_id, department="dept-one")


class Nobody:
    """Acts for nobody."""

    async def principal(self, actor: AccountId, mandate: MandateId, service: ServiceId) -> AccountId:
        raise AssertionError(actor, mandate, service)

    async def live(self, mandates: object) -> frozenset[MandateId]:
        raise AssertionError(mandates)


def services() -> Services:
    return cast("Services", OneService())


async def write(url: str) -> None:
    async with database(url, APPS):
        storage, ratings = Storage(SystemClock(), services(), Nobody()), Ratings(SystemClock(), services())
        for number in itertools.count():
            await storage.put(Place(ZHANG, HELLO), f"key-{number % KEYS}", "x" * (number * 37 % 1000))
            rater = AccountId(f"{number:026}")
            await ratings.give(rater, Given(service=HELLO, event="1", grade=number % 5 + 1))


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
