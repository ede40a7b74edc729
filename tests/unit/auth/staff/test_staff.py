"""Staff: members, sessions, four eyes, and the chain of acts; on both databases."""

import asyncio
from datetime import timedelta

import pytest

from auth.external.ports import ExternalIdentity
from auth.staff.errors import (
    InvitationSpent,
    LastOperator,
    LoginTaken,
    MemberUnknown,
    OtherDepartment,
    ProposalDecided,
    ProposalUnknown,
    SameEyes,
)
from auth.staff.models import StaffAct
from auth.staff.proposals import GRANT_ROLES, proposal_content
from core.access import StaffRole
from core.database import rows
from tests.unit.auth.staff.conftest import TAX, Realm

pytestmark = pytest.mark.both_databases


async def test_a_session_is_its_member_as_they_are_now(realm: Realm) -> None:
    staff = await realm.operator()
    secret = await realm.sessions.open(staff.member, "test")
    await realm.operator("operator-two")
    await realm.members.set_roles(None, staff.member, [StaffRole.AUDITOR])
    now = await realm.sessions.staff(secret)
    assert now
    assert now.roles == {StaffRole.AUDITOR}
    assert await realm.sessions.staff("somebody else's secret, long enough") is None


@pytest.mark.parametrize(
    ("wait", "times", "lives"),
    [(timedelta(minutes=29), 1, True), (timedelta(minutes=31), 1, False), (timedelta(minutes=29), 21, False)],
)
async def test_a_session_ends_when_it_is_idle_or_old(realm: Realm, wait: timedelta, times: int, lives: bool) -> None:
    secret = await realm.sessions.open((await realm.operator()).member, "test")
    found = None
    for _ in range(times):
        realm.clock.advance(seconds=wait.total_seconds())
        found = await realm.sessions.staff(secret)
    assert (found is not None) is lives
    await realm.sessions.remove_ended()
    assert bool(await rows("SELECT id FROM staff_session")) is lives


async def test_a_session_that_is_ended_is_over(realm: Realm) -> None:
    secret = await realm.sessions.open((await realm.operator()).member, "test")
    staff = await realm.sessions.staff(secret)
    assert staff
    await realm.sessions.end(staff.session)
    assert await realm.sessions.staff(secret) is None


async def test_who_is_disabled_is_out_at_once(realm: Realm) -> None:
    first, second = await realm.operator(), await realm.operator("operator-two")
    secret = await realm.sessions.open(second.member, "test")
    await realm.sign_in.bind(None, second.member, "https://idp.example", "two")
    await realm.members.disable(first, second.member)
    assert await realm.sessions.staff(secret) is None
    assert await realm.sign_in.signed_in(ExternalIdentity("idp", "https://idp.example", "two")) is None
    with pytest.raises(MemberUnknown):
        await realm.members.get(second.member)
    assert [member.id for member in await realm.members.page(None, None, 10)] == [first.member]


async def test_the_last_operator_of_the_platform_stays(realm: Realm) -> None:
    last = await realm.operator()
    await realm.operator("of-a-department", TAX)
    with pytest.raises(LastOperator):
        await realm.members.disable(last, last.member)
    with pytest.raises(LastOperator):
        await realm.members.set_roles(last, last.member, [StaffRole.AUDITOR])


async def test_a_login_is_one_members(realm: Realm) -> None:
    await realm.operator()
    with pytest.raises(LoginTaken):
        await realm.operator()


