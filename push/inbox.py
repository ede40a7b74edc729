"""What a resident was told: the list, the unread count, and reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


class Inbox:
    def __init__(
        self, names: ServiceNames, clock: Clock, *, changed: Callable[[AccountId], None] = lambda _: None
    ) -> None:
        """`changed` is called after each commit, to wake the resident's live streams."""
        self._names = names
        self._clock = clock
        self._changed = changed

    async def page(
        self, account: AccountId, limit: int, cursor: str | None = None, *, unread: bool = False
    ) -> list[Message]:
        """Up to `limit + 1` notices, newest first, older than `cursor`."""
        found = Notice.filter(account_id=account).order_by("-id").limit(limit + 1)
        if cursor:
            found = found.filter(id__lt=cursor)
        if unread:
            found = found.filter(read_at=None)
        return await self._named(await found)

    async def after(self, account: AccountId, last: str, limit: int) -> list[Message]:
        """Up to `limit` notices that came after the one with the id `last`, in order."""
        return await self._named(await Notice.filter(account_id=account, id__gt=last).order_by("id").limit(limit))

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
        return (await self._named([found]))[0]

    async def read(self, account: AccountId, notice: str) -> None:
        """Mark as read, from now or from before; raises NoticeUnknown."""
        await self.find(account, notice)
        await self._mark(account, notice)

    async def read_all(self, account: AccountId) -> None:
        await self._mark(account)

    async def _mark(self, account: AccountId, notice: str | None = None) -> None:
        unread = Notice.filter(account_id=account, read_at=None)
        if notice:
            unread = unread.filter(id=notice)
        async with transaction():
            if await unread.update(read_at=self._clock.now()):
                await mailboxes.touch(account)
        self._changed(account)

    async def _named(self, notices: Sequence[Notice]) -> list[Message]:
        services = {
            each: await self._names.service(ServiceId(each)) for each in {n.service_id for n in notices} if each
        }
        departments = {
            each: await self._names.department(DepartmentId(each)) for each in {n.department_id for n in notices}
        }
        return [Message(n, services.get(n.service_id or ""), departments[n.department_id]) for n in notices]
