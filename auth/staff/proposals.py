"""Four eyes: an act that one member proposes and another decides.

What is proposed is done in the transaction that approves it, so that an approved proposal is a done one.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from auth.staff.acts import Acts
from auth.staff.errors import ProposalDecided, ProposalUnknown, SameEyes
from auth.staff.members import Members, check_department
from auth.staff.models import StaffProposal
from auth.staff.settings import StaffSettings
from core.access import Staff, StaffRole
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId, new_id

GRANT_ROLES = "grant-roles"
Act = Callable[[Staff, dict[str, Any]], Awaitable[None]]
"""Does what was proposed, on the approving member's account; inside the transaction that approves."""


class Proposals:
    """What waits for a second person."""

    def __init__(self, clock: Clock, settings: StaffSettings, members: Members, acts: Acts) -> None:
        self._clock = clock
        self._life = timedelta(days=settings.proposal_days)
        self._acts = acts
        self._members = members
        self._kinds: dict[str, Act] = {GRANT_ROLES: self._grant}

    def offer(self, kind: str, act: Act) -> None:
        """Have acts of another room decided here."""
        self._kinds[kind] = act

    async def propose(
        self, by: Staff, kind: str, department: DepartmentId | None, content: dict[str, Any]
    ) -> StaffProposal:
        """Write the proposal down; nothing else happens until another member approves."""
        assert kind in self._kinds  # noqa: S101 - kinds are named in code
        check_department(by, department)
        now = self._clock.now()
        async with transaction():
            proposal = await StaffProposal.create(
                id=new_id(now),
                kind=kind,
                department_id=department,
                content=content,
                proposed_by=by.member,
                state="open",
                created_at=now,
                expires_at=now + self._life,
            )
            await self._acts.record(by, "proposed", proposal.id, department=department, kind=kind, content=content)
        return proposal

    async def open(self, department: DepartmentId | None, cursor: str | None, limit: int) -> list[StaffProposal]:
        """Up to `limit + 1` proposals that wait, newest first; of one department, or of all (None)."""
        query = StaffProposal.filter(state="open", expires_at__gt=self._clock.now())
        query = query.filter(department_id=department) if department else query
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)

    async def approve(self, by: Staff, proposal: str) -> StaffProposal:
        """Do what was proposed; raises ProposalUnknown, OtherDepartment, SameEyes, ProposalDecided."""
        async with transaction():
            decided = await self._decide(by, proposal, "approved")
            await self._kinds[decided.kind](by, decided.content)
        return decided

    async def refuse(self, by: Staff, proposal: str) -> StaffProposal:
        """Do nothing of it; whoever proposed may take it back so. Raises as `approve`."""
        return await self._decide(by, proposal, "refused")

    async def _decide(self, by: Staff, proposal: str, state: str) -> StaffProposal:
        async with transaction():
            found = await StaffProposal.get_or_none(id=proposal)
            if found is None:
                raise ProposalUnknown("Take the id from the list of proposals.")
            check_department(by, DepartmentId(found.department_id) if found.department_id else None)
            if state == "approved" and found.proposed_by == by.member:
                raise SameEyes("Ask another operator to decide.")
            now = self._clock.now()
            decided = await rows(
                "UPDATE staff_proposal SET state = ?, decided_by = ?, decided_at = ? "
                "WHERE id = ? AND state = 'open' AND expires_at > ? RETURNING id",
                state,
                by.member,
                now,
                proposal,
                now,
            )
            if not decided:
                raise ProposalDecided("See the list of those that wait.")
            await self._acts.record(by, state, proposal, kind=found.kind, proposed_by=found.proposed_by)
            return await StaffProposal.get(id=proposal)

    async def _grant(self, by: Staff, content: dict[str, Any]) -> None:
        await self._members.set_roles(by, content["member"], [StaffRole(role) for role in content["roles"]])


def proposal_content(member: str, roles: list[StaffRole]) -> dict[str, Any]:
    """The content of a proposal to give a member these roles."""
    return {"member": member, "roles": sorted(roles)}
