"""What a resident was told: the list, the unread count, and reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import Clock
from core.database import transaction
from core.ids import AccountId, DepartmentId, ServiceId
from push import mailboxes
from push.errors import NoticeUnknown
from push.models import Notice
from push.ports import DepartmentCard, ServiceCard, ServiceNames


@dataclass(frozen=True, slots=True)
class Message:
    """A notice with the names of who sent it."""

    notice: Notice
    service: ServiceCard | None
    department: DepartmentCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notices are looked for; what is left out does not narrow. A thread is the department's own."""

    unread: bool = False
    urgent: bool = False
    thread: str | None = None
    department: str | None = None

    def filters(self) -> dict[str, Any]:
        """The same for the table."""
        return {
            **({"read_at": None} if self.unread else {}),
            **({"urgency": "high"} if self.urgent else {}),
            **({"thread": self.thread} if self.thread else {}),
            **({"department_id": self.department} if self.department else {}),
        }


class Inbox:
    def __init__(
        self, names: ServiceNames, clock: Clock, *, changed: Callable[[AccountId], None] = lambda _: None
    ) -> None:
        """`changed` is called after each commit, to wake the resident's live streams."""
        self._names = names
        self._clock = clock
        self._changed = changed

    async def page(
        self, account: AccountId, limit: int, cursor: str | None = None, wanted: "Wanted | None" = None
    ) -> list[Message]:
        """Up to `limit + 1` notices, newest first, older than `cursor`."""
        found = Notice.filter(account_id=account, **(wanted or Wanted()).filters()).order_by("-id").limit(limit + 1)
        if cursor:
            found = found.filter(id__lt=cursor)
        return await self.named(await found)

    async def after(self, account: AccountId, last: str, limit: int) -> list[Message]:
        """Up to `limit` notices that came after the one with the id `last`, in order."""
        return await self.named(await Notice.filter(account_id=account, id__gt=last).order_by("id").limit(limit))

    async def newest(self, account: AccountId) -> str:
        """The id after which nothing has come yet."""
        return await mailboxes.newest(account)

    async def unread(self, account: AccountId) -> int:
        return await Notice.filter(account_id=account, read_at=None).count()

    async def find(self, account: AccountId, notice: str) -> Message:
        """One notice; raises NoticeUnknown."""
        found = await Notice.get_or_none(id=notice, account_id=account)
        if not found:
            raise NoticeUnknown("Look at the list of notices again.")
        return (await self.named([found]))[0]

    async def read(self, account: AccountId, notice: str) -> None:
        """Mark as read, from now or from before; raises NoticeUnknown."""
        await self.find(account, notice)
        await self._mark(account, id=notice)

    async def read_all(self, account: AccountId, wanted: "Wanted | None" = None) -> None:
        """Mark all as read, or those that are wanted."""
        await self._mark(account, **(wanted or Wanted()).filters())

    async def _mark(self, account: AccountId, **narrower: Any) -> None:
        unread = Notice.filter(**narrower, account_id=account, read_at=None)
        async with transaction():
            if await unread.update(read_at=self._clock.now()):
                await mailboxes.touch(account)
        self._changed(account)

    async def named(self, notices: Sequence[Notice]) -> list[Message]:
        """The notices with the names of who sent them."""
        services = {
            each: await self._names.service(ServiceId(each)) for each in {n.service_id for n in notices} if each
        }
        departments = {
            each: await self._names.department(DepartmentId(each)) for each in {n.department_id for n in notices}
        }
        return [Message(n, services.get(n.service_id or ""), departments[n.department_id]) for n in notices]
