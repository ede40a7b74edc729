"""How many codes may be sent: counted where they are written, so that no race gets past.

A browser that the account knows spends allowances of its own, so that strangers who use up a number's allowance, a
prefix's or the day's cannot keep its owner out. One statement counts them all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auth.errors import TooManyCodes
from auth.guard.counters import Counters
from auth.guard.limits import PREFIX_DIGITS, Limits
from auth.guard.networks import network_of
from auth.guard.settings import GuardSettings
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

    def ends_at(self, now: datetime) -> datetime:
        return _START + ((now - _START) // self.window + 1) * self.window


class CodeQuotas:
    """The counters; whom they count stays hidden behind a keyed hash."""

    def __init__(self, clock: Clock, limits: CodeLimits, secrecy: Secrecy, guard: GuardSettings | None = None) -> None:
        self._clock = clock
        self._limits = limits
        self._secrecy = secrecy
        self._guard = Limits(guard or GuardSettings())
        self._counters = Counters(clock, secrecy)

    async def spend(self, phone: str, address: str, *, known: bool = False) -> None:
        """Count one code against each limit, or against none and raise TooManyCodes.

        `known`: it goes to a browser that signed in to the number's account before.
        """
        async with transaction():
            await self._take(self._of_known(phone) if known else self._of_stranger(phone, address))
            if not known:
                await self._counters.add(self._guard.sent(phone, address))

    async def used(self, phone: str) -> None:
        """A code to this number was used: it was no waste, and does not count against its like."""
        await self._counters.take_back([self._guard.unused_to(phone)])

    def _of_stranger(self, phone: str, address: str) -> list[_Allowance]:
        """Always in this order, and the shared counters last: two transactions never wait for each other."""
        limits, prefix = self._limits, phone[:PREFIX_DIGITS]
        return [
            _Allowance(f"phone {phone}", limits.phone_hour, _HOUR),
            _Allowance(f"phone {phone}", limits.phone_day, _DAY),
            _Allowance(f"address {network_of(address)}", limits.address_hour, _HOUR),
            _Allowance(f"prefix {prefix}", limits.prefix_hour, _HOUR),
            _Allowance(f"prefix {prefix}", limits.prefix_day, _DAY),
            _Allowance("all", limits.all_day, _DAY),
        ]

    def _of_known(self, phone: str) -> list[_Allowance]:
        limits = self._limits
        return [
            _Allowance(f"known {phone}", limits.phone_hour, _HOUR),
            _Allowance(f"known {phone}", limits.phone_day, _DAY),
            _Allowance("all known", limits.all_day, _DAY),
        ]

    async def _take(self, allowances: list[_Allowance]) -> None:
        now = self._clock.now()
        named = {self._id(allowance, now): allowance for allowance in allowances}
        taken = await rows(
            f"INSERT INTO auth_code_quota (id, spent, ends_at) VALUES {', '.join(['(?, 1, ?)'] * len(named))} "  # noqa: S608 - marks alone
            "ON CONFLICT (id) DO UPDATE SET spent = auth_code_quota.spent + 1 RETURNING id, spent",
            *[value for key, allowance in named.items() for value in (key, allowance.ends_at(now))],
        )
        spent = {row["id"]: row["spent"] for row in taken}
        full = [allowance for key, allowance in named.items() if spent[key] > allowance.limit]
        if full:  # the transaction takes it back
            wait = int((max(each.ends_at(now) for each in full) - now).total_seconds()) + 1
            raise TooManyCodes("Use the code that you have, or ask again later.", retry_after=wait)

    def _id(self, allowance: _Allowance, now: datetime) -> str:
        return self._secrecy.hashed(
            "quota", allowance.subject, str(allowance.window), allowance.ends_at(now).isoformat()
        )
