"""Identities that were checked and have no account yet: each waits in the one browser that brought it."""

from dataclasses import dataclass
from datetime import timedelta

from auth.external.ports import ExternalIdentity
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows, statement, transaction


@dataclass(frozen=True, slots=True)
class Pending:
    """An identity that waits; `name` is for reading alone."""

    provider: str
    issuer: str
    subject: str
    name: str | None


class PendingIdentities:
    """At most one waits in a browser."""

    def __init__(self, clock: Clock, seconds: int) -> None:
        self._clock = clock
        self._life = timedelta(seconds=seconds)

    async def keep(self, browser: str, identity: ExternalIdentity) -> None:
        """Have it wait, in place of the one before."""
        async with transaction():
            await rows(
                "INSERT INTO external_pending (browser, provider, issuer, subject, name, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (browser) DO UPDATE SET provider = excluded.provider, "
                "issuer = excluded.issuer, subject = excluded.subject, name = excluded.name, "
                "expires_at = excluded.expires_at",
                digest(browser),
                identity.provider,
                identity.issuer,
                identity.subject,
                identity.name or identity.login,
                self._clock.now() + self._life,
            )

    async def show(self, browser: str) -> Pending | None:
        """What waits in this browser."""
        found = await rows(
            "SELECT provider, issuer, subject, name FROM external_pending WHERE browser = ? AND expires_at > ?",
            digest(browser),
            self._clock.now(),
        )
        return Pending(**found[0]) if found else None

    async def take(self, browser: str) -> Pending | None:
        """The same, once, in the open transaction."""
        found = await rows(
            "DELETE FROM external_pending WHERE browser = ? AND expires_at > ? "
            "RETURNING provider, issuer, subject, name",
            digest(browser),
            self._clock.now(),
        )
        return Pending(**found[0]) if found else None

    async def remove_expired(self) -> None:
        await statement("DELETE FROM external_pending WHERE expires_at <= ?", self._clock.now())