async def test_an_invitation_is_good_once_and_for_a_time(realm: Realm) -> None:
    member, secret = await realm.members.invite(None, name="王", login="wang", department=TAX, roles=[])
    assert (await realm.members.invited(secret)).id == member.id
    used = await asyncio.gather(*(realm.members.use_invitation(secret) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in used) == ["InvitationSpent"] * 4 + ["str"]
    again = await realm.members.invite_again(None, member.id)
    newest = await realm.members.invite_again(None, member.id)
    with pytest.raises(InvitationSpent):
        await realm.members.invited(again)
    realm.clock.advance(hours=49)
    with pytest.raises(InvitationSpent):
        await realm.members.use_invitation(newest)


async def test_departments_keep_to_themselves(realm: Realm) -> None:
    ours, theirs = await realm.operator("ours", TAX), await realm.member("theirs", department=None)
    with pytest.raises(OtherDepartment):
        await realm.members.disable(ours, theirs.member)
    with pytest.raises(OtherDepartment):
        await realm.proposals.propose(ours, GRANT_ROLES, None, proposal_content(theirs.member, []))
    assert [member.login for member in await realm.members.page(TAX, None, 10)] == ["ours"]


async def test_roles_take_two_people(realm: Realm) -> None:
    first, second, newcomer = await realm.operator(), await realm.operator("second"), await realm.member("new")
    content = proposal_content(newcomer.member, [StaffRole.REVIEWER])
    proposal = await realm.proposals.propose(first, GRANT_ROLES, None, content)
    assert (await realm.members.get(newcomer.member)).roles == []
    with pytest.raises(SameEyes):
        await realm.proposals.approve(first, proposal.id)
    assert [each.id for each in await realm.proposals.open(None, None, 10)] == [proposal.id]
    await realm.proposals.approve(second, proposal.id)
    assert (await realm.members.get(newcomer.member)).roles == ["reviewer"]
    assert await realm.proposals.open(None, None, 10) == []
    with pytest.raises(ProposalDecided):
        await realm.proposals.refuse(second, proposal.id)


async def test_of_two_who_decide_at_once_one_does(realm: Realm) -> None:
    first, newcomer = await realm.operator(), await realm.member("new")
    others = [await realm.operator(f"other-{number}") for number in range(3)]
    proposal = await realm.proposals.propose(first, GRANT_ROLES, None, proposal_content(newcomer.member, []))
    decided = await asyncio.gather(
        *(realm.proposals.approve(other, proposal.id) for other in others), return_exceptions=True
    )
    assert sum(isinstance(each, ProposalDecided) for each in decided) == 2


async def test_what_cannot_be_done_stays_open(realm: Realm) -> None:
    """An approval whose act fails is no approval."""
    first, second = await realm.operator(), await realm.operator("second")
    proposal = await realm.proposals.propose(first, GRANT_ROLES, None, proposal_content("0" * 26, []))
    with pytest.raises(MemberUnknown):
        await realm.proposals.approve(second, proposal.id)
    assert [each.id for each in await realm.proposals.open(None, None, 10)] == [proposal.id]
    realm.clock.advance(hours=24 * 8)
    assert await realm.proposals.open(None, None, 10) == []
    with pytest.raises(ProposalDecided):
        await realm.proposals.refuse(second, proposal.id)
    with pytest.raises(ProposalUnknown):
        await realm.proposals.refuse(second, "0" * 26)


async def test_another_room_may_have_its_acts_decided(realm: Realm) -> None:
    done: list[dict[str, object]] = []

    async def act(by: object, content: dict[str, object]) -> None:
        done.append(content)

    realm.proposals.offer("suspend", act)
    first, second = await realm.operator(), await realm.operator("second")
    proposal = await realm.proposals.propose(first, "suspend", None, {"service": "hello"})
    await realm.proposals.approve(second, proposal.id)
    assert done == [{"service": "hello"}]


async def test_a_provider_signs_in_and_out_whom_it_is_bound_to(realm: Realm) -> None:
    staff = await realm.operator()
    one = ExternalIdentity("idp", "https://idp.example", "sub-1", sid="session-1")
    assert await realm.sign_in.signed_in(one) is None
    await realm.sign_in.bind(None, staff.member, one.issuer, one.subject)
    first = await realm.sign_in.signed_in(one)
    second = await realm.sign_in.signed_in(ExternalIdentity("idp", one.issuer, one.subject, sid="session-2"))
    assert first
    assert second
    assert await realm.sign_in.signed_in(ExternalIdentity("idp", "https://other.example", "sub-1")) is None
    await realm.sign_in.signed_out(one.issuer, None, "session-1")
    assert await realm.sessions.staff(first.secret) is None
    assert await realm.sessions.staff(second.secret)
    await realm.sign_in.signed_out(one.issuer, "sub-1", None)
    assert await realm.sessions.staff(second.secret) is None


async def test_acts_are_in_one_chain(realm: Realm) -> None:
    await asyncio.gather(*(realm.acts.record(None, "act", f"subject {number}") for number in range(12)))
    acts = await realm.acts.page(None, None, 100)
    assert [act.number for act in acts] == list(range(12, 0, -1))
    assert [act.number for act in await realm.acts.page(None, 3, 10)] == [2, 1]
    assert await realm.acts.broken() is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE staff_act SET subject = 'nobody' WHERE number = 2", 2),
        ("UPDATE staff_act SET detail = '{\"a\":1}' WHERE number = 3", 3),
        ("DELETE FROM staff_act WHERE number = 2", 2),
        ("DELETE FROM staff_act WHERE number = 4", 4),
        ("UPDATE staff_act SET member_id = 'x' WHERE number = 4", 4),
    ],
)
async def test_a_changed_or_missing_act_shows(realm: Realm, tampering: str, broken: int) -> None:
    for number in range(4):
        await realm.acts.record(None, "act", f"subject {number}")
    await rows(tampering)
    assert await realm.acts.broken() == broken


async def test_an_act_that_is_undone_leaves_no_gap(realm: Realm) -> None:
    await realm.operator()
    with pytest.raises(LoginTaken):
        await realm.operator()
    assert await realm.acts.broken() is None
    assert await StaffAct.all().count() == 1
