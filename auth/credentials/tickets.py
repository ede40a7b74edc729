"""Tickets: a first factor that was proved, waiting for the second, in the browser that proved it.

A try is spent, and committed, before the second factor is looked at; the ticket is used up in the transaction that
opens or strengthens the session. So a hundred guesses at once get no more checks than the tries allow, and of two right
ones one wins.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from auth.credentials.errors import SecondFactorNeeded, TicketExpired
from auth.credentials.second_factors import SecondFactors
from auth.secrecy import digest
from core.clock import Clock
from core.database import rows, statement
from core.ids import AccountId, new_secret
from core.problems import Unauthenticated


class Destination(StrEnum):
    """What the ticket admits to, and nothing else."""

    SIGN_IN = "sign-in"
    STEP_UP = "step-up"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A first factor: whose, and by what."""

    digest: str
    account: AccountId
    amr: tuple[str, ...]
    tries_left: int


class Tickets:
    """The tickets that are open."""

    def __init__(self, clock: Clock, second_factors: SecondFactors, seconds: int, tries: int) -> None:
        self._clock = clock
        self._second_factors = second_factors
        self._life = timedelta(seconds=seconds)
        self._tries = tries

    async def ask(self, account: AccountId, amr: tuple[str, ...], browser: str) -> Unauthenticated | None:
        """The port of auth/sign_in.py: a ticket to sign in with, where the account asks for two factors."""
        return await self.ask_for(Destination.SIGN_IN, account, amr, browser)

    async def ask_for(
        self, destination: Destination, account: AccountId, amr: tuple[str, ...], browser: str
    ) -> SecondFactorNeeded | None:
        """In the open transaction; raise what it gives after the commit."""
        methods = await self._second_factors.methods(account)
        if not methods:
            return None
        passkeys = await rows("SELECT 1 AS one FROM credentials_passkey WHERE account_id = ? LIMIT 1", account)
        ticket = await self._issue(destination, account, amr, browser)
        return SecondFactorNeeded(ticket, [*methods, *(["passkey"] if passkeys else [])])

    async def spend_try(self, secret: str, destination: Destination, browser: str) -> Ticket:
        """To be called outside of a transaction; raises TicketExpired."""
        spent = await statement(
            "UPDATE credentials_ticket SET tries = tries + 1 WHERE digest = ? AND purpose = ? AND browser = ? "
            "AND used_at IS NULL AND expires_at > ? AND tries < ? RETURNING digest, account_id, amr, tries",
            digest(secret),
            destination,
            digest(browser),
            self._clock.now(),
            self._tries,
        )
        if not spent:
            raise _expired()
        row = spent[0]
        left = self._tries - int(row["tries"])
        return Ticket(row["digest"], AccountId(row["account_id"]), tuple(row["amr"].split()), left)

    async def use(self, ticket: Ticket) -> None:
        """Use the ticket up, in the open transaction; raises TicketExpired."""
        used = await rows(
            "UPDATE credentials_ticket SET used_at = ? WHERE digest = ? AND used_at IS NULL RETURNING digest",
            self._clock.now(),
            ticket.digest,
        )
        if not used:
            raise _expired()

    async def _issue(self, destination: Destination, account: AccountId, amr: tuple[str, ...], browser: str) -> str:
        secret = new_secret()
        await rows(
            "INSERT INTO credentials_ticket (digest, account_id, purpose, browser, amr, tries, expires_at) "
            "VALUES (?, ?, ?, ?, ?, 0, ?)",
            digest(secret),
            account,
            destination,
            digest(browser),
            " ".join(amr),
            self._clock.now() + self._life,
        )
        return secret


def _expired() -> TicketExpired:
    return TicketExpired("Begin again with the first factor.")
