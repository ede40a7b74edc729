"""The services of auth/staff."""

from auth.credentials.challenges import Challenges
from auth.credentials.webauthn import Ceremonies
from auth.staff.acts import Acts
from auth.staff.members import Members
from auth.staff.passkeys import StaffPasskeys
from auth.staff.proposals import Proposals
from auth.staff.services import StaffServices
from auth.staff.sessions import StaffSessions
from auth.staff.sign_in import StaffSignIn
from gateway.identity.foundation import Foundation


def compose_staff(base: Foundation) -> StaffServices:
    options, seconds = base.settings.staff, base.settings.credentials.ceremony_seconds
    acts = Acts(base.clock)
    sessions = StaffSessions(base.clock, options)
    members = Members(base.clock, options, sessions, acts)
    sign_in = StaffSignIn(base.clock, members, sessions, acts)
    return StaffServices(
        members=members,
        sessions=sessions,
        acts=acts,
        proposals=Proposals(base.clock, options, members, acts),
        sign_in=sign_in,
        passkeys=StaffPasskeys(
            base.clock, members, sign_in, Challenges(base.clock, seconds), Ceremonies(base.origin, seconds)
        ),
    )
