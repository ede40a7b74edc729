"""What this room itself keeps about accounts."""

from collections.abc import AsyncIterator

from auth.lifecycle.names import Names
from auth.lifecycle.ports import Record
from auth.lifecycle.table_data import Table, TableData
from core.database import rows
from core.ids import AccountId


class LifecycleData(TableData):
    """AccountData of auth/lifecycle: archives go with their pieces, former names are opened for their owner."""

    def __init__(self, names: Names) -> None:
        super().__init__(
            "lifecycle",
            {"zh-CN": "账号变更记录", "en": "What happened to the account"},
            Table(name="lifecycle_number", shown=("why", "left_at"), times=("left_at",)),
            Table(name="lifecycle_newcomer", key="digest"),
            Table(name="lifecycle_name"),
            Table(name="lifecycle_merge", shown=("merged_at", "undone_at"), times=("merged_at", "undone_at")),
            Table(
                name="lifecycle_deletion",
                key="account_id",
                shown=("asked_at", "due_at"),
                times=("asked_at", "due_at"),
                kept="it says how far the deletion came and that it was done, of an account that nothing leads to",
            ),
            Table(
                name="lifecycle_export",
                shown=("state", "asked_at", "made_at"),
                times=("asked_at", "made_at"),
            ),
        )
        self._names = names

    async def export(self, account: AccountId) -> AsyncIterator[Record]:
        async for record in super().export(account):
            yield record
        for name, left_at in await self._names.former(account):
            yield Record("lifecycle/former_names", {"name": name, "left_at": left_at.isoformat()})

    async def erase(self, account: AccountId) -> None:
        query = "SELECT id FROM lifecycle_export WHERE account_id = ?"
        await rows(f"DELETE FROM lifecycle_export_chunk WHERE export_id IN ({query})", account)  # noqa: S608 - ours
        await super().erase(account)
