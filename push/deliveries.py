"""The worker that empties the outbox: at least once, until a message's time is over.

What a push service says decides: taken → done; 404 or 410 → the subscription goes, with all that waits for it; 429, 5xx
or no answer → again later, each time twice as long with some chance in it, and never before its Retry-After; any other
refusal → given up, and logged.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tortoise.expressions import F

from core.clock import Clock
from core.database import transaction
from core.ids import AccountId, SessionId
from core.telemetry import log
from push.encryption import Receiver
from push.message import message_for
from push.models import FirstAnswer, Notice, Subscription
from push.notices import KEY_KEPT
from push.outbox import Claim, Outbox
from push.ports import Readers, Sessions
from push.sender import Outcome, WebPushSender
from push.settings import DeliverySettings
from push.subscriptions import remove
from push.waiting import first_of

_SWEEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed delivery with what it is about."""

    claim: Claim
    notice: Notice
    subscription: Subscription


class Deliveries:
    def __init__(  # noqa: PLR0913 - the composition root names each
        self,
        sender: WebPushSender,
        readers: Readers,
        sessions: Sessions,
        clock: Clock,
        *,
        settings: DeliverySettings,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`chance` gives a number in [0, 1) for the jitter."""
        self._outbox = Outbox(clock, timedelta(seconds=settings.lease_seconds))
        self._sender = sender
        self._readers = readers
        self._sessions = sessions
        self._clock = clock
        self._settings = settings
        self._chance = chance
        self._called = asyncio.Event()
        self._swept_at = clock.now() - _SWEEP
        self._log = log(__name__)

    def wake(self) -> None:
        """Look for due deliveries now."""
        self._called.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; no error ends it."""
        while not stop.is_set():
            self._called.clear()
            if not await self._survived_round():
                await first_of(self._settings.poll_seconds, self._called, stop)

    async def _survived_round(self) -> bool:
        """Whether there may be more to do at once."""
        try:
            await self._sweep()
            return await self.deliver_due() > 0
        except Exception as error:  # noqa: BLE001 - the worker outlives whatever one round meets
            self._log.error("delivery round failed", exc_info=error)
            return False

    async def deliver_due(self) -> int:
        """One round: claim a batch, send it, settle each; how many were claimed."""
        claims = await self._outbox.claim(self._settings.batch)
        jobs = await self._jobs(claims)
        done = _moot(claims, jobs)
        try:
            await self._attempt_all(jobs, done)
        finally:  # also when cancelled: what was sent must not go out again
            if done:
                await self._outbox.finish(done)
        return len(claims)

    async def _jobs(self, claims: Sequence[Claim]) -> list[Job]:
        """Those that still have a notice, and a browser that belongs to the one it is for."""
        if not claims:
            return []
        notices = await Notice.in_bulk({claim.notice_id for claim in claims}, "id")
        browsers = await Subscription.in_bulk({claim.subscription_id for claim in claims}, "id")
        jobs = [
            Job(claim, notices[claim.notice_id], browsers[claim.subscription_id])
            for claim in claims
            if claim.notice_id in notices and claim.subscription_id in browsers
        ]
        return [job for job in jobs if job.notice.account_id == job.subscription.account_id]

    async def _attempt_all(self, jobs: Sequence[Job], done: list[Claim]) -> None:
        """Send them, as many at a time as may be; those that are over are added to `done`."""
        free = asyncio.Semaphore(self._settings.concurrency)

        async def attempt(job: Job) -> None:
            async with free:
                if await self._is_over(job):
                    done.append(job.claim)

        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(attempt(job))

    async def _is_over(self, job: Job) -> bool:
        """Try once; an error of ours leaves the job to the next lease."""
        try:
            return await self._settle(job, await self._sent(job))
        except Exception as error:  # noqa: BLE001 - one job must not take the batch with it
            self._log.error("delivery failed", delivery=job.claim.id, exc_info=error)
            return job.claim.attempts >= self._settings.attempts

    async def _sent(self, job: Job) -> Outcome:
        if not await self._sessions.live(SessionId(job.subscription.session_id)):
            return Outcome("gone")
        now = self._clock.now()
        if job.notice.read_at or job.notice.expires_at <= now:
            return Outcome("moot")
        locale = await self._readers.locale(AccountId(job.notice.account_id))
        receiver = Receiver.read(job.subscription.p256dh, job.subscription.auth)
        try:
            async with asyncio.timeout(self._settings.send_seconds):
                return await self._sender.send(
                    job.subscription.endpoint, receiver, message_for(job.notice, locale, now)
                )
        except TimeoutError:
            return Outcome("later")

    async def _settle(self, job: Job, outcome: Outcome) -> bool:
        match outcome.kind:
            case "delivered":
                await self._note(job, failures=0, last_success_at=self._clock.now())
            case "gone":
                await self._forget(job)
            case "later":
                await self._note(job, failures=F("failures") + 1)
                return await self._given_up(job, outcome)
            case "refused":
                await self._note(job, failures=F("failures") + 1)
                self._log.warning("push refused", subscription=job.subscription.id, status=outcome.status)
            case "moot":
                self._log.debug("push not needed any more", delivery=job.claim.id)
        return True

    async def _given_up(self, job: Job, outcome: Outcome) -> bool:
        """Postpone, unless the tries or the notice's time are used up."""
        until = self._clock.now() + self._back_off(job.claim.attempts, outcome.wait)
        if job.claim.attempts >= self._settings.attempts or until >= job.notice.expires_at:
            self._log.warning("push given up", subscription=job.subscription.id, status=outcome.status)
            return True
        await self._outbox.postpone(job.claim, until)
        return False

    def _back_off(self, attempts: int, wait: float) -> timedelta:
        """Twice as long each time, between half of that and the whole, and never before Retry-After."""
        longest = min(self._settings.back_off_seconds * 2 ** (attempts - 1), self._settings.back_off_limit_seconds)
        return timedelta(seconds=max(wait, longest * (1 + self._chance()) / 2))

    async def _note(self, job: Job, **columns: object) -> None:
        async with transaction():
            await Subscription.filter(id=job.subscription.id).update(**columns)

    async def _forget(self, job: Job) -> None:
        async with transaction():
            await remove([job.subscription.id])
        self._log.info("push subscription pruned", subscription=job.subscription.id)

    async def _sweep(self) -> None:
        """Every hour, drop the idempotency keys that are no longer kept."""
        now = self._clock.now()
        if now - self._swept_at >= _SWEEP:
            async with transaction():
                await FirstAnswer.filter(created_at__lte=now - KEY_KEPT).delete()
            self._swept_at = now


def _moot(claims: Sequence[Claim], jobs: Sequence[Job]) -> list[Claim]:
    """Claims whose notice or browser is no more."""
    left = {job.claim.id for job in jobs}
    return [claim for claim in claims if claim.id not in left]
