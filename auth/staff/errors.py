"""The Problems of the staff realm.

401: StaffSignInRefused. 403: RoleMissing (core.access), OtherDepartment, SameEyes. 404: MemberUnknown,
ProposalUnknown. 409: LoginTaken, ProposalDecided, LastOperator. 410 has no class of its own: InvitationSpent is a 404.
"""

from core.problems import Conflict, Forbidden, NotFound, Unauthenticated


class StaffSignInRefused(Unauthenticated):
    title = "This sign-in does not count for staff"


class InvitationSpent(NotFound):
    title = "This invitation does not count any more"


class OtherDepartment(Forbidden):
    title = "This is another department's"


class SameEyes(Forbidden):
    title = "A second person has to decide this"


class MemberUnknown(NotFound):
    title = "There is no such member of staff"


class ProposalUnknown(NotFound):
    title = "There is no such proposal"


class ProposalDecided(Conflict):
    title = "This proposal is decided, or has lapsed"


class LoginTaken(Conflict):
    title = "A member of staff has this login already"


class LastOperator(Conflict):
    title = "Nobody would be left to operate the platform"
