"""A new month brings new records."""

from collections.abc import Sequence
from datetime import date

from mock_services.queries.filling import refill
from mock_services.shared.clock import SHANGHAI, Clock
from mock_services.shared.database import Database
from mock_services.shared.residents import DemoResident
from mock_services.shared.upkeep import repeat

EVERY_SECONDS = 60.0


class Upkeep:
    def __init__(
        self, database: Database, residents: Sequence[DemoResident], clock: Clock, *, every: float = EVERY_SECONDS
    ) -> None:
        self._database = database
        self._residents = residents
        self._clock = clock
        self._every = every
        self._filled_on: date | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await repeat(self.fill, self._every)

    async def fill(self) -> None:
        """Bring the records up to last month, once a day."""
        today = self._clock().astimezone(SHANGHAI).date()
        if self._filled_on != today:
            await self._database.write(lambda connection: refill(connection, self._residents, today))
            self._filled_on = today
