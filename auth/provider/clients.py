"""The register of clients: departments' systems, web services and apps; whose they are and what they may ask for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from auth.columns import to_json
from auth.jwk import JWK, jwk_of, public_key
from auth.provider.errors import ClientExists, ClientKeyUnknown, ClientRefused, ClientUnknown
from auth.provider.models import Client, ClientKey, ClientSecret
from auth.provider.registration import Registration
from auth.provider.settings import ProviderSettings
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows, statement, transaction
from core.ids import DepartmentId, new_id, new_secret

PRIVATE_KEY_JWT, SECRET, PUBLIC = "private_key_jwt", "client_secret_basic", "none"
KEYS = 5
"""A client's public keys at the most."""
_KID_LIMIT = 200

LONGEST_ID = 80


class Clients:
    """Every client of the city; there is no other register of them."""

    def __init__(self, clock: Clock, settings: ProviderSettings) -> None:
        self._clock = clock
        self._overlap = timedelta(hours=settings.secret_overlap_hours)

    async def register(
        self, client_id: str, department_id: DepartmentId, key: str | Mapping[str, Any], scopes: Collection[str]
    ) -> Client:
        """Enter a department's system with its public key (PEM or JWK), or change it; one disabled counts again.

        What it may ask residents for stays as it was. Raises auth.jwk.KeyUnusable.
        """
        jwk = _jwk(key)
        async with transaction():
            await rows(
                f"INSERT INTO provider_client ({_COLUMNS}) VALUES ({_MARKS}) ON CONFLICT (id) DO UPDATE SET "  # noqa: S608 - our own names
                "department_id = excluded.department_id, scopes = excluded.scopes, disabled_at = NULL",
                *_values(_system(client_id, scopes), client_id, department_id, self._clock),
            )
            await self._replace_keys(client_id, jwk)
            return await Client.get(id=client_id)

    async def add(
        self,
        client_id: str,
        department_id: DepartmentId,
        registration: Registration,
        keys: Sequence[str | Mapping[str, Any]] = (),
    ) -> Client:
        """Enter a client with its public keys (PEM or JWK).

        Raises ClientExists, auth.jwk.KeyUnusable, and ClientRefused for keys that its method does not use.
        """
        if bool(keys) is not (registration.auth_method == PRIVATE_KEY_JWT) or len(keys) > KEYS:
            raise ClientRefused(f"Give 1 to {KEYS} public keys for private_key_jwt, and none for another method.")
        jwks = [_jwk(key) for key in keys]
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

    def new_name(self) -> str:
        """An id for a client that was not given one: a label, as ids that people choose are."""
        return f"c{new_id(self._clock.now())}"

    async def find(self, client_id: str) -> Client | None:
        """The client of that id, unless it is disabled; any text may be asked for."""
        if not (client_id.isascii() and client_id.isprintable() and len(client_id) <= LONGEST_ID):
            return None  # a database takes no text of any letters and length
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

    async def add_secret(self, client_id: str) -> str:
        """A new secret, told this once; those before count for the overlap, and no longer."""
        secret, now = new_secret(), self._clock.now()
        async with transaction():
            await rows(
                "UPDATE provider_client_secret SET expires_at = ? WHERE client_id = ? AND (expires_at IS NULL "
                "OR expires_at > ?)",
                now + self._overlap,
                client_id,
                now + self._overlap,
            )
            await self._keep_newest(client_id)
            await ClientSecret.create(id=new_id(now), client_id=client_id, digest=digest(secret), created_at=now)
        return secret

    async def add_key(self, client_id: str, key: str | Mapping[str, Any]) -> ClientKey:
        """One more public key (PEM or JWK), so that the client may change over to it.

        Raises auth.jwk.KeyUnusable, ClientRefused for one too many.
        """
        jwk = _jwk(key)
        async with transaction():
            if await ClientKey.filter(client_id=client_id).count() >= KEYS:
                raise ClientRefused(f"Remove a key first: a client has {KEYS} at the most.")
            await self._add_key(client_id, jwk)
            return await ClientKey.get(client_id=client_id, kid=jwk["kid"])

    async def remove_key(self, client_id: str, key_id: str) -> None:
        """No assertion signed with it counts from now on. `key_id`: our id or its kid. Raises ClientKeyUnknown."""
        removed = await statement(
            "DELETE FROM provider_client_key WHERE client_id = ? AND (id = ? OR kid = ?) RETURNING id",
            client_id,
            key_id,
            key_id,
        )
        if not removed:
            raise ClientKeyUnknown("Take the id from the client's keys.")

    async def keys(self, client_id: str) -> list[ClientKey]:
        """The newest last."""
        return await ClientKey.filter(client_id=client_id).order_by("id")

    async def disable(self, client_id: str) -> None:
        """From now on neither the client nor a token it still holds is let in."""
        await rows(
            "UPDATE provider_client SET disabled_at = COALESCE(disabled_at, ?) WHERE id = ?",
            self._clock.now(),
            client_id,
        )

    async def _replace_keys(self, client_id: str, jwk: Mapping[str, str]) -> None:
        """The one key in place of all others; where it is there already, others were added since and stay."""
        if not await ClientKey.filter(client_id=client_id, kid=jwk["kid"]).exists():
            await rows("DELETE FROM provider_client_key WHERE client_id = ?", client_id)
            await self._add_key(client_id, jwk)

    async def _keep_newest(self, client_id: str) -> None:
        """Of the secrets before, the last one stays: two are alive, never three."""
        await rows(
            "DELETE FROM provider_client_secret WHERE client_id = ? AND id < "
            "(SELECT MAX(id) FROM provider_client_secret WHERE client_id = ?)",
            client_id,
            client_id,
        )

    async def _add_key(self, client_id: str, jwk: Mapping[str, str]) -> None:
        now = self._clock.now()
        await rows(
            "INSERT INTO provider_client_key (id, client_id, kid, jwk, created_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (client_id, kid) DO NOTHING",
            new_id(now),
            client_id,
            jwk["kid"],
            to_json(dict(jwk)),
            now,
        )


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


def _jwk(key: str | Mapping[str, Any]) -> JWK:
    """The key as we keep it, under the name that the client gave it, where it gave a usable one."""
    jwk = jwk_of(public_key(key))
    kid = None if isinstance(key, str) else key.get("kid")
    usable = isinstance(kid, str) and 1 <= len(kid) <= _KID_LIMIT and kid.isprintable()  # what any database takes
    return {**jwk, "kid": str(kid)} if usable else jwk


def _system(client_id: str, scopes: Collection[str]) -> Registration:
    """What a department's own system is, which signs nobody in."""
    return Registration(name={"zh-CN": client_id}, auth_method=PRIVATE_KEY_JWT, scopes=sorted(scopes))
