"""The second factor, given with a ticket: one rule for signing in and for step-up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from auth.credentials.second_factors import Method, SecondFactors
from auth.credentials.tickets import Destination, Ticket, Tickets
from auth.errors import WrongCode
from core.database import transaction

_SECOND = {"totp": ("otp", "mfa"), "recovery-code": ("otp", "recovery", "mfa")}
"""What the second factor adds to the means (RFC 8176, and a word of ours where it was a recovery code)."""


class SecondProofs:
    """Completes what a first factor began."""

    def __init__(self, tickets: Tickets, second_factors: SecondFactors) -> None:
        self._tickets = tickets
        self._second_factors = second_factors

    async def ticket(self, secret: str, destination: Destination, browser: str) -> Ticket:
        """The ticket, one try of which is spent with that; raises TicketExpired."""
        return await self._tickets.spend_try(secret, destination, browser)

    @asynccontextmanager
    async def completed(self, ticket: Ticket, method: Method, code: str) -> AsyncIterator[tuple[str, ...]]:
        """A transaction in which both factors are used up: the means. Raises TicketExpired, TooManyTries, WrongCode."""
        await self._second_factors.spend_try(ticket.account, method)
        async with transaction():
            await self._use(ticket, method, code)
            yield (*ticket.amr, *_SECOND[method])

    async def _use(self, ticket: Ticket, method: Method, code: str) -> None:
        await self._tickets.use(ticket)
        if not await self._second_factors.accept(ticket.account, method, code):
            raise wrong_code(ticket.tries_left)


def wrong_code(tries_left: int | None) -> WrongCode:
    """`tries_left`: of the ticket; None where there is none."""
    detail = "Type a code that was not used yet: the app's newest, or a recovery code."
    return WrongCode(detail) if tries_left is None else WrongCode(detail, tries_left=tries_left)
