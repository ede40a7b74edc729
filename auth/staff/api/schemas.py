"""Bodies and answers of the staff realm."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints

from auth.staff.models import StaffAct, StaffMember, StaffProposal
from core.access import StaffRole
from core.bodies import Answer, Body
from core.ids import LABEL_PATTERN
from core.pages import PageQuery

Roles = Annotated[list[StaffRole], Field(max_length=4, description="all the roles, not those to add")]


class MemberAnswer(Answer):
    id: str
    name: str
    login: str
    department: str | None = Field(description="null for the platform team")
    roles: list[StaffRole]
    created_at: AwareDatetime

    @classmethod
    def of(cls, member: StaffMember) -> Self:
        return cls(
            id=member.id,
            name=member.name,
            login=member.login,
            department=member.department_id,
            roles=[StaffRole(role) for role in member.roles],
            created_at=member.created_at,
        )


class InviteMember(Body):
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    login: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._@-]{1,118}[a-z0-9]$")]
    department: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="null for the platform team")] = None
    roles: Roles = Field(default_factory=list, description="only `developer` without a second person")


class InvitedAnswer(Answer):
    member: MemberAnswer
    invitation: str = Field(description="for the link /console/join#…, shown this once")


class ProposalAnswer(Answer):
    """An act that waits for a second person, or was decided."""

    id: str
    kind: str
    department: str | None
    content: dict[str, Any]
    proposed_by: str
    state: Literal["open", "approved", "refused"]
    created_at: AwareDatetime
    expires_at: AwareDatetime

    @classmethod
    def of(cls, proposal: StaffProposal) -> Self:
        return cls.model_validate(
            {
                "id": proposal.id,
                "kind": proposal.kind,
                "department": proposal.department_id,
                "content": proposal.content,
                "proposed_by": proposal.proposed_by,
                "state": proposal.state,
                "created_at": proposal.created_at,
                "expires_at": proposal.expires_at,
            }
        )


class SetRoles(Body):
    roles: Roles


class StaffAnswer(Answer):
    """Who is signed in."""

    member: MemberAnswer

    @classmethod
    def of(cls, member: StaffMember) -> Self:
        return cls(member=MemberAnswer.of(member))


class AskToEnrol(Body):
    invitation: Annotated[str, StringConstraints(min_length=20, max_length=100)]


class Ceremony(Answer):
    challenge: str = Field(description="the id to send back with the answer")
    public_key: dict[str, Any] = Field(description="options for navigator.credentials (WebAuthn Level 3, JSON)")


class Enrol(AskToEnrol):
    challenge: Annotated[str, StringConstraints(min_length=20, max_length=100)]
    credential: dict[str, Any] = Field(description="RegistrationResponseJSON")
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = "passkey"


class SignInAsStaff(Body):
    challenge: Annotated[str, StringConstraints(min_length=20, max_length=100)]
    credential: dict[str, Any] = Field(description="AuthenticationResponseJSON")


class StaffQuery(PageQuery):
    limit: Annotated[int, Field(ge=1, le=100, description="items on a page")] = 50


class ActsQuery(Body):
    before: Annotated[int | None, Field(ge=1, lt=2**63, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="items on a page")] = 50


class ActAnswer(Answer):
    number: int
    member: str
    department: str | None
    action: str
    subject: str
    detail: dict[str, Any]
    at: AwareDatetime
    digest: str = Field(description="covers this act and the digest before it")

    @classmethod
    def of(cls, act: StaffAct) -> Self:
        return cls(
            number=act.number,
            member=act.member_id,
            department=act.department_id,
            action=act.action,
            subject=act.subject,
            detail=act.detail,
            at=act.at,
            digest=act.digest,
        )


class ActsPage(Answer):
    items: list[ActAnswer]
    next: int | None = Field(default=None, description="`before` of the next page, null on the last one")
