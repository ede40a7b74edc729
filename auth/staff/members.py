"""Members of staff: who they are, of which department, in which roles."""

from collections.abc import Collection
from datetime import timedelta

from auth.columns import to_json
from auth.secrecy import digest
from auth.staff.acts import Acts
from auth.staff.errors import InvitationSpent, LastOperator, LoginTaken, MemberUnknown, OtherDepartment
from auth.staff.models import StaffMember
from auth.staff.sessions import StaffSessions
from auth.staff.settings import StaffSettings
from core.access import Staff, StaffRole
from core.clock import Clock
from core.database import rows, transaction
from core.ids import DepartmentId, new_id, new_secret


class Members:
    """The register of staff."""

    def __init__(self, clock: Clock, settings: StaffSettings, sessions: StaffSessions, acts: Acts) -> None:
        self._clock = clock
        self._invitation = timedelta(hours=settings.invitation_hours)
        self._sessions = sessions
        self._acts = acts

    async def get(self, member: str) -> StaffMember:
        """A member who is not disabled; raises MemberUnknown."""
        found = await StaffMember.get_or_none(id=member, disabled_at=None)
        if found is None:
            raise MemberUnknown("Take the id from the list of members.")
        return found

    async def page(self, department: DepartmentId | None, cursor: str | None, limit: int) -> list[StaffMember]:
        """Up to `limit + 1` members before `cursor`, newest first; of one department, or of all (None)."""
        query = StaffMember.filter(disabled_at=None)
        query = query.filter(department_id=department) if department else query
        query = query.filter(id__lt=cursor) if cursor else query
        return await query.order_by("-id").limit(limit + 1)

    async def invite(
        self,
        by: Staff | None,
        *,
        name: str,
        login: str,
        department: DepartmentId | None,
        roles: Collection[StaffRole],
    ) -> tuple[StaffMember, str]:
        """Enter a member; the secret of the link by which they enrol their passkey. Raises LoginTaken."""
        now = self._clock.now()
        async with transaction():
            made = await rows(
                "INSERT INTO staff_member (id, department_id, name, login, roles, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO NOTHING RETURNING id",
                new_id(now),
                department,
                name,
                login,
                to_json(sorted(roles)),
                now,
            )
            if not made:
                raise LoginTaken("Choose another login, or change the member that has it.")
            member = await StaffMember.get(id=made[0]["id"])
            secret = await self._invitation_for(member.id)
            await self._acts.record(by, "member-invited", member.id, department=department, roles=sorted(roles))
        return member, secret

    async def invite_again(self, by: Staff | None, member: str) -> str:
        """Another link for a member who lost their passkey; links before it end. Raises MemberUnknown."""
        async with transaction():
            found = await self.get(member)
            secret = await self._invitation_for(found.id)
            await self._acts.record(by, "member-invited-again", found.id, department=_department(found))
        return secret

    async def invited(self, secret: str) -> StaffMember:
        """Whom a link is for; raises InvitationSpent."""
        found = await rows(
            "SELECT member_id FROM staff_invitation WHERE digest = ? AND used_at IS NULL AND expires_at > ?",
            digest(secret),
            self._clock.now(),
        )
        if not found:
            raise InvitationSpent("Ask for another invitation.")
        return await self.get(found[0]["member_id"])

    async def use_invitation(self, secret: str) -> str:
        """Use the link up, once: the member's id. Raises InvitationSpent."""
        now = self._clock.now()
        used = await rows(
            "UPDATE staff_invitation SET used_at = ? WHERE digest = ? AND used_at IS NULL AND expires_at > ? "
            "RETURNING member_id",
            now,
            digest(secret),
            now,
        )
        if not used:
            raise InvitationSpent("Ask for another invitation.")
        return str(used[0]["member_id"])

    async def set_roles(self, by: Staff | None, member: str, roles: Collection[StaffRole]) -> StaffMember:
        """Give a member these roles and no others; raises MemberUnknown, LastOperator."""
        async with transaction():
            found = await self.get(member)
            if StaffRole.OPERATOR not in roles:
                await self._keep_an_operator(found)
            await rows("UPDATE staff_member SET roles = ? WHERE id = ?", to_json(sorted(roles)), member)
            await self._acts.record(by, "roles-set", member, department=_department(found), roles=sorted(roles))
            return await self.get(member)

    async def disable(self, by: Staff | None, member: str) -> None:
        """Let a member in no more, at once: sessions, passkeys and links end. Raises MemberUnknown, LastOperator."""
        async with transaction():
            found = await self.get(member)
            if by:
                check_department(by, _department(found))
            await self._keep_an_operator(found)
            await rows("UPDATE staff_member SET disabled_at = ? WHERE id = ?", self._clock.now(), member)
            await self._sessions.end_all(member)
            for table in ("staff_passkey", "staff_identity", "staff_invitation"):
                await rows(f"DELETE FROM {table} WHERE member_id = ?", member)  # noqa: S608 - our own tables
            await self._acts.record(by, "member-disabled", member, department=_department(found))

    async def _invitation_for(self, member: str) -> str:
        secret = new_secret()
        await rows("DELETE FROM staff_invitation WHERE member_id = ? AND used_at IS NULL", member)
        await rows(
            "INSERT INTO staff_invitation (digest, member_id, expires_at) VALUES (?, ?, ?)",
            digest(secret),
            member,
            self._clock.now() + self._invitation,
        )
        return secret

    async def _keep_an_operator(self, leaving: StaffMember) -> None:
        """The platform's last operator stays: nobody could invite the next one."""
        if StaffRole.OPERATOR not in leaving.roles or leaving.department_id:
            return
        others = await StaffMember.filter(disabled_at=None, department_id=None).exclude(id=leaving.id)
        if not any(StaffRole.OPERATOR in other.roles for other in others):
            raise LastOperator("Make another member operator of the platform first.")


def check_department(by: Staff, department: DepartmentId | None) -> None:
    """Let the platform's staff pass, and a department's own; raises OtherDepartment."""
    if by.department is not None and by.department != department:
        raise OtherDepartment("Ask your own department's or the platform's operator.")


def _department(member: StaffMember) -> DepartmentId | None:
    return DepartmentId(member.department_id) if member.department_id else None
