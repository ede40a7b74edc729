"""What time does to the store: a day brings licences up to date, codes, signatures and old answers are forgotten."""

from collections.abc import Sequence
from datetime import date

from mock_services.licences import codes, signatures, wallet
from mock_services.shared.clock import SHANGHAI, Clock
from mock_services.shared.database import Database
from mock_services.shared.idempotency import forget_old_answers
from mock_services.shared.residents import DemoResident
from mock_services.shared.upkeep import repeat

EVERY_SECONDS = 60.0


class Upkeep:
    def __init__(self, database: Database, residents: Sequence[DemoResident], clock: Clock) -> None:
        self._database = database
        self._residents = residents
        self._clock = clock
        self._filled_on: date | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await repeat(self.sweep, EVERY_SECONDS)

    async def sweep(self) -> None:
        now = self._clock()
        await self._database.write(lambda connection: codes.forget_old(connection, now))
        await self._database.write(lambda connection: signatures.forget_old(connection, now))
        await self._database.write(lambda connection: forget_old_answers(connection, now))
        await self.fill()

    async def fill(self) -> None:
        """Enter the residents' licences, once a day: birthdays change them."""
        today = self._clock().astimezone(SHANGHAI).date()
        if self._filled_on != today:
            await self._database.write(lambda connection: wallet.fill(connection, self._residents, today))
            self._filled_on = today
