"""Pairwise subjects (OpenID Connect Core 8.1): each sector knows a resident by a name of its own.

They are random and stored, so that they outlive every key and no two sectors can compare theirs.

After a merge both accounts' names go on: either finds the one account that is left, and a sector that knew only the
absorbed one goes on hearing that name.
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


def mandate_sector(sector: str) -> str:
    """Where a sector's names of mandates are, apart from those of residents."""
    return f"mandate:{sector}"


class Subjects:
    """The names under which residents are known; a name never changes, so it is remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[AccountId, str], Subject] = OrderedDict()

    async def of(self, account_id: AccountId, sector: str) -> Subject:
        """The resident's name in a sector, made at the first asking."""
        known = self._known.get((account_id, sector)) or await self._find(account_id, sector)
        if known is None:
            inherited = await self._inherited(account_id, sector)
            if inherited:
                return inherited  # not remembered: a merge can be undone
            known = await self._made(account_id, sector)
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
        """The resident whom a department knows as `sub`; None when it knows nobody by that name.

        For an account that was merged: the one it was merged into.
        """
        found = await rows(
            "SELECT s.account_id, a.merged_into FROM auth_subject s LEFT JOIN auth_account a ON a.id = s.account_id "
            "WHERE s.sub = ? AND s.sector = ?",
            sub,
            department_sector(department_id),
        )
        if not found:
            return None
        account, into = found[0]["account_id"], found[0]["merged_into"]
        while into:
            account, into = (
                into,
                (await rows("SELECT merged_into FROM auth_account WHERE id = ?", into))[0]["merged_into"],
            )
        return AccountId(account)

    async def _inherited(self, account_id: AccountId, sector: str) -> Subject | None:
        """The name of an account that was merged into this one, where this one has none of its own."""
        found = await rows(
            "WITH RECURSIVE kin(id, depth) AS (SELECT id, 1 FROM auth_account WHERE merged_into = ? UNION ALL "
            "SELECT a.id, kin.depth + 1 FROM auth_account a JOIN kin ON a.merged_into = kin.id) "
            "SELECT s.sub FROM auth_subject s JOIN kin ON kin.id = s.account_id WHERE s.sector = ? "
            "ORDER BY kin.depth, kin.id LIMIT 1",
            account_id,
            sector,
        )
        return Subject(found[0]["sub"]) if found else None

    async def _find(self, account_id: AccountId, sector: str) -> Subject | None:
        found = await rows("SELECT sub FROM auth_subject WHERE account_id = ? AND sector = ?", account_id, sector)
        return Subject(found[0]["sub"]) if found else None
