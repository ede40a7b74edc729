"""Consents: what a resident lets one mini-service have, with the reasons they were shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auth.changes import Changes
from auth.columns import from_json, to_json
from auth.errors import ConsentUnknown, ReleaseChanged, ScopeNotRequested, ServiceUnknown
from auth.models import Consent, ConsentEvent
from auth.ports import LiveService, RequestedScope, ServiceDirectory
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, ServiceId, new_id
from core.problems import FieldError


class Consents:
    """The consents that hold, and their history."""

    def __init__(self, clock: Clock, directory: ServiceDirectory, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._directory = directory

    async def get(self, account_id: AccountId, service_id: ServiceId) -> Consent | None:
        return await Consent.get_or_none(account_id=account_id, service_id=service_id)

    async def page(self, account_id: AccountId, cursor: str | None, limit: int) -> list[Consent]:
        """Up to `limit + 1` consents before `cursor`, the last given first."""
        query = Consent.filter(account_id=account_id)
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)

    async def put(self, account_id: AccountId, service_id: ServiceId, names: list[str], version: str) -> Consent:
        """Let the service have the scopes `names`, and no others, as its release `version` asks for them.

        Raises ServiceUnknown, ReleaseChanged when another release is live by now, ScopeNotRequested.
        """
        service = await self._directory.live(service_id)
        if service is None:
            raise ServiceUnknown("Take the id from the catalogue.")
        if service.version != version:
            raise ReleaseChanged("Read what the service asks for now, and decide again.", version=service.version)
        _check_requested(service, names)
        granted = _texts(scope for scope in service.scopes if scope.name in names)
        async with transaction():
            await self._store(account_id, service, granted)
            await self._remember(account_id, service, granted)
            consent = await Consent.get(account_id=account_id, service_id=service_id)
            await self._changes.note(account_id)
        return consent

    async def withdraw(self, account_id: AccountId, service_id: ServiceId) -> None:
        """Take everything back; raises ConsentUnknown."""
        async with transaction():
            taken = await _take(account_id, service_id)
            if not taken:
                raise ConsentUnknown("There is nothing to withdraw.")
            await self._remember_withdrawn(account_id, taken)
            await self._changes.note(account_id)

    async def withdraw_all(self, account_id: AccountId) -> int:
        """Take everything back from every service; how many there were."""
        async with transaction():
            taken = await _take(account_id)
            await self._remember_withdrawn(account_id, taken)
            await self._changes.note(account_id)
        return len(taken)

    async def history(self, accounts: Sequence[AccountId], cursor: str | None, limit: int) -> list[ConsentEvent]:
        """Up to `limit + 1` events of a resident's accounts before `cursor`, the last one first."""
        query = ConsentEvent.filter(account_id__in=list(accounts))
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)

    async def newest_event(self, accounts: Sequence[AccountId], service_id: ServiceId) -> ConsentEvent:
        """What was decided last about a service; raises ConsentUnknown when nothing ever was."""
        query = ConsentEvent.filter(account_id__in=list(accounts), service_id=service_id)
        found = await query.order_by("-at", "-id").first()
        if found is None:
            raise ConsentUnknown("Nothing was decided about this service.")
        return found

    async def _store(self, account_id: AccountId, service: LiveService, granted: list[dict[str, object]]) -> None:
        now = self._clock.now()
        await rows(
            "INSERT INTO auth_consent (id, account_id, service_id, service_name, scopes, shown, version, granted_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, service_id) DO UPDATE SET id = excluded.id, "
            "service_name = excluded.service_name, scopes = excluded.scopes, shown = excluded.shown, "
            "version = excluded.version, granted_at = excluded.granted_at",
            new_id(now),
            account_id,
            service.service_id,
            to_json(service.name),
            to_json(granted),
            to_json([scope.name for scope in service.scopes]),
            service.version,
            now,
        )

    async def _remember(self, account_id: AccountId, service: LiveService, granted: list[dict[str, object]]) -> None:
        now = self._clock.now()
        await ConsentEvent.create(
            id=new_id(now),
            account_id=account_id,
            service_id=service.service_id,
            service_name=dict(service.name),
            action="granted",
            scopes=granted,
            shown=_texts(service.scopes),
            version=service.version,
            at=now,
        )

    async def _remember_withdrawn(self, account_id: AccountId, taken: Iterable[Mapping[str, Any]]) -> None:
        """Each with the text of the decision that is taken back."""
        now = self._clock.now()
        for row in taken:
            known = ConsentEvent.filter(account_id=account_id, service_id=row["service_id"], action="granted")
            before, scopes = await known.order_by("-at", "-id").first(), from_json(row["scopes"])
            await ConsentEvent.create(
                id=new_id(now),
                account_id=account_id,
                service_id=row["service_id"],
                service_name=from_json(row["service_name"]),
                action="withdrawn",
                scopes=scopes,
                shown=before.shown if before else scopes,
                version=row["version"],
                at=now,
            )


async def _take(account_id: AccountId, service_id: ServiceId | None = None) -> list[dict[str, Any]]:
    """The consents that hold no more: one, or all."""
    return await rows(
        "DELETE FROM auth_consent WHERE account_id = ? AND service_id = COALESCE(?, service_id) "
        "RETURNING service_id, service_name, scopes, version",
        account_id,
        service_id,
    )


def _texts(scopes: Iterable[RequestedScope]) -> list[dict[str, object]]:
    """Scopes with their reasons, as they were shown."""
    return [{"name": scope.name, "reason": dict(scope.reason)} for scope in scopes]


def _check_requested(service: LiveService, names: list[str]) -> None:
    requested = {scope.name for scope in service.scopes}
    errors: list[FieldError] = [
        {"pointer": f"/scopes/{place}", "detail": "the service does not ask for this scope"}
        for place, name in enumerate(names)
        if name not in requested
    ]
    if errors:
        raise ScopeNotRequested("Grant only scopes that the live release asks for.", errors=errors)
