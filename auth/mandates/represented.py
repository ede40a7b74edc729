"""Those who are acted for: accounts, and records of persons without one and of legal persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from auth.mandates.models import Represented
from auth.masking import masked_name, masked_phone
from auth.models import Account
from core.clock import Clock
from core.database import rows, transaction
from core.ids import AccountId, new_id

PrincipalKind = Literal["person", "legal-person"]
_PROVED = 2


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as the other side sees them: a person's name is masked, a legal person's is public."""

    name: str | None
    kind: PrincipalKind


class Principals:
    """Finds and enters them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def person(self, name: str, id_number: str) -> AccountId:
        """The account that proved this ID number; where there is none, the record of the person."""
        account = (
            await Account.filter(id_number=id_number, loa__gte=_PROVED, closed_at=None, merged_into=None)
            .order_by("id")
            .first()
        )
        return AccountId(account.id) if account else await self._record("person", id_number, name)

    async def legal_person(self, name: str, credit_code: str) -> AccountId:
        return await self._record("legal-person", credit_code, name)

    async def find_legal_person(self, credit_code: str) -> Represented | None:
        return await Represented.get_or_none(kind="legal-person", number=credit_code)

    async def profile(self, principal: AccountId) -> dict[str, str]:
        """What is known of one who has no account, by the names of assertions; {} for an account or nobody."""
        found = await Represented.get_or_none(id=principal)
        if found is None:
            return {}
        return {"name": found.name, ("id_number" if found.kind == "person" else "credit_code"): found.number}

    async def parties(self, ids: Iterable[str]) -> dict[str, Party]:
        """All of these, masked, by id."""
        wanted = list(set(ids))
        accounts = await Account.filter(id__in=wanted, closed_at=None) if wanted else []
        records = await Represented.filter(id__in=wanted) if wanted else []
        return {each.id: Party(_account_name(each), "person") for each in accounts} | {
            each.id: _party(each) for each in records
        }

    async def _record(self, kind: PrincipalKind, number: str, name: str) -> AccountId:
        now = self._clock.now()
        async with transaction():
            found = await rows(
                "INSERT INTO mandate_represented (id, kind, number, name, created_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (kind, number) DO UPDATE SET name = excluded.name RETURNING id",
                new_id(now),
                kind,
                number,
                name,
                now,
            )
        return AccountId(found[0]["id"])


def _account_name(account: Account) -> str | None:
    return masked_name(account.name) or (masked_phone(account.phone) if account.phone else None)


def _party(record: Represented) -> Party:
    if record.kind == "legal-person":
        return Party(record.name, "legal-person")
    return Party(masked_name(record.name), "person")
