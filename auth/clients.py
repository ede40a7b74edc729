"""Departments' systems: who they are, whose, and what they may ask for."""

from collections.abc import Collection, Mapping
from typing import Any

from auth.columns import to_json
from auth.jwk import jwk_of, public_key
from auth.models import Client
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId


class Clients:
    """The register of departments' systems."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def register(
        self,
        client_id: str,
        department_id: DepartmentId,
        key: str | Mapping[str, Any],
        scopes: Collection[str],
    ) -> Client:
        """Enter a system with its public key (PEM or JWK, P-256), or change it; one that was disabled counts again.

        Raises auth.jwk.KeyUnusable.
        """
        jwk = jwk_of(public_key(key))
        async with transaction():
            await rows(
                "INSERT INTO auth_client (id, department_id, public_jwk, scopes, created_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET department_id = excluded.department_id, "
                "public_jwk = excluded.public_jwk, scopes = excluded.scopes, disabled_at = NULL",
                client_id,
                department_id,
                to_json(jwk),
                to_json(sorted(scopes)),
                self._clock.now(),
            )
            return await Client.get(id=client_id)

    async def find(self, client_id: str) -> Client | None:
        """The system of that id, unless it is disabled."""
        return await Client.get_or_none(id=client_id, disabled_at=None)

    async def disable(self, client_id: str) -> None:
        """From now on neither the system nor a token it still holds is let in."""
        await rows(
            "UPDATE auth_client SET disabled_at = COALESCE(disabled_at, ?) WHERE id = ?", self._clock.now(), client_id
        )
