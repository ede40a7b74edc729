"""What counts once, in however many processes: an assertion, a proof, a warning; and what counts no more."""

from datetime import datetime

from auth.secrecy import Secrecy
from core.database import rows, statement


class Once:
    """Remembers what was spent, behind a keyed hash, for as long as it could come again."""

    def __init__(self, secrecy: Secrecy) -> None:
        self._secrecy = secrecy

    async def spend(self, kind: str, *what: str, until: datetime) -> bool:
        """Note it as spent until then; False when it was before. Of two at once, one wins."""
        spent = await statement(
            "INSERT INTO auth_assertion_used (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
            self._name(kind, what),
            until,
        )
        return bool(spent)

    async def was_spent(self, kind: str, *what: str) -> bool:
        return bool(await rows("SELECT id FROM auth_assertion_used WHERE id = ?", self._name(kind, what)))

    def _name(self, kind: str, what: tuple[str, ...]) -> str:
        return self._secrecy.hashed("once", kind, *what)
