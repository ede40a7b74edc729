"""The worker that empties the outbox."""

import asyncio
import json
from datetime import timedelta

import pytest

from push.message import message_for, topic_of
from push.models import Delivery, FirstAnswer, Notice, Subscription
from push.notices import SentNotice
from push.settings import DeliverySettings
from tests.harness.clock import ManualClock
from tests.unit.push.wiring import CLIENT, LAPTOP, LI, LIS_PHONE, PHONE, ZHANG, Wiring, request_for


async def waiting() -> int:
    return await Delivery.all().count()


async def next_try(clock: ManualClock) -> float:
    return ((await Delivery.get()).run_at - clock.now()).total_seconds()


@pytest.mark.both_databases
async def test_each_browser_of_the_resident_gets_the_notice_once(push: Wiring) -> None:
    _, _, phone = await push.subscribe(ZHANG, PHONE)
    _, _, laptop = await push.subscribe(ZHANG, LAPTOP)
    await push.subscribe(LI, LIS_PHONE)
    sent = await push.send()
    assert await push.deliveries.deliver_due() == 2
    assert await push.deliveries.deliver_due() == 0
    assert {id(each.browser) for each in push.service.received} == {id(phone), id(laptop)}
    assert push.service.received[0].json == {
        "id": sent.id,
        "title": "预约成功",
        "body": "请于周二九点到场",
        "url": f"/inbox/{sent.id}",
        "tag": sent.id,
    }
    assert await waiting() == 0


@pytest.mark.both_databases
async def test_success_is_noted_and_ends_a_row_of_failures(push: Wiring, clock: ManualClock) -> None:
    made, _, _ = await push.subscribe()
    await Subscription.filter(id=made).update(failures=4)
    await push.send()
    await push.deliveries.deliver_due()
    kept = await Subscription.get(id=made)
    assert (kept.failures, kept.last_success_at) == (0, clock.now())


async def test_the_text_is_in_the_residents_language(push: Wiring) -> None:
    push.others.locales[ZHANG] = "en"
    await push.subscribe()
    await push.send()
    await push.send(title={"zh-CN": "只有中文"}, body={"zh-CN": "只有中文"})
    await push.deliveries.deliver_due()
    assert {each.json["title"] for each in push.service.received} == {"Booked", "只有中文"}


async def test_the_push_service_is_told_how_long_and_how_urgent(push: Wiring, clock: ManualClock) -> None:
    await push.subscribe()
    await push.send(seconds=600, urgency="high", thread="booking-1")
    clock.advance(seconds=100)
    await push.deliveries.deliver_due()
    headers = push.service.received[0].headers
    assert (headers["ttl"], headers["urgency"], len(headers["topic"])) == ("500", "high", 32)
    assert push.service.received[0].json["tag"] == headers["topic"]


@pytest.mark.both_databases
@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_goes_with_all_that_waits_for_it(push: Wiring, status: int) -> None:
    gone, endpoint, _ = await push.subscribe()
    kept, _, _ = await push.subscribe(ZHANG, LAPTOP)
    await push.send()
    await push.send()
    push.service.unsubscribe(endpoint)
    assert await push.deliveries.deliver_due() == 4
    assert [each.id for each in await Subscription.all()] == [kept]
    assert len(push.service.received) == 2
    assert await waiting() == 0
    assert gone != kept


async def test_pruning_one_subscription_takes_its_whole_queue_in_one_go(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(batch=1, concurrency=1))
    _, endpoint, _ = await push.subscribe()
    for _ in range(5):
        await push.send()
    push.service.unsubscribe(endpoint)
    await push.deliveries.deliver_due()
    assert (push.service.asked, await waiting()) == (1, 0)


async def test_a_device_that_signed_out_gets_nothing(push: Wiring) -> None:
    await push.subscribe(ZHANG, PHONE)
    await push.send()
    push.others.ended.add(PHONE)
    await push.deliveries.deliver_due()
    assert push.service.asked == await waiting() == await Subscription.all().count() == 0


