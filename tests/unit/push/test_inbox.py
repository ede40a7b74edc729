"""What a resident was told."""

from datetime import timedelta

import pytest

from push.errors import NoticeUnknown
from push.inbox import Wanted
from push.mailboxes import versions
from push.models import Notice
from tests.harness.clock import ManualClock
from tests.unit.push.wiring import CLIENT, LI, OTHER_CLIENT, ZHANG, Wiring, request_for

pytestmark = pytest.mark.both_databases


async def test_the_list_is_newest_first_and_only_ones_own(push: Wiring) -> None:
    sent = [(await push.send()).id for _ in range(3)]
    await push.send("sub-li")
    assert [each.notice.id for each in await push.inbox.page(ZHANG, 20)] == sent[::-1]


async def test_pages_follow_each_other_and_stay_stable_under_inserts(push: Wiring) -> None:
    sent = [(await push.send()).id for _ in range(5)]
    first = [each.notice.id for each in await push.inbox.page(ZHANG, 2)]
    await push.send()
    rest = [each.notice.id for each in await push.inbox.page(ZHANG, 20, first[1])]
    assert first == [sent[4], sent[3], sent[2]]
    assert rest == [sent[2], sent[1], sent[0]]


async def test_a_notice_names_its_service_and_its_department(push: Wiring) -> None:
    await push.send()
    await push.notices.send(OTHER_CLIENT, request_for(service=None), "k")
    push.others.services.clear()
    await push.notices.send(CLIENT, request_for("sub-li", service=None), "k")
    from_tax, from_civil = await push.inbox.page(ZHANG, 20)
    assert from_tax.service is None
    assert from_tax.department.id == "tax"
    assert from_civil.service is None, "a service that is no more has no card"
    assert from_civil.department.name == {"zh-CN": "民政局"}


async def test_reading_counts_down_once(push: Wiring, clock: ManualClock) -> None:
    first, second = (await push.send()).id, (await push.send()).id
    await push.send("sub-li")
    assert await push.inbox.unread(ZHANG) == 2
    await push.inbox.read(ZHANG, first)
    clock.advance(minutes=1)
    await push.inbox.read(ZHANG, first)
    assert (await push.inbox.find(ZHANG, first)).notice.read_at == clock.now() - timedelta(minutes=1)
    assert [each.notice.id for each in await push.inbox.page(ZHANG, 20, wanted=Wanted(unread=True))] == [second]
    assert await push.inbox.unread(ZHANG) == 1


async def test_all_are_read_at_once_and_only_ones_own(push: Wiring) -> None:
    for recipient in ("sub-zhang", "sub-zhang", "sub-li"):
        await push.send(recipient)
    await push.inbox.read_all(ZHANG)
    assert (await push.inbox.unread(ZHANG), await push.inbox.unread(LI)) == (0, 1)


async def test_reading_shows_on_other_devices_but_only_when_it_changed_something(push: Wiring) -> None:
    sent = await push.send()
    before = await versions([ZHANG])
    await push.inbox.read(ZHANG, sent.id)
    await push.inbox.read(ZHANG, sent.id)
    await push.inbox.read_all(ZHANG)
    assert (await versions([ZHANG]))[ZHANG] == before[ZHANG] + 1


async def test_a_strangers_notice_is_not_there(push: Wiring) -> None:
    sent = await push.send("sub-li")
    for rule in (push.inbox.find, push.inbox.read):
        with pytest.raises(NoticeUnknown):
            await rule(ZHANG, sent.id)
    assert (await Notice.get(id=sent.id)).read_at is None


async def test_what_came_after_an_id_is_read_in_order(push: Wiring) -> None:
    sent = [(await push.send()).id for _ in range(4)]
    assert [each.notice.id for each in await push.inbox.after(ZHANG, sent[0], 2)] == sent[1:3]
    assert await push.inbox.after(ZHANG, sent[3], 2) == []
    assert await push.inbox.newest(ZHANG) == sent[3]
    assert await push.inbox.newest(LI) == ""
