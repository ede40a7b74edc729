"""How many codes may be sent: counted where they are written, so that no race gets past."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auth.errors import TooManyCodes
from auth.secrecy import Secrecy
from auth.settings import CodeLimits
from core.clock import Clock
from core.database import rows, transaction

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_START = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Allowance:
    subject: str
    limit: int
    window: timedelta


class CodeQuotas:
    """The counters; whom they count stays hidden behind a keyed hash."""

    def __init__(self, clock: Clock, limits: CodeLimits, secrecy: Secrecy) -> None:
        self._clock = clock
        self._limits = limits
        self._secrecy = secrecy

    async def spend(self, phone: str, address: str) -> None:
        """Count one code against each limit, or against none and raise TooManyCodes."""
        limits = self._limits
        async with transaction():
            # Always in this order, and the shared counters last: two transactions never wait for each other.
            await self._take(_Allowance(f"phone {phone}", limits.phone_hour, _HOUR))
            await self._take(_Allowance(f"phone {phone}", limits.phone_day, _DAY))
            await self._take(_Allowance(f"address {address}", limits.address_hour, _HOUR))
            await self._take(_Allowance("all", limits.all_day, _DAY))

    async def _take(self, allowance: _Allowance) -> None:
        now = self._clock.now()
        ends_at = _START + ((now - _START) // allowance.window + 1) * allowance.window
        taken = await rows(
            "INSERT INTO auth_code_quota (id, spent, ends_at) VALUES (?, 1, ?) "
            "ON CONFLICT (id) DO UPDATE SET spent = auth_code_quota.spent + 1 WHERE auth_code_quota.spent < ? "
            "RETURNING spent",
            self._secrecy.hashed("quota", allowance.subject, str(allowance.window), ends_at.isoformat()),
            ends_at,
            allowance.limit,
        )
        if not taken:
            wait = int((ends_at - now).total_seconds()) + 1
            raise TooManyCodes("Use the code that you have, or ask again later.", retry_after=wait)
