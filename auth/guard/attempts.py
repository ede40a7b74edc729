"""Attempts at an account: what each kind costs, before it is made and after it failed.

How the rules of sign-in use it, for each attempt, outside of a transaction:

    await attempts.before(AttemptKind.PASSWORD, phone, caller)      # raises TooManyAttempts, ChallengeNeeded
    …check…
    await attempts.failed(AttemptKind.PASSWORD, phone, caller)      # wrong: whether or not the account exists
    device = await attempts.succeeded(AttemptKind.PASSWORD, phone, caller, account)   # right: the device cookie's value

Nobody can lock an owner out by guessing. A browser that signed in to the account before (`Caller.device`) has counters
of its own, which strangers' guesses do not touch. Strangers work: the proofs of work that they are asked for grow with
the failures of all strangers at that account, and past `stranger_password_hour` they wait for one another. Codes in
hand are not slowed down by what strangers do, since each has its own five tries, and passkeys never come here at all.
No step depends on whether the account exists: both cost the same statements.
"""

from collections.abc import Sequence

from auth.errors import TooManyCodes
from auth.guard.alarms import Alarms
from auth.guard.caller import Caller, Proof
from auth.guard.challenges import Challenges
from auth.guard.counters import Counters
from auth.guard.devices import KnownDevices
from auth.guard.errors import ChallengeNeeded, TooManyAttempts
from auth.guard.figures import Figures
from auth.guard.limits import RESERVED, AttemptKind, Limit, Limits
from core.database import transaction
from core.ids import AccountId

__all__ = ["AttemptKind", "Attempts", "Caller", "Proof"]


class Attempts:
    """What stands before every attempt."""

    def __init__(
        self,
        limits: Limits,
        counters: Counters,
        challenges: Challenges,
        devices: KnownDevices,
        alarms: Alarms,
    ) -> None:
        self._limits = limits
        self._counters = counters
        self._challenges = challenges
        self._devices = devices
        self._alarms = alarms
        self.figures = Figures()

    async def before(self, kind: AttemptKind, who: str, caller: Caller) -> bool:
        """Let the attempt pass; whether the caller's browser is known to the account.

        `who`: the phone number as `phone_of` gives it, or the account's id. Kinds in RESERVED are counted here and
        taken back when they succeed, so that many at once get no further than one after another; the others are
        counted when they fail, since something else bounds them.
        Raises TooManyAttempts (TooManyCodes for SEND) and ChallengeNeeded; then nothing was counted.
        """
        known = await self._devices.knows(who, caller)
        limits = self._limits.of(kind, who, caller, known=known)
        if kind in RESERVED:
            async with transaction():
                levels = await self._counters.add(limits)
                await self._admit(kind, who, caller, limits, [level - 1 for level in levels])
        else:
            await self._admit(kind, who, caller, limits, await self._counters.levels(limits))
        return known

    async def failed(self, kind: AttemptKind, who: str, caller: Caller) -> None:
        """Count the failure; the owner is told, once a day, when strangers guess a lot. Not for SEND.

        Call it outside of the attempt's transaction, which is rolled back.
        """
        known = await self._devices.knows(who, caller)
        counted = [] if kind in RESERVED else self._limits.of(kind, who, caller, known=known)
        if known:
            await self._counters.add(counted)
        else:
            levels = await self._counters.add([*counted, self._limits.guesses_at(who)])
            if levels[-1] > self._limits.alarm_level:
                await self._alarms.raise_for(who)
        self.figures.count(kind, "failed")

    async def succeeded(self, kind: AttemptKind, who: str, caller: Caller, account: AccountId) -> str:
        """Take back what was counted and remember the browser; the value for its device cookie.

        May be called within the sign-in's transaction. Not for SEND.
        """
        async with transaction():
            await self._take_back(kind, who, caller)
            if kind is AttemptKind.CODE:
                await self._counters.take_back([self._limits.unused_from(caller)])
            device = await self._devices.remember(account, caller)
        self.figures.count(kind, "succeeded")
        return device

    async def withdrawn(self, kind: AttemptKind, who: str, caller: Caller) -> None:
        """Take back what `before` counted: the attempt was not wrong, and did not come to its end either."""
        await self._take_back(kind, who, caller)
        self.figures.count(kind, "withdrawn")

    async def _take_back(self, kind: AttemptKind, who: str, caller: Caller) -> None:
        if kind in RESERVED:
            known = await self._devices.knows(who, caller)
            await self._counters.take_back(self._limits.of(kind, who, caller, known=known))

    async def _admit(
        self, kind: AttemptKind, who: str, caller: Caller, limits: Sequence[Limit], levels: Sequence[float]
    ) -> None:
        wait = max((limit.wait(level) for limit, level in zip(limits, levels, strict=True)), default=0)
        if wait:
            self.figures.count(kind, "refused")
            problem = TooManyCodes if kind is AttemptKind.SEND else TooManyAttempts
            raise problem("Wait, or prove yourself in another way.", retry_after=wait)
        bits = max((limit.bits(level) for limit, level in zip(limits, levels, strict=True)), default=0)
        if bits and not await self._challenges.takes(caller.proof, bits, (kind, who, caller.browser)):
            self.figures.count(kind, "challenged")
            raise ChallengeNeeded(self._challenges.make(bits, (kind, who, caller.browser)))
        self.figures.count(kind, "admitted")
