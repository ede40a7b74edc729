"""Sending a notice: once per key, to the right resident, all or nothing."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from core.database import transaction
from core.ids import AccountId, ServiceId
from core.problems import IdempotencyKeyReused
from push.errors import IdempotencyKeyMissing, RecipientUnknown, ServiceNotYours
from push.mailboxes import next_place, versions
from push.models import Delivery, FirstAnswer, Mailbox, Notice
from push.notices import PLATFORM, Notices
from tests.harness.clock import ManualClock
from tests.unit.push.wiring import CIVIL, CLIENT, LAPTOP, LI, OTHER_CLIENT, ZHANG, Wiring, request_for

pytestmark = pytest.mark.both_databases


async def test_a_notice_is_in_the_inbox_and_waits_for_each_browser(push: Wiring, clock: ManualClock) -> None:
    browsers = {(await push.subscribe())[0], (await push.subscribe(ZHANG, LAPTOP))[0]}
    await push.subscribe(LI)
    sent = await push.send(path="/index.html#/bookings/1", thread="booking-1", urgency="high", seconds=600)
    kept = await Notice.get(id=sent.id)
    assert (kept.account_id, kept.department_id, kept.service_id) == (ZHANG, CIVIL, "appointments")
    assert (kept.title["en"], kept.body["zh-CN"]) == ("Booked", "请于周二九点到场")
    assert (kept.path, kept.thread, kept.urgency) == ("/index.html#/bookings/1", "booking-1", "high")
    assert kept.expires_at == sent.created_at + timedelta(seconds=600)
    assert kept.read_at is None
    waiting = await Delivery.all()
    assert {each.subscription_id for each in waiting} == browsers
    assert {(each.notice_id, each.attempts, each.run_at) for each in waiting} == {(sent.id, 0, clock.now())}


async def test_the_same_key_and_body_replay_the_first_answer(push: Wiring, clock: ManualClock) -> None:
    first = await push.notices.send(CLIENT, request_for(), "k")
    clock.advance(hours=23)
    push.others.recipients.clear()
    assert await push.notices.send(CLIENT, request_for(), "k") == first
    assert await Notice.all().count() == 1


@pytest.mark.parametrize(
    "changes", [{"recipient": "sub-li"}, {"urgency": "low"}, {"body": {"zh-CN": "另一条"}}, {"service": None}]
)
async def test_the_same_key_with_another_body_is_refused(push: Wiring, changes: dict[str, str]) -> None:
    await push.notices.send(CLIENT, request_for(), "k")
    with pytest.raises(IdempotencyKeyReused):
        await push.notices.send(CLIENT, request_for(**changes), "k")
    assert await Notice.all().count() == 1


async def test_a_key_belongs_to_its_client(push: Wiring) -> None:
    await push.notices.send(CLIENT, request_for(), "k")
    await push.notices.send(OTHER_CLIENT, request_for(service=None), "k")
    assert await Notice.all().count() == 2


async def test_a_key_is_free_again_after_a_day(push: Wiring, clock: ManualClock) -> None:
    first = await push.notices.send(CLIENT, request_for(), "k")
    clock.advance(hours=24)
    again = await push.notices.send(CLIENT, request_for(urgency="low"), "k")
    assert again.id != first.id
    assert await FirstAnswer.all().count() == 1


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_is_needed(push: Wiring, key: str) -> None:
    with pytest.raises(IdempotencyKeyMissing):
        await push.notices.send(CLIENT, request_for(), key)


async def test_two_at_once_with_one_key_send_one_notice(push: Wiring) -> None:
    sent = await asyncio.gather(*(push.notices.send(CLIENT, request_for(), "k") for _ in range(8)))
    assert len({each.id for each in sent}) == 1
    assert await Notice.all().count() == 1


async def test_two_at_once_with_one_key_and_two_bodies_send_one_notice(push: Wiring) -> None:
    results = await asyncio.gather(
        *(push.notices.send(CLIENT, request_for(thread=f"t-{n}"), "k") for n in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, IdempotencyKeyReused) for each in results) == 3
    assert await Notice.all().count() == 1


async def test_a_resident_whom_the_department_does_not_know_is_not_told(push: Wiring) -> None:
    for client, recipient in ((CLIENT, "nobody"), (OTHER_CLIENT, "sub-li")):
        with pytest.raises(RecipientUnknown):
            await push.notices.send(client, request_for(recipient, service=None), "k")
    assert await FirstAnswer.all().count() == await Notice.all().count() == 0


@pytest.mark.parametrize("service", ["tax-return", "nothing"])
async def test_a_department_speaks_for_its_own_services_only(push: Wiring, service: str) -> None:
    with pytest.raises(ServiceNotYours):
        await push.send(service=ServiceId(service))


async def test_without_a_service_the_department_itself_speaks(push: Wiring) -> None:
    sent = await push.send(service=None)
    assert (await Notice.get(id=sent.id)).service_id is None


async def test_an_error_on_the_way_leaves_nothing_behind_and_the_key_free(
    push: Wiring, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await push.subscribe()
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(Delivery, "create", lambda **_: 1 / 0)
        await push.notices.send(CLIENT, request_for(), "k")
    assert await FirstAnswer.all().count() == await Notice.all().count() == await Mailbox.all().count() == 0
    await push.notices.send(CLIENT, request_for(), "k")
    assert await Delivery.all().count() == 1


async def test_whoever_delivers_is_woken_after_the_commit(push: Wiring, clock: ManualClock) -> None:
    seen: list[AccountId] = []
    notices = Notices(push.others, push.others, clock, seconds=60, sent=seen.append)
    sent = await notices.send(CLIENT, request_for(), "k")
    await notices.send(CLIENT, request_for(), "k")
    assert seen == [ZHANG]
    assert (await Notice.get(id=sent.id)).expires_at == clock.now() + timedelta(seconds=60)


async def test_ids_grow_in_the_order_of_the_commits_even_when_the_clock_stands_or_goes_back(
    push: Wiring, clock: ManualClock
) -> None:
    order = []
    for step in (0, 0, 0, -5, -5, 0.001, 60):
        clock.advance(seconds=step)
        order.append((await push.send()).id)
    assert all(earlier < later for earlier, later in itertools.pairwise(order))
    assert await push.inbox.newest(ZHANG) == order[-1]


async def test_many_at_once_take_places_of_their_own(push: Wiring) -> None:
    sent = await asyncio.gather(*(push.send() for _ in range(20)))
    assert len({each.id for each in sent}) == 20
    assert await versions([ZHANG, LI]) == {ZHANG: 20}


async def test_the_place_after_the_last_digit_carries_over(store: str, clock: ManualClock) -> None:
    await Mailbox.create(account_id=ZHANG, newest="7" + "0" * 23 + "zz", version=1)
    assert await next_place(ZHANG, clock.now()) == "7" + "0" * 22 + "100"


async def test_the_platforms_own_notice_is_kept_once_and_wakes_after_the_commit(
    push: Wiring, clock: ManualClock
) -> None:
    browser = (await push.subscribe())[0]
    told: list[AccountId] = []
    notices = Notices(push.others, push.others, clock, sent=told.append)
    title, body = {"zh-CN": "新设备登录"}, {"zh-CN": "您的账号在新设备上登录。"}
    for _ in range(2):
        async with transaction():
            await notices.tell(ZHANG, title, body, thread="account-security", key="event-1")  # type: ignore[arg-type]  # plain texts will do
            assert not told
        told.pop()
    kept = await Notice.get()
    assert (kept.account_id, kept.department_id, kept.thread) == (ZHANG, PLATFORM, "account-security")
    assert (await Delivery.get()).subscription_id == browser


async def test_the_platforms_notice_goes_with_the_transaction_that_is_undone(push: Wiring) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await push.notices.tell(ZHANG, {"zh-CN": "x"}, {"zh-CN": "y"}, thread="t", key="k")
            raise RuntimeError
    assert await Notice.all().count() == 0
