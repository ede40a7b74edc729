"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.staff.acts import Acts
from auth.staff.members import Members
from auth.staff.passkeys import StaffPasskeys
from auth.staff.proposals import Proposals
from auth.staff.sessions import StaffSessions
from auth.staff.sign_in import StaffSignIn


@dataclass(frozen=True, slots=True)
class StaffServices:
    """Made by gateway/identity/staff.py."""

    members: Members
    sessions: StaffSessions
    acts: Acts
    proposals: Proposals
    sign_in: StaffSignIn
    passkeys: StaffPasskeys
