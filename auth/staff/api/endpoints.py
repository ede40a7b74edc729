"""Members, their roles, what waits for a second person, and what everybody did."""

from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from auth.api.cookies import STAFF, clear_cookie
from auth.staff.api.schemas import (
    ActAnswer,
    ActsPage,
    ActsQuery,
    InvitedAnswer,
    InviteMember,
    MemberAnswer,
    ProposalAnswer,
    SetRoles,
    StaffAnswer,
    StaffQuery,
)
from auth.staff.api.state import StaffState
from auth.staff.members import check_department
from auth.staff.proposals import GRANT_ROLES, proposal_content
from core.access import StaffRole, staff_of
from core.bodies import answer, read_json, read_query
from core.ids import DepartmentId
from core.pages import page_of

_NEVER_STORED = {"Cache-Control": "no-store"}


async def show_staff(request: Request[StaffState]) -> Response:
    member = await request.state["staff"].members.get(staff_of(request).member)
    return answer(StaffAnswer.of(member), headers=_NEVER_STORED)


async def end_staff_session(request: Request[StaffState]) -> Response:
    await request.state["staff"].sessions.end(staff_of(request).session)
    response = Response(status_code=204)
    clear_cookie(response, STAFF)
    return response


async def list_members(request: Request[StaffState]) -> Response:
    query = read_query(request, StaffQuery)
    found = await request.state["staff"].members.page(staff_of(request).department, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda member: member.id, MemberAnswer.of))


async def invite_member(request: Request[StaffState]) -> Response:
    """A developer at once; more than that is proposed, and a second operator decides."""
    by, body, rooms = staff_of(request), await read_json(request, InviteMember), request.state["staff"]
    department = cast("DepartmentId | None", body.department) or by.department
    check_department(by, department)
    harmless = [role for role in body.roles if role == StaffRole.DEVELOPER]
    member, secret = await rooms.members.invite(
        by, name=body.name, login=body.login, department=department, roles=harmless
    )
    if set(body.roles) - set(harmless):
        await rooms.proposals.propose(by, GRANT_ROLES, department, proposal_content(member.id, body.roles))
    return answer(InvitedAnswer(member=MemberAnswer.of(member), invitation=secret), 201, _NEVER_STORED)


async def propose_roles(request: Request[StaffState]) -> Response:
    by, body, rooms = staff_of(request), await read_json(request, SetRoles), request.state["staff"]
    member = await rooms.members.get(request.path_params["member_id"])
    department = cast("DepartmentId | None", member.department_id)
    proposal = await rooms.proposals.propose(by, GRANT_ROLES, department, proposal_content(member.id, body.roles))
    return answer(ProposalAnswer.of(proposal), 202)


async def disable_member(request: Request[StaffState]) -> Response:
    await request.state["staff"].members.disable(staff_of(request), request.path_params["member_id"])
    return Response(status_code=204)


async def list_proposals(request: Request[StaffState]) -> Response:
    query = read_query(request, StaffQuery)
    found = await request.state["staff"].proposals.open(staff_of(request).department, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda proposal: proposal.id, ProposalAnswer.of))


async def approve_proposal(request: Request[StaffState]) -> Response:
    proposals = request.state["staff"].proposals
    return answer(ProposalAnswer.of(await proposals.approve(staff_of(request), request.path_params["proposal_id"])))


async def refuse_proposal(request: Request[StaffState]) -> Response:
    proposals = request.state["staff"].proposals
    return answer(ProposalAnswer.of(await proposals.refuse(staff_of(request), request.path_params["proposal_id"])))


async def list_acts(request: Request[StaffState]) -> Response:
    query = read_query(request, ActsQuery)
    found = await request.state["staff"].acts.page(staff_of(request).department, query.before, query.limit)
    shown = found[: query.limit]
    following = shown[-1].number if len(found) > query.limit else None
    return answer(ActsPage(items=[ActAnswer.of(act) for act in shown], next=following))
