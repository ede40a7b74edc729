"""What may be done once, in however many processes."""

from datetime import datetime

from auth.secrecy import Secrecy
from core.database import statement


class Once:
    """Remembers, behind a keyed hash, until it no longer matters."""

    def __init__(self, secrecy: Secrecy) -> None:
        self._secrecy = secrecy

    async def take(self, what: tuple[str, ...], until: datetime) -> bool:
        """Whether this is the first time."""
        taken = await statement(
            "INSERT INTO guard_once (id, ends_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
            self._secrecy.hashed("once", *what),
            until,
        )
        return bool(taken)
