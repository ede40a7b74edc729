"""The mandates wired together, with a register and a ledger of the tests' own."""

from dataclasses import dataclass, field

from auth.assertions import Assertions
from auth.changes import Feed
from auth.freshness import Freshness
from auth.mandates.acting import MandateActing
from auth.mandates.acts import Acts
from auth.mandates.book import Book, Terms
from auth.mandates.consents import ActingConsents
from auth.mandates.mandates import Mandates
from auth.mandates.offers import Offers
from auth.mandates.ports import RecordedAccess
from auth.mandates.represented import Principals
from auth.mini_sessions import MiniSessions
from auth.mini_tokens import MiniTokens
from auth.proofing.errors import RegisterUnavailable
from auth.proofing.id_numbers import IdNumber
from auth.proofing.ports import Person
from auth.security.events import Events
from auth.standings import Standings
from core.access import Resident
from core.database import rows
from core.ids import AccountId, MandateId
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import City

PARENT, CHILD, GRANDMOTHER = "310101198803150012", "310101201705210012", "310106195209180022"
CODE = "91310101MA1K3B7T29"
ALL = Terms(None, 90)


def born(day: str, place: int = 1) -> str:
    """The number of somebody born on that day, YYYYMMDD."""
    text = f"310101{day}{place:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return text + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) % 11]


TEENAGER, THIRD, FOURTH = born("20090101"), born("19700101"), born("19700102")


@dataclass
class Register:
    """Stands in for the population register."""

    guardians: set[tuple[str, str]] = field(default_factory=lambda: {(PARENT, CHILD)})
    representatives: dict[str, tuple[str, str]] = field(default_factory=lambda: {CODE: (PARENT, "浦江机械")})
    down: bool = False

    async def is_guardian(self, guardian: IdNumber, ward: Person) -> bool:
        if self.down:
            raise RegisterUnavailable
        return (guardian.text, ward.id_number.text) in self.guardians

    async def represented_by(self, credit_code: str, person: IdNumber) -> str | None:
        number, name = self.representatives.get(credit_code, ("", ""))
        return name if number == person.text else None


@dataclass
class Accesses:
    """Stands in for the ledger."""

    recorded: list[RecordedAccess] = field(default_factory=list)

    async def on(
        self,
        principal: AccountId,  # noqa: ARG002 - the port's shape
        mandate: MandateId,  # noqa: ARG002 - the same
        before: str | None,
        limit: int,
    ) -> list[RecordedAccess]:
        return [each for each in self.recorded if before is None or each.id < before][:limit]


class MandateCity(City):
    """The account's services with the mandates behind them."""

    def __init__(self, clock: ManualClock, **settings: object) -> None:
        super().__init__(clock, **settings)
        options = self.settings.mandates
        self.register, self.accesses = Register(), Accesses()
        self.events, self.book, self.principals = Events(clock), Book(clock, options), Principals(clock)
        self.acts = Acts(clock, self.accesses)
        self.mandates = Mandates(clock, self.book, self.accounts, self.principals, self.acts, self.events, self.changes)
        self.offers = Offers(
            clock, self.book, self.mandates, self.accounts, self.principals, self.register, self.acts, self.events
        )
        self.acting = MandateActing(clock, self.sessions, self.principals, self.acts)
        self.acting_consents = ActingConsents(self.acting, self.consents, self.acts)
        self.mini_sessions = MiniSessions(clock, self.sessions, self.acting)
        self.mini_tokens = MiniTokens(
            self.tokens, self.settings, self.entitlements, self.subjects, self.mini_sessions, self.acting
        )
        self.assertions = Assertions(
            self.settings, self.tokens, self.accounts, self.subjects, self.ticks, lambda: 0, self.principals
        )
        self.standings = Standings(clock, self.mini_sessions, self.ticks)
        self.changes.listen(self.standings)
        self.freshness = Freshness(Feed(clock, self.standings), self.standings, self.verified_tokens, self.ticks)

    async def known(self, phone: str, id_number: str, loa: int = 2) -> Resident:
        """A resident whose number was proved, signed in just now."""
        await self.accounts.register(phone, name="张伟", id_number=id_number, loa=loa)
        resident = await self.resident(phone)
        return Resident(resident.account, resident.session, ("sms",), self.clock.now())

    def fresh(self, resident: Resident) -> Resident:
        """The same resident, who authenticated again just now."""
        return Resident(resident.account, resident.session, ("sms",), self.clock.now())

    async def helped(self) -> tuple[Resident, Resident, MandateId]:
        """A parent who acts for a grandmother, and their mandate."""
        parent = await self.known("13800000001", PARENT)
        grandmother = await self.known("13800000002", GRANDMOTHER)
        offered = await self.offers.family(parent, "i-act", "13800000002", ALL)
        mandate = MandateId(offered.mandate.id)
        await self.offers.accept(grandmother, mandate)
        return parent, grandmother, mandate

    async def company(self) -> tuple[Resident, MandateId]:
        """A representative and the mandate that the register showed."""
        representative = await self.known("13800000001", PARENT, loa=3)
        view = await self.offers.represent(representative, CODE, ALL)
        return representative, MandateId(view.mandate.id)

    async def told(self, account: AccountId) -> list[str]:
        """What its owner is told, in order."""
        found = await rows("SELECT kind FROM security_event WHERE account_id = ? ORDER BY id", account)
        return [row["kind"] for row in found]
