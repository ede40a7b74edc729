"""What a resident reads of their level: why they have it, until when, and what leads further."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.models import Account
from auth.proofing.errors import InvalidIdNumber
from auth.proofing.evidence import Evidence, EvidenceKind
from auth.proofing.id_numbers import id_number_of
from auth.proofing.models import ProofOfIdentity
from core.clock import Clock
from core.ids import AccountId


@dataclass(frozen=True, slots=True)
class Proofing:
    """`since`, `expires_at`: of the level. `under_14`: None where the birth date is not known."""

    loa: int
    since: datetime
    expires_at: datetime | None
    evidence: Sequence[ProofOfIdentity]
    next: Sequence[EvidenceKind]
    under_14: bool | None


class Proofings:
    """The levels of all accounts, as their owners read them."""

    def __init__(self, clock: Clock, evidence: Evidence) -> None:
        self._clock = clock
        self._evidence = evidence

    async def of(self, account_id: AccountId) -> Proofing:
        """The account's, with evidence that ran out left behind."""
        counting = await self._evidence.refresh(account_id)
        account = await Account.get(id=account_id)
        reaching = [each for each in counting if each.level == account.loa]
        ends = [each.expires_at for each in reaching]
        lasting = [end for end in ends if end]
        return Proofing(
            loa=account.loa,
            since=min((each.at for each in reaching), default=account.created_at),
            expires_at=max(lasting) if lasting and len(lasting) == len(ends) else None,
            evidence=counting,
            next=_next(account),
            under_14=self._under_14(account),
        )

    def _under_14(self, account: Account) -> bool | None:
        """What the account's number says; a number that no check fits (of old registers) says nothing."""
        if account.id_number is None:
            return None
        try:
            return id_number_of(account.id_number, self._clock.now()).is_under_14(self._clock.now())
        except InvalidIdNumber:
            return None


def _next(account: Account) -> list[EvidenceKind]:
    """What would raise the level now: a face and a certificate need a name to compare with."""
    nameless = {EvidenceKind.NAME, EvidenceKind.COUNTER}
    return [kind for kind in EvidenceKind if kind.level > account.loa and (account.id_number or kind in nameless)]
