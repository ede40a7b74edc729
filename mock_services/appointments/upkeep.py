"""What time does to bookings: holds end, a day passes, old answers are forgotten."""

import logging
from datetime import date

from mock_services.appointments import calendar, reservations
from mock_services.appointments.catalogue import Catalogue
from mock_services.shared.clock import Clock
from mock_services.shared.database import Database
from mock_services.shared.idempotency import forget_old_answers
from mock_services.shared.upkeep import repeat

log = logging.getLogger("department.upkeep")

EVERY_SECONDS = 2.0


class Upkeep:
    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, *, every: float = EVERY_SECONDS) -> None:
        """`every` is in seconds."""
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._every = every
        self._extended_on: date | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await repeat(self.sweep, self._every)

    async def sweep(self) -> None:
        """End holds; on the first call of a day also roll the calendar forward."""
        now = self._clock()
        await self._database.write(lambda connection: reservations.expire_holds(connection, now))
        if self._extended_on != calendar.today(now):
            await self._begin_day()

    async def _begin_day(self) -> None:
        now = self._clock()
        added = await self._database.write(lambda connection: calendar.extend(connection, self._catalogue, now))
        await self._database.write(lambda connection: forget_old_answers(connection, now))
        self._extended_on = calendar.today(now)
        log.info("the calendar has %d more slots", added)
