"""The browsers that take Web Push."""

import pytest

from core.ids import new_id
from push.encryption import Receiver
from push.errors import PushServiceUnknown, SubscriptionUnknown
from push.models import Delivery, Subscription
from tests.harness.clock import ManualClock
from tests.harness.fake_push_receiver import Browser
from tests.unit.push.wiring import LAPTOP, LI, LIS_PHONE, PHONE, ZHANG, Wiring

pytestmark = pytest.mark.both_databases


def keys() -> Receiver:
    return Receiver.read(**Browser().keys())


async def test_a_subscription_is_kept(push: Wiring) -> None:
    made, endpoint, browser = await push.subscribe()
    kept = await Subscription.get(id=made)
    assert (kept.account_id, kept.session_id, kept.endpoint) == (ZHANG, PHONE, endpoint)
    assert {"p256dh": kept.p256dh, "auth": kept.auth} == browser.keys()


async def test_the_same_browser_again_keeps_its_id_with_its_new_keys_and_session(push: Wiring) -> None:
    made, endpoint, _ = await push.subscribe()
    await Subscription.filter(id=made).update(failures=3)
    receiver = keys()
    assert await push.subscriptions.add(ZHANG, LAPTOP, endpoint, receiver) == made
    kept = await Subscription.get(id=made)
    assert (kept.session_id, kept.failures) == (LAPTOP, 0)
    assert Receiver.read(kept.p256dh, kept.auth) == receiver


async def test_a_browser_belongs_to_whoever_posted_it_last_and_gets_nothing_of_the_one_before(push: Wiring) -> None:
    made, endpoint, _ = await push.subscribe()
    await push.send()
    moved = await push.subscriptions.add(LI, LIS_PHONE, endpoint, keys())
    assert moved != made
    assert [each.account_id for each in await Subscription.all()] == [LI]
    assert await Delivery.all().count() == 0


async def test_an_account_keeps_its_newest_subscriptions(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, most=3)
    made = []
    for _ in range(5):
        made.append((await push.subscribe())[0])
        clock.advance(seconds=1)
    await push.subscribe(LI, LIS_PHONE)
    left = await Subscription.filter(account_id=ZHANG).order_by("id")
    assert [each.id for each in left] == made[2:]


async def test_the_browser_that_just_subscribed_is_never_the_one_dropped(store: str, clock: ManualClock) -> None:
    push = Wiring(clock, most=2)
    oldest, endpoint, _ = await push.subscribe()
    for _ in range(2):
        clock.advance(seconds=1)
        await Subscription.create(
            id=new_id(clock.now()),
            account_id=ZHANG,
            session_id=PHONE,
            endpoint=f"https://fcm.googleapis.com/{clock.now().second}",
            p256dh="",
            auth="",
            created_at=clock.now(),
            failures=0,
        )
    assert await push.subscriptions.add(ZHANG, PHONE, endpoint, keys()) == oldest
    assert await Subscription.filter(id=oldest).exists()
    assert await Subscription.all().count() == 2


async def test_an_endpoint_elsewhere_is_refused(push: Wiring) -> None:
    with pytest.raises(PushServiceUnknown):
        await push.subscriptions.add(ZHANG, PHONE, "https://evil.example/x", keys())


async def test_only_its_owner_removes_a_subscription_and_what_waits_for_it_goes_too(push: Wiring) -> None:
    made, _, _ = await push.subscribe()
    await push.send()
    with pytest.raises(SubscriptionUnknown):
        await push.subscriptions.remove(LI, made)
    await push.subscriptions.remove(ZHANG, made)
    assert await Subscription.all().count() == await Delivery.all().count() == 0
    with pytest.raises(SubscriptionUnknown):
        await push.subscriptions.remove(ZHANG, made)


async def test_a_device_that_signs_out_is_forgotten_and_the_others_stay(push: Wiring) -> None:
    await push.subscribe(ZHANG, PHONE)
    kept, _, _ = await push.subscribe(ZHANG, LAPTOP)
    await push.subscriptions.forget_session(PHONE)
    await push.subscriptions.forget_session(PHONE)
    assert [each.id for each in await Subscription.all()] == [kept]
