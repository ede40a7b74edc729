"""What counts once: an assertion, a proof; and what counts no more: a token taken back."""

from datetime import datetime

from auth.secrecy import digest
from core.database import rows, statement


class Once:
    """Remembers what was spent, for as long as it could come again."""

    async def spend(self, kind: str, value: str, until: datetime) -> bool:
        """Note `value` as spent until then; False when it was before. Of two at once, one wins."""
        spent = await statement(
            "INSERT INTO auth_assertion_used (id, expires_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
            _id(kind, value),
            until,
        )
        return bool(spent)

    async def was_spent(self, kind: str, value: str) -> bool:
        return bool(await rows("SELECT id FROM auth_assertion_used WHERE id = ?", _id(kind, value)))


def _id(kind: str, value: str) -> str:
    return digest(f"{kind} {value}")
