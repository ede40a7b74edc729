"""Refresh tokens as introspection and revocation see them: of one client, used ones too."""

from dataclasses import dataclass
from datetime import datetime

from auth.columns import moment
from auth.provider.models import Client
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows


@dataclass(frozen=True, slots=True)
class KnownRefresh:
    """A refresh token that has not run out; a used one still names its family."""

    family: str
    used: bool
    expires_at: datetime


class RefreshTokens:
    """Finds them by their text."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def find(self, client: Client, token: str) -> KnownRefresh | None:
        """The client's token; None for anybody else's, and for any other text."""
        found = await rows(
            "SELECT r.family_id, r.used_at, r.expires_at FROM provider_refresh r "
            "JOIN provider_family f ON f.id = r.family_id WHERE r.digest = ? AND f.client_id = ? AND r.expires_at > ?",
            digest(token),
            client.id,
            self._clock.now(),
        )
        if not found:
            return None
        row = found[0]
        return KnownRefresh(row["family_id"], row["used_at"] is not None, moment(row["expires_at"]))
