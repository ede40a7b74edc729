"""The staff realm over an empty database."""

from dataclasses import dataclass

import pytest

from auth.staff.acts import Acts
from auth.staff.members import Members
from auth.staff.proposals import Proposals
from auth.staff.sessions import StaffSessions
from auth.staff.settings import StaffSettings
from auth.staff.sign_in import StaffSignIn
from core.access import Staff, StaffRole
from core.ids import DepartmentId
from tests.harness.clock import ManualClock

TAX = DepartmentId("tax")


@dataclass
class Realm:
    clock: ManualClock
    acts: Acts
    sessions: StaffSessions
    members: Members
    proposals: Proposals
    sign_in: StaffSignIn

    async def member(self, login: str, *roles: StaffRole, department: DepartmentId | None = None) -> Staff:
        """A member who is signed in."""
        entered, _ = await self.members.invite(None, name=login, login=login, department=department, roles=roles)
        signed_in = await self.sessions.staff(await self.sessions.open(entered.id, "test"))
        assert signed_in
        return signed_in

    async def operator(self, login: str = "operator-one", department: DepartmentId | None = None) -> Staff:
        return await self.member(login, StaffRole.OPERATOR, department=department)


@pytest.fixture
async def realm(store: str, clock: ManualClock) -> Realm:
    settings = StaffSettings()
    acts, sessions = Acts(clock), StaffSessions(clock, settings)
    members = Members(clock, settings, sessions, acts)
    return Realm(
        clock,
        acts,
        sessions,
        members,
        Proposals(clock, settings, members, acts),
        StaffSignIn(clock, members, sessions, acts),
    )
