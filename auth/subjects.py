"""Pairwise subjects (OpenID Connect Core 8.1): each sector knows a resident by a name of its own.

They are random and stored, so that they outlive every key and no two sectors can compare theirs.
"""

import secrets
from collections import OrderedDict

from auth.models import PairwiseSubject
from core.database import rows, transaction
from core.ids import AccountId, DepartmentId, ServiceId, Subject, in_base_32

_BITS = 130
_REMEMBERED = 100_000


def service_sector(service_id: ServiceId) -> str:
    return f"service:{service_id}"


def department_sector(department_id: DepartmentId) -> str:
    return f"department:{department_id}"


class Subjects:
    """The names under which residents are known; a name never changes, so it is remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[AccountId, str], Subject] = OrderedDict()

    async def of(self, account_id: AccountId, sector: str) -> Subject:
        """The resident's name in a sector, made at the first asking."""
        known = self._known.get((account_id, sector))
        if known is None:
            known = await self._find(account_id, sector) or await self._made(account_id, sector)
            self._remember(account_id, sector, known)
        return known

    async def _made(self, account_id: AccountId, sector: str) -> Subject:
        async with transaction():
            await rows(
                "INSERT INTO auth_subject (sub, account_id, sector) VALUES (?, ?, ?) "
                "ON CONFLICT (account_id, sector) DO NOTHING",
                in_base_32(secrets.randbits(_BITS), _BITS // 5),
                account_id,
                sector,
            )
            return Subject((await PairwiseSubject.get(account_id=account_id, sector=sector)).sub)

    def _remember(self, account_id: AccountId, sector: str, subject: Subject) -> None:
        self._known[account_id, sector] = subject
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def account_of(self, department_id: DepartmentId, sub: Subject) -> AccountId | None:
        """The resident whom a department knows as `sub`; None when it knows nobody by that name."""
        known = await PairwiseSubject.get_or_none(sub=sub, sector=department_sector(department_id))
        return AccountId(known.account_id) if known else None

    async def _find(self, account_id: AccountId, sector: str) -> Subject | None:
        found = await rows("SELECT sub FROM auth_subject WHERE account_id = ? AND sector = ?", account_id, sector)
        return Subject(found[0]["sub"]) if found else None