async def test_a_notice_that_was_read_meanwhile_is_not_pushed(push: Wiring) -> None:
    await push.subscribe()
    await push.send()
    await push.inbox.read_all(ZHANG)
    await push.deliveries.deliver_due()
    assert push.service.asked == await waiting() == 0
    assert await Subscription.all().count() == 1


async def test_a_notice_whose_time_is_over_is_not_pushed(push: Wiring, clock: ManualClock) -> None:
    await push.subscribe()
    await push.send(seconds=60)
    clock.advance(seconds=60)
    await push.deliveries.deliver_due()
    assert push.service.asked == await waiting() == 0
    assert await push.inbox.unread(ZHANG) == 1


async def test_what_is_for_one_resident_never_goes_to_a_browser_of_another(push: Wiring) -> None:
    made, _, _ = await push.subscribe()
    await push.send()
    await Subscription.filter(id=made).update(account_id=LI)
    assert await push.deliveries.deliver_due() == 1
    assert push.service.asked == await waiting() == 0


async def test_waiting_doubles_with_each_failure_up_to_a_limit(store: str, clock: ManualClock) -> None:
    settings = DeliverySettings(back_off_seconds=10, back_off_limit_seconds=100, attempts=9)
    push = Wiring(clock, delivery=settings)
    made, _, _ = await push.subscribe()
    await push.send()
    waits = []
    for status in (500, 503, 429, 502, 500, 500):
        push.service.answers.append((status, {}))
        await push.deliveries.deliver_due()
        waits.append(await next_try(clock))
        clock.advance(seconds=waits[-1])
    assert waits == [5, 10, 20, 40, 50, 50], "half of 10, 20, 40, 80, 100, 100: chance is 0 here"
    assert (await Subscription.get(id=made)).failures == 6
    await push.deliveries.deliver_due()
    assert len(push.service.received) == 1


async def test_chance_spreads_the_waiting_between_half_and_whole(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(back_off_seconds=10), chance=0.5)
    await push.subscribe()
    await push.send()
    push.service.answers.append((500, {}))
    await push.deliveries.deliver_due()
    assert await next_try(clock) == 7.5


async def test_retry_after_is_honoured(push: Wiring, clock: ManualClock) -> None:
    await push.subscribe()
    await push.send()
    push.service.answers.append((429, {"Retry-After": "300"}))
    await push.deliveries.deliver_due()
    assert await next_try(clock) == 300


async def test_a_message_is_given_up_after_its_tries_or_when_its_time_would_be_over(
    store: str, clock: ManualClock
) -> None:
    push = Wiring(clock, delivery=DeliverySettings(attempts=2, back_off_seconds=1))
    await push.subscribe()
    await push.send()
    push.service.answers = [(500, {}), (500, {}), (503, {"Retry-After": "120"})]
    await push.deliveries.deliver_due()
    clock.advance(seconds=1)
    await push.deliveries.deliver_due()
    assert await waiting() == 0
    await push.send(seconds=60)
    await push.deliveries.deliver_due()
    assert (push.service.asked, await waiting()) == (3, 0)
    assert await Subscription.all().count() == 1


async def test_a_refusal_is_not_tried_again_and_keeps_the_subscription(push: Wiring) -> None:
    made, _, _ = await push.subscribe()
    await push.send()
    push.service.answers.append((403, {}))
    await push.deliveries.deliver_due()
    assert await waiting() == 0
    assert (await Subscription.get(id=made)).failures == 1


async def test_a_push_service_that_does_not_answer_in_time_is_tried_again(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(send_seconds=0.05))
    push.service.delay = 5
    await push.subscribe()
    await push.send()
    await push.deliveries.deliver_due()
    assert await waiting() == 1
    assert await next_try(clock) > 0


