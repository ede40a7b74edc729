"""Sending a notice: once per key, into the inbox and the outbox in one transaction.

Promise: when `send` returns, the notice is in the inbox and a row of the outbox waits for each of the resident's
browsers, whatever dies afterwards. A caller who does not know whether a call went through sends it again with the same
key: the first answer comes back and nothing is sent twice.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.access import DepartmentClient
from core.bodies import Localized
from core.clock import Clock
from core.database import after_commit, rows, transaction
from core.ids import AccountId, DepartmentId, NoticeId, ServiceId, new_id
from core.problems import IdempotencyKeyReused
from push.errors import IdempotencyKeyMissing, RecipientUnknown, ServiceNotYours
from push.mailboxes import next_place
from push.models import Delivery, FirstAnswer, Notice, Subscription
from push.ports import Recipients, ServiceNames

KEY_KEPT = timedelta(hours=24)
LONGEST_KEY = 255
Urgency = Literal["low", "normal", "high"]
PLATFORM = DepartmentId("onecity:platform")
"""Who the platform's own notices are from: no label, so that no department can be called that."""
_PLATFORM_CLIENT = DepartmentClient(PLATFORM, PLATFORM, frozenset())

_CLAIM_KEY = """
INSERT INTO push_idempotency (id, client, key, digest, notice_id, created_at) VALUES (?, ?, ?, ?, '', ?)
ON CONFLICT (client, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRequest:
    """What a department wants told: `recipient` is its own name for the resident, `seconds` the time to deliver in.

    `state`: where the case of the thread stands, in a few words.
    """

    recipient: str
    title: Localized
    body: Localized
    service: ServiceId | None = None
    path: str | None = None
    thread: str | None = None
    urgency: Urgency = "normal"
    seconds: int | None = None
    state: Localized | None = None

    def digest(self) -> str:
        """The same for the same content, however it was written; without a state as before there were any."""
        content = {name: value for name, value in asdict(self).items() if name != "state" or value}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SentNotice:
    id: NoticeId
    created_at: datetime


class Notices:
    def __init__(
        self,
        recipients: Recipients,
        names: ServiceNames,
        clock: Clock,
        *,
        seconds: int = 259_200,
        sent: Callable[[AccountId], None] = lambda _: None,
    ) -> None:
        """`seconds` is the time to live of a notice that names none.

        `sent` is called after each commit, to wake whoever delivers; it must not fail.
        """
        self._recipients = recipients
        self._names = names
        self._clock = clock
        self._seconds = seconds
        self._sent = sent

    async def send(self, client: DepartmentClient, request: NoticeRequest, key: str) -> SentNotice:
        """Tell a resident; `key` is the client's Idempotency-Key.

        Raises IdempotencyKeyMissing, IdempotencyKeyReused, RecipientUnknown, ServiceNotYours.
        """
        if not 1 <= len(key) <= LONGEST_KEY:
            raise IdempotencyKeyMissing("Send a new Idempotency-Key with each notice, and the same when you repeat it.")
        digest = request.digest()
        if first := await self._first(client, key):
            return _replayed(first, digest)
        await self._check_service(client.department, request.service)
        account = await self._account(client.department, request.recipient)
        sent = await self._keep(client, request, account, key, digest)
        self._sent(account)
        return sent

    async def tell(self, account: AccountId, title: Localized, body: Localized, *, thread: str, key: str) -> None:
        """The platform's own notice, urgent, in the open transaction or one of its own; once for each `key`."""
        request = NoticeRequest(recipient=account, title=title, body=body, thread=thread, urgency="high")
        async with transaction():
            await self._keep(_PLATFORM_CLIENT, request, account, key, request.digest())
            after_commit(lambda: self._sent(account))

    async def _first(self, client: DepartmentClient, key: str) -> FirstAnswer | None:
        """What the key was answered before, if that is kept."""
        kept_since = self._clock.now() - KEY_KEPT
        return await FirstAnswer.get_or_none(client=client.client, key=key, created_at__gt=kept_since)

    async def _check_service(self, department: DepartmentId, service: ServiceId | None) -> None:
        card = await self._names.service(service) if service else None
        if service and (not card or card.department_id != department):
            raise ServiceNotYours(
                "Name a service of your own department, or none.",
                errors=[{"pointer": "/service", "detail": "no service of your department"}],
            )

    async def _account(self, department: DepartmentId, recipient: str) -> AccountId:
        account = await self._recipients.account_of(department, recipient)
        if account is None:
            raise RecipientUnknown("Send the `sub` that the gateway's assertion carried to your department.")
        return account

    async def _keep(
        self, client: DepartmentClient, request: NoticeRequest, account: AccountId, key: str, digest: str
    ) -> SentNotice:
        """Key, notice and outbox together; of two racing with one key the second waits for the first's answer."""
        now = self._clock.now()
        async with transaction():
            await FirstAnswer.filter(client=client.client, key=key, created_at__lte=now - KEY_KEPT).delete()
            claimed = await rows(_CLAIM_KEY, new_id(now), client.client, key, digest, now)
            if not claimed:
                return _replayed(await FirstAnswer.get(client=client.client, key=key), digest)
            notice = await self._write(client.department, request, account, now)
            await FirstAnswer.filter(client=client.client, key=key).update(notice_id=notice)
            await _fill_outbox(notice, account, now)
        return SentNotice(notice, now)

    async def _write(
        self, department: DepartmentId, request: NoticeRequest, account: AccountId, now: datetime
    ) -> NoticeId:
        notice = await next_place(account, now)
        await Notice.create(
            id=notice,
            account_id=account,
            department_id=department,
            service_id=request.service,
            title=request.title,
            body=request.body,
            path=request.path,
            thread=request.thread,
            urgency=request.urgency,
            created_at=now,
            expires_at=now + timedelta(seconds=request.seconds or self._seconds),
            state=request.state,
        )
        return notice


def _replayed(first: FirstAnswer, digest: str) -> SentNotice:
    if first.digest != digest:
        raise IdempotencyKeyReused("Send another notice with another key.")
    return SentNotice(NoticeId(first.notice_id), first.created_at)


async def _fill_outbox(notice: NoticeId, account: AccountId, now: datetime) -> None:
    for browser in await Subscription.filter(account_id=account).values_list("id", flat=True):
        await Delivery.create(id=new_id(now), notice_id=notice, subscription_id=browser, run_at=now, attempts=0)
