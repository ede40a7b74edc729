"""What to put into a ledger, and how."""

import asyncio
from dataclasses import replace

from pydantic import SecretStr

from auth.secrecy import Secrecy
from core.clock import Clock
from gateway.ledger.access import Access
from gateway.ledger.checkpoints import Checkpoints
from gateway.ledger.entries import Ledger
from gateway.ledger.settings import LedgerSettings
from gateway.ledger.signer import Signer

ALICE = "01kb5rwzpv3zt4f1y0m8x2c9qa"
BOB = "01kb5rwzpv3zt4f1y0m8x2c9qb"
ACCESS = Access(
    account=ALICE,
    mandate=None,
    service="records",
    department="human-resources",
    upstream="social-insurance",
    operation="listContributions",
    action="read",
    summary={"zh-CN": "查询社保缴费记录", "en": "Social insurance"},
    scopes=("social-insurance:records:read",),
)


def ledger_of(clock: Clock, **changes: float) -> Ledger:
    """A ledger as the composition makes it."""
    settings = LedgerSettings(**{"index_seconds": 0.1, **changes})  # type: ignore[arg-type]  # the words of the settings
    signer = Signer(clock, Secrecy(SecretStr("a secret of thirty-two characters")), "http://city.example")
    return Ledger(clock, settings, Checkpoints(clock, signer, settings.checkpoint_seconds))


def request_id(number: int) -> str:
    return f"01kb5r{number:020d}"


async def keep(ledger: Ledger, count: int = 1, start: int = 0, **changes: object) -> list[BaseException | None]:
    """Append entries all at once; gives what each was told."""
    prepared = await ledger.prepare(replace(ACCESS, **changes))  # type: ignore[arg-type]  # the words of Access
    told: list[BaseException | None] = []
    finished = asyncio.Event()

    def done(error: BaseException | None) -> None:
        told.append(error)
        if len(told) == count:
            finished.set()

    for number in range(start, start + count):
        ledger.append(prepared, request_id(number), 200, 0, 1024, done)
    async with asyncio.timeout(20):
        await finished.wait()
    return told
