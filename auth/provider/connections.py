"""Connections: what residents let clients have, until they take it back."""

from collections.abc import Collection, Sequence

from auth.changes import Changes
from auth.columns import to_json
from auth.provider.errors import ConnectionUnknown
from auth.provider.families import Families
from auth.provider.models import Client, Grant, GrantEvent
from auth.security.events import EventKind, Events
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id


class Connections:
    """The grants that hold, and their history."""

    def __init__(self, clock: Clock, changes: Changes, events: Events, families: Families) -> None:
        self._clock = clock
        self._changes = changes
        self._events = events
        self._families = families

    async def find(self, account: AccountId, client_id: str) -> Grant | None:
        return await Grant.get_or_none(account_id=account, client_id=client_id)

    async def page(self, account: AccountId, cursor: str | None, limit: int) -> list[tuple[Grant, Client]]:
        """Up to `limit + 1` connections before `cursor`, the newest first."""
        query = Grant.filter(account_id=account)
        query = query.filter(id__lt=cursor) if cursor else query
        found = await query.order_by("-id").limit(limit + 1)
        clients = {client.id: client for client in await Client.filter(id__in=[each.client_id for each in found])}
        return [(grant, clients[grant.client_id]) for grant in found if grant.client_id in clients]

    async def agree(
        self, account: AccountId, client: Client, asked: Collection[str], allowed: Collection[str]
    ) -> frozenset[str]:
        """Let the client have `allowed` out of `asked`, which the resident was shown; in the open transaction.

        What it was let have before stays, unless it was asked for now and not allowed. Gives all it has now.
        """
        former = await self.find(account, client.id)
        kept = set(former.scopes) - set(asked) if former else set()
        scopes = kept | set(allowed)
        await self._store(account, client.id, scopes, set(asked) | set(former.shown if former else ()))
        reasons = [ask for ask in client.asks if ask["name"] in allowed]
        await self._remember(account, client.id, "granted", reasons)
        if former is None:
            name = client.name.get("zh-CN", client.id)
            await self._events.record(account, EventKind.CLIENT_CONNECTED, client=client.id, name=name)
        return frozenset(scopes)

    async def withdraw(self, account: AccountId, client_id: str) -> None:
        """Take everything back: no token of the client counts from now on. Raises ConnectionUnknown."""
        async with transaction():
            taken = await rows(
                "DELETE FROM provider_grant WHERE account_id = ? AND client_id = ? RETURNING id", account, client_id
            )
            if not taken:
                raise ConnectionUnknown("There is nothing to withdraw.")
            await self._families.end_of_client(account, client_id)
            await self._remember(account, client_id, "withdrawn", [])
            await self._changes.note(account)

    async def _store(self, account: AccountId, client_id: str, scopes: set[str], shown: set[str]) -> None:
        now = self._clock.now()
        await rows(
            "INSERT INTO provider_grant (id, account_id, client_id, scopes, shown, since) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (account_id, client_id) DO UPDATE SET scopes = excluded.scopes, shown = excluded.shown",
            new_id(now),
            account,
            client_id,
            to_json(sorted(scopes)),
            to_json(sorted(shown)),
            now,
        )

    async def _remember(
        self, account: AccountId, client_id: str, action: str, scopes: Sequence[dict[str, object]]
    ) -> None:
        now = self._clock.now()
        await GrantEvent.create(
            id=new_id(now), account_id=account, client_id=client_id, action=action, scopes=list(scopes), at=now
        )
