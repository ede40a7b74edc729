"""The inbox by thread."""

import pytest

from core.bodies import Localized
from push.inbox import Wanted
from push.notices import NoticeRequest
from tests.unit.push.wiring import LI, OTHER_CLIENT, ZHANG, Wiring, request_for

pytestmark = pytest.mark.both_databases
TAKEN: Localized = {"zh-CN": "已受理", "en": "Taken"}
DONE: Localized = {"zh-CN": "已办结"}


async def test_notices_of_a_case_gather_and_show_its_state(push: Wiring) -> None:
    first = await push.send(thread="case-1", state=TAKEN)
    await push.send("sub-li", thread="case-1", state=DONE)
    reminder = await push.send(thread="case-1")
    alone = [(await push.send()).id for _ in range(2)]
    await push.inbox.read(ZHANG, first.id)
    found = await push.threads.page(ZHANG, 20)
    assert [(each.newest.notice.id, each.count, each.unread) for each in found] == [
        (alone[1], 1, 1),
        (alone[0], 1, 1),
        (reminder.id, 2, 1),
    ]
    assert [each.state for each in found] == [None, None, TAKEN]
    await push.send(thread="case-1", state=DONE)
    assert [each.state for each in await push.threads.page(ZHANG, 20)] == [DONE, None, None]


async def test_two_departments_may_call_their_threads_the_same(push: Wiring) -> None:
    await push.send(thread="case-1")
    await push.notices.send(OTHER_CLIENT, request_for(service=None, thread="case-1"), "k")
    found = await push.threads.page(ZHANG, 20)
    assert [(each.newest.department.id, each.count) for each in found] == [("tax", 1), ("civil-affairs", 1)]


async def test_pages_of_threads_follow_each_other(push: Wiring) -> None:
    for thread in ("a", "b", "c", "a"):
        await push.send(thread=thread)
    first = await push.threads.page(ZHANG, 2)
    assert [each.newest.notice.thread for each in first] == ["a", "c", "b"]
    rest = await push.threads.page(ZHANG, 2, first[1].newest.notice.id)
    assert [each.newest.notice.thread for each in rest] == ["b"]
    assert await push.threads.page(LI, 2) == []


async def test_the_list_can_be_narrowed_to_what_is_urgent_and_to_a_thread(push: Wiring) -> None:
    urgent = await push.send(urgency="high", thread="case-1")
    read = await push.send(urgency="high")
    await push.send(thread="case-1")
    await push.notices.send(OTHER_CLIENT, request_for(service=None, thread="case-1"), "k")
    await push.inbox.read(ZHANG, read.id)

    async def found(**wanted: object) -> int:
        return len(await push.inbox.page(ZHANG, 20, wanted=Wanted(**wanted)))  # type: ignore[arg-type]  # one of its own

    assert [each.notice.id for each in await push.inbox.page(ZHANG, 20, wanted=Wanted(urgent=True, unread=True))] == [
        urgent.id
    ]
    assert await found(urgent=True) == 2
    assert await found(thread="case-1") == 3
    assert await found(thread="case-1", department="civil-affairs") == 2


async def test_a_thread_is_read_as_a_whole_and_no_other(push: Wiring) -> None:
    for thread in ("a", "a", "b"):
        await push.send(thread=thread)
    await push.send("sub-li", thread="a")
    await push.inbox.read_all(ZHANG, Wanted(thread="a", department="civil-affairs"))
    assert (await push.inbox.unread(ZHANG), await push.inbox.unread(LI)) == (1, 1)


def test_a_notice_without_a_state_has_the_digest_that_it_had_before_there_were_any() -> None:
    """A department that repeats its call over the day of the change is not told that its key came with another body."""
    request = NoticeRequest(recipient="r", title={"zh-CN": "t"}, body={"zh-CN": "b"})
    assert request.digest() == "6b701d492c694e584df04b61c48ec7fed5cf9155960bdecac29835052a839f6c"
    assert NoticeRequest(recipient="r", title={"zh-CN": "t"}, body={"zh-CN": "b"}, state=DONE).digest() != (
        request.digest()
    )
