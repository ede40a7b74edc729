"""The room's services over the account's, with a stand-in for the holds; hashing is cheap."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from auth.credentials.services import CredentialsServices
from auth.credentials.totp import STEP_SECONDS, code_at
from auth.models import Account
from auth.secrecy import Secrecy
from auth.security.events import Events
from auth.sign_in import SignIn, Visitor
from core.access import Resident
from core.database import rows
from core.ids import AccountId, SessionId
from gateway.identity.credentials import compose_credentials
from gateway.identity.guard import compose_guard
from tests.harness.authenticator import NOTHING, Authenticator, Wrong
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import ORIGIN, PHONE, City

PASSWORD = "correct horse 电池 staple"
CHEAP = {"memory_kib": 8, "passes": 1, "lanes": 1}


@dataclass
class HeldBack:
    """Stands in for the holds: remembers who was held back, and why."""

    clock: ManualClock
    placed: list[tuple[AccountId, str]] = field(default_factory=list)

    async def place(self, account: AccountId, reason: str) -> datetime:
        self.placed.append((account, reason))
        return self.clock.now() + timedelta(days=1)


@dataclass(frozen=True)
class Base:
    """As much of the foundation as the room takes."""

    clock: ManualClock
    settings: Any
    origin: str
    secrecy: Secrecy
    changes: Any
    events: Events
    accounts: Any
    sessions: Any
    codes: Any


class Room:
    """The city, and this room of it."""

    def __init__(self, clock: ManualClock, guard: dict[str, int] | None = None, **settings: Any) -> None:
        credentials = {"hashing": CHEAP, **settings}
        self.city = City(clock, credentials=credentials, guard=guard or {})
        self.clock = clock
        self.holds = HeldBack(clock)
        base: Any = Base(
            clock=clock,
            settings=self.city.settings,
            origin=ORIGIN,
            secrecy=self.city.secrecy,
            changes=self.city.changes,
            events=Events(clock),
            accounts=self.city.accounts,
            sessions=self.city.sessions,
            codes=self.city.codes,
        )
        self.guard = compose_guard(base)
        self.services: CredentialsServices = compose_credentials(base, self.holds, self.guard)
        self.sign_in = SignIn(
            self.city.codes,
            self.city.accounts,
            self.city.sessions,
            self.services.tickets,
            self.guard.attempts,
        )

    async def resident(self, phone: str = PHONE, *, days_old: int = 1) -> Resident:
        """Somebody whose account was made some days ago."""
        resident = await self.city.resident(phone)
        await rows(
            "UPDATE auth_account SET created_at = ? WHERE id = ?",
            self.clock.now() - timedelta(days=days_old),
            resident.account,
        )
        return resident

    async def with_totp(self, resident: Resident) -> tuple[bytes, list[str]]:
        """The resident sets an authenticator app up: its secret, and the recovery codes."""
        shown, _ = await self.services.second_factors.begin(resident)
        secret = base64.b32decode(shown)
        confirmed = await self.services.second_factors.confirm(resident, self.totp(secret))
        self.clock.advance(seconds=STEP_SECONDS)
        return secret, confirmed.recovery_codes

    async def with_passkey(
        self, resident: Resident, authenticator: Authenticator, wrong: Wrong = NOTHING, name: str = "手机"
    ) -> str:
        """The resident adds a passkey; its id."""
        issued, options = await self.services.passkeys.options(resident)
        made = await self.services.passkeys.add(resident, issued.id, authenticator.create(options, wrong), name)
        return str(made.id)

    def totp(self, secret: bytes, steps: int = 0) -> str:
        """What the app shows now, or so many steps later."""
        return code_at(secret, int(self.clock.now().timestamp()) // STEP_SECONDS + steps)

    async def told(self) -> list[str]:
        """The kinds of all events, the oldest first."""
        return [str(row["kind"]) for row in await rows("SELECT kind FROM security_event ORDER BY id")]

    async def session(self, session_id: SessionId) -> dict[str, Any]:
        return (await rows("SELECT * FROM auth_session WHERE id = ?", session_id))[0]

    async def account(self, phone: str = PHONE) -> Account:
        return await Account.get(phone=phone)


def visitor(browser: str = "browser-one") -> Visitor:
    return Visitor(browser, "Chrome on Android")
