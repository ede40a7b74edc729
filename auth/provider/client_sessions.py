"""Which clients a resident's session signed in at, each by a `sid` of its own (Back-Channel Logout, section 2.1)."""

from auth.provider.models import Client, ClientSession
from core.access import Resident
from core.clock import Clock
from core.database import rows, transaction
from core.ids import new_id


class ClientSessions:
    """The clients of all sessions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sid(self, resident: Resident, client: Client) -> str:
        """The name of the resident's session at this client, made at the first asking."""
        now = self._clock.now()
        async with transaction():
            await rows(
                "INSERT INTO provider_session (id, session_id, account_id, client_id, created_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (session_id, client_id) DO NOTHING",
                new_id(now),
                resident.session,
                resident.account,
                client.id,
                now,
            )
            found = await rows(
                "SELECT id FROM provider_session WHERE session_id = ? AND client_id = ?", resident.session, client.id
            )
        return str(found[0]["id"])

    async def find(self, client: Client, sid: str) -> ClientSession | None:
        """The session that a client knows by this `sid`."""
        return await ClientSession.get_or_none(id=sid, client_id=client.id)