async def test_an_error_of_ours_with_one_leaves_the_others_alone_and_comes_back_with_the_lease(
    store: str, clock: ManualClock
) -> None:
    push = Wiring(clock, delivery=DeliverySettings(attempts=2))
    made, _, _ = await push.subscribe()
    await push.subscribe()
    await Subscription.filter(id=made).update(p256dh="rubbish")
    await push.send()
    await push.deliveries.deliver_due()
    assert len(push.service.received) == await waiting() == 1
    clock.advance(seconds=60)
    await push.deliveries.deliver_due()
    assert await waiting() == 0, "the tries are used up"


async def test_no_more_are_on_their_way_at_a_time_than_may_be(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(concurrency=3, batch=12, send_seconds=1))
    push.service.delay = 0.02
    await push.subscribe()
    for _ in range(12):
        await push.send()
    assert await push.deliveries.deliver_due() == 12
    assert (push.service.most_at_once, len(push.service.received)) == (3, 12)


async def test_a_running_worker_delivers_as_soon_as_a_notice_is_sent(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(poll_seconds=60))
    await push.subscribe()
    stop = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(push.deliveries.run(stop))
        await asyncio.sleep(0.1)
        await push.send()
        while not push.service.received:
            await asyncio.sleep(0.01)
        stop.set()


async def test_a_running_worker_finds_what_another_process_put_in(store: str, clock: ManualClock) -> None:
    push, other = Wiring(clock, delivery=DeliverySettings(poll_seconds=0.05)), Wiring(clock)
    await push.subscribe()
    stop = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(push.deliveries.run(stop))
        await asyncio.sleep(0.1)
        await other.send()
        while not push.service.received:
            await asyncio.sleep(0.01)
        stop.set()


async def test_a_running_worker_survives_a_database_that_fails(
    store: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = Wiring(clock, delivery=DeliverySettings(poll_seconds=0.02))
    await push.subscribe()
    await push.send()
    stop = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        with monkeypatch.context() as broken:
            broken.setattr("push.outbox.rows", lambda *_: 1 / 0)
            group.create_task(push.deliveries.run(stop))
            await asyncio.sleep(0.1)
            assert not push.service.received
        while not push.service.received:
            await asyncio.sleep(0.01)
        stop.set()


async def test_a_worker_that_is_cancelled_finishes_what_it_has_sent(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, delivery=DeliverySettings(concurrency=1, batch=3, send_seconds=15))
    push.service.delay = 0.2
    await push.subscribe()
    for _ in range(3):
        await push.send()
    task = asyncio.create_task(push.deliveries.deliver_due())
    while push.service.asked < 2:  # one at a time: the first is settled once the second is asked for
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await waiting() == 2


async def test_old_keys_are_swept_out(push: Wiring, clock: ManualClock) -> None:
    await push.notices.send(CLIENT, request_for(), "old")
    clock.advance(hours=23)
    await push.notices.send(CLIENT, request_for(), "young")
    for hours, left in ((0, 2), (1, 1), (0.5, 1), (22.5, 0)):
        clock.advance(hours=hours)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(push.deliveries.run(stop))
            await asyncio.sleep(0.1)
            stop.set()
        assert await FirstAnswer.all().count() == left


def test_a_thread_is_a_topic_of_its_department_and_service() -> None:
    def topic(**changes: str | None) -> str | None:
        columns = {"department_id": "civil-affairs", "service_id": "appointments", "thread": "t"} | changes
        return topic_of(Notice(**columns))

    topics = [topic(), topic(department_id="tax"), topic(service_id=None), topic(thread="u")]
    assert len(set(topics)) == 4
    assert topic() == topic()
    assert topic(thread=None) is None


async def test_the_time_to_live_is_never_negative(push: Wiring, clock: ManualClock) -> None:
    sent: SentNotice = await push.send(seconds=60)
    notice = await Notice.get(id=sent.id)
    assert message_for(notice, "fr", clock.now() + timedelta(hours=1)).seconds == 0
    assert json.loads(message_for(notice, "fr", clock.now()).plaintext())["title"] == "预约成功"
