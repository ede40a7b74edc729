"""Consents: what a resident lets one mini-service have, with the reasons they were shown."""

from auth.changes import Changes
from auth.columns import to_json
from auth.errors import ConsentUnknown, ReleaseChanged, ScopeNotRequested, ServiceUnknown
from auth.models import Consent, ConsentEvent
from auth.ports import LiveService, ServiceDirectory
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
        granted: list[dict[str, object]] = [
            {"name": scope.name, "reason": dict(scope.reason)} for scope in service.scopes if scope.name in names
        ]
        async with transaction():
            await self._store(account_id, service, granted)
            await self._remember(account_id, service_id, "granted", granted, version)
            consent = await Consent.get(account_id=account_id, service_id=service_id)
            await self._changes.note(account_id)
        return consent

    async def withdraw(self, account_id: AccountId, service_id: ServiceId) -> None:
        """Take everything back; raises ConsentUnknown."""
        async with transaction():
            taken = await rows(
                "DELETE FROM auth_consent WHERE account_id = ? AND service_id = ? RETURNING version",
                account_id,
                service_id,
            )
            if not taken:
                raise ConsentUnknown("There is nothing to withdraw.")
            await self._remember(account_id, service_id, "withdrawn", [], str(taken[0]["version"]))
            await self._changes.note(account_id)

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

    async def _remember(
        self, account_id: AccountId, service_id: ServiceId, action: str, scopes: list[dict[str, object]], version: str
    ) -> None:
        now = self._clock.now()
        await ConsentEvent.create(
            id=new_id(now),
            account_id=account_id,
            service_id=service_id,
            action=action,
            scopes=scopes,
            version=version,
            at=now,
        )


def _check_requested(service: LiveService, names: list[str]) -> None:
    requested = {scope.name for scope in service.scopes}
    errors: list[FieldError] = [
        {"pointer": f"/scopes/{place}", "detail": "the service does not ask for this scope"}
        for place, name in enumerate(names)
        if name not in requested
    ]
    if errors:
        raise ScopeNotRequested("Grant only scopes that the live release asks for.", errors=errors)
