"""The register of clients: departments' systems, web services and apps; whose they are and what they may ask for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from auth.columns import to_json
from auth.jwk import jwk_of, public_key
from auth.provider.errors import ClientExists, ClientUnknown
from auth.provider.models import Client, ClientKey
from auth.provider.registration import Registration
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId, new_id

PRIVATE_KEY_JWT, SECRET, PUBLIC = "private_key_jwt", "client_secret_basic", "none"


class Clients:
    """Every client of the city; there is no other register of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def register(
        self, client_id: str, department_id: DepartmentId, key: str | Mapping[str, Any], scopes: Collection[str]
    ) -> Client:
        """Enter a department's system with its public key (PEM or JWK), or change it; one disabled counts again.

        What it may ask residents for stays as it was. Raises auth.jwk.KeyUnusable.
        """
        jwk = jwk_of(public_key(key))
        async with transaction():
            await rows(
                f"INSERT INTO provider_client ({_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (id) DO UPDATE SET "  # noqa: S608 - our own names
                "department_id = excluded.department_id, scopes = excluded.scopes, disabled_at = NULL",
                *_values(_system(client_id, scopes), client_id, department_id, self._clock),
            )
            await rows("DELETE FROM provider_client_key WHERE client_id = ?", client_id)
            await self._add_key(client_id, jwk)
            return await Client.get(id=client_id)

    async def add(
        self, client_id: str, department_id: DepartmentId, registration: Registration, jwks: Sequence[Mapping[str, str]]
    ) -> Client:
        """Enter a client that was checked (Registration.checked), with its keys. Raises ClientExists."""
        async with transaction():
            made = await rows(
                f"INSERT INTO provider_client ({_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (id) DO NOTHING "  # noqa: S608 - the same
                "RETURNING id",
                *_values(registration, client_id, department_id, self._clock),
            )
            if not made:
                raise ClientExists("Take another name, or change that client.")
            for jwk in jwks:
                await self._add_key(client_id, jwk)
            return await Client.get(id=client_id)

    async def find(self, client_id: str) -> Client | None:
        """The client of that id, unless it is disabled."""
        return await Client.get_or_none(id=client_id, disabled_at=None)

    async def owned(self, client_id: str, department_id: DepartmentId | None) -> Client:
        """The same for who administers it: of that department, or of any for None. Raises ClientUnknown."""
        client = await self.find(client_id)
        if client is None or department_id not in {None, client.department_id}:
            raise ClientUnknown("Take the id from the list of clients.")
        return client

    async def page(self, department_id: DepartmentId | None, cursor: str | None, limit: int) -> list[Client]:
        """Up to `limit + 1` clients after `cursor`, by name, those disabled too; of one department, or of all."""
        query = Client.filter(department_id=department_id) if department_id else Client.all()
        query = query.filter(id__gt=cursor) if cursor else query
        return await query.order_by("id").limit(limit + 1)

    async def disable(self, client_id: str) -> None:
        """From now on neither the client nor a token it still holds is let in."""
        await rows(
            "UPDATE provider_client SET disabled_at = COALESCE(disabled_at, ?) WHERE id = ?",
            self._clock.now(),
            client_id,
        )

    async def _add_key(self, client_id: str, jwk: Mapping[str, str]) -> None:
        now = self._clock.now()
        await ClientKey.create(id=new_id(now), client_id=client_id, kid=jwk["kid"], jwk=dict(jwk), created_at=now)


_NAMES = (
    "id",
    "department_id",
    "environment",
    "name",
    "kind",
    "uri",
    "auth_method",
    "scopes",
    "asks",
    "redirect_uris",
    "post_logout_uris",
    "backchannel_logout_uri",
    "backchannel_session_required",
    "sector",
    "id_token_alg",
    "par_required",
    "dpop_required",
    "created_at",
)
_COLUMNS = ", ".join(_NAMES)
_MARKS = ", ".join("?" * len(_NAMES))


def _values(registration: Registration, client_id: str, department_id: DepartmentId, clock: Clock) -> list[Any]:
    given = registration.columns(client_id)
    row = {**given, "id": client_id, "department_id": department_id, "created_at": clock.now()}
    return [to_json(row[name]) if isinstance(row[name], dict | list) else row[name] for name in _NAMES]


def _system(client_id: str, scopes: Collection[str]) -> Registration:
    """What a department's own system is, which signs nobody in."""
    return Registration(name={"zh-CN": client_id}, auth_method=PRIVATE_KEY_JWT, scopes=sorted(scopes))
