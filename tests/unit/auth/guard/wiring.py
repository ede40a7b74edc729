"""What stands before attempts, wired alone."""

from itertools import count
from typing import Any

from auth.guard.alarms import Alarms
from auth.guard.attempts import Attempts
from auth.guard.caller import Caller, Proof
from auth.guard.challenges import Challenges, solves
from auth.guard.counters import Counters
from auth.guard.devices import KnownDevices
from auth.guard.errors import ChallengeNeeded
from auth.guard.leftovers import GuardLeftovers
from auth.guard.limits import Limits
from auth.guard.settings import GuardSettings
from auth.once import Once
from auth.quotas import CodeQuotas
from auth.secrecy import Secrecy
from auth.security.events import Events
from auth.settings import CodeLimits
from core.database import rows
from core.ids import AccountId, new_id
from tests.harness.clock import ManualClock
from tests.unit.auth.wiring import PHONE, SECRET

STRANGER = Caller("192.0.2.1", "stranger's browser")
NOBODY = "13999999999"


class Guard:
    """The services of the room; few bits, so that tests solve them at once."""

    def __init__(self, clock: ManualClock, *, codes: CodeLimits | None = None, **settings: Any) -> None:
        self.clock = clock
        self.settings = GuardSettings(**{"challenge_bits": 2, "challenge_bits_most": 8, **settings})
        self.secrecy = Secrecy(SECRET)
        self.once = Once(self.secrecy)
        self.limits = Limits(self.settings)
        self.counters = Counters(clock, self.secrecy)
        self.devices = KnownDevices(clock, self.secrecy, self.settings.device_days)
        self.challenges = Challenges(clock, self.secrecy, self.once, self.settings.challenge_seconds)
        self.quotas = CodeQuotas(clock, codes or CodeLimits(), self.secrecy, self.settings)
        self.leftovers = GuardLeftovers(clock)
        self.attempts = self.process()

    def process(self) -> Attempts:
        """The same rules as another process would have them."""
        alarms = Alarms(self.clock, self.once, Events(self.clock))
        return Attempts(self.limits, self.counters, self.challenges, self.devices, alarms)

    async def account(self, phone: str = PHONE) -> AccountId:
        made = AccountId(new_id(self.clock.now()))
        await rows(
            "INSERT INTO auth_account (id, phone, loa, locale, elder, created_at) VALUES (?, ?, 1, 'en', FALSE, ?)",
            made,
            phone,
            self.clock.now(),
        )
        return made


def solved(needed: ChallengeNeeded) -> Proof:
    challenge = needed.members["challenge"]
    nonce = next(number for number in count() if solves(challenge["salt"], str(number), challenge["bits"]))
    return Proof(challenge["id"], str(nonce))
