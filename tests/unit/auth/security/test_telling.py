"""Owners are told once in the inbox and at least once by text message, in order, whatever dies in between."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from auth.ports import SMSFailed
from auth.security.events import EventKind, Events
from auth.security.models import SecurityEvent
from auth.security.settings import SecuritySettings
from auth.security.telling import Telling
from auth.security.texts import WORDS, message_of
from core.bodies import Localized
from core.database import transaction
from core.ids import AccountId
from tests.harness.clock import ManualClock

ANN, BEN = AccountId("a" * 26), AccountId("b" * 26)
OLD = "13800000001"


class Killed(BaseException):
    """Ends what it meets, as a kill -9 would."""


@dataclass
class Inbox:
    """Keeps what it was told by key, as push's inbox does; may die after that."""

    notices: dict[str, tuple[AccountId, Localized]] = field(default_factory=dict)
    dies: BaseException | None = None
    refuses: AccountId | None = None

    async def tell(self, account: AccountId, title: Localized, body: Localized, key: str) -> None:
        assert set(title) == set(body) == {"zh-CN", "en"}
        if account == self.refuses:
            raise RuntimeError("no")
        if self.dies:
            raise self.dies
        self.notices[key] = (account, title)


@dataclass
class Sender:
    """Takes text messages, or not; may die after it has taken one."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    dies: bool = False

    async def send(self, phone: str, text: str, code: str) -> None: ...

    async def tell(self, phone: str, text: str) -> None:
        if self.broken:
            raise SMSFailed(phone)
        self.texts.append((phone, text))
        if self.dies:
            raise Killed


@dataclass
class Post:
    """A worker over an empty database."""

    clock: ManualClock
    inbox: Inbox
    sender: Sender
    events: Events
    telling: Telling

    async def record(self, account: AccountId, kind: EventKind, phone: str | None = None, **details: str) -> None:
        self.clock.advance(seconds=1)  # ids of one moment have no order
        async with transaction():
            await self.events.record(account, kind, phone=phone, **details)

    async def tell(self) -> None:
        await self.telling.tell_due(self.inbox)


@pytest.fixture
async def post(store: str, clock: ManualClock) -> Post:
    sender = Sender()
    telling = Telling(clock, SecuritySettings(sms_attempts=3, sms_wait_seconds=30), sender, 5)
    return Post(clock, Inbox(), sender, Events(clock), telling)


@pytest.mark.both_databases
async def test_events_come_into_the_inbox_once_and_in_order(post: Post) -> None:
    await post.record(ANN, EventKind.NEW_DEVICE, device="Chrome on Android", place="上海")
    await post.record(ANN, EventKind.PASSWORD_CHANGED)
    for _ in range(3):
        await post.tell()
    told = [title["en"] for _, title in post.inbox.notices.values()]
    assert told == ["A new device signed in", "Your password was changed"]
    assert post.sender.texts == []
    assert await SecurityEvent.filter(told_at=None).count() == 0


async def test_the_old_number_gets_a_text_message_and_is_forgotten(post: Post) -> None:
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD, number="139****0002")
    await post.tell()
    await post.tell()
    ((phone, text),) = post.sender.texts
    assert phone == OLD
    assert "139****0002" in text
    assert "如果不是您本人操作" in text
    assert (await SecurityEvent.get()).phone is None
    assert len(post.inbox.notices) == 1


async def test_a_death_before_the_commit_leaves_the_event_to_be_told(post: Post) -> None:
    await post.record(ANN, EventKind.PASSKEY_ADDED, name="Phone")
    post.inbox.dies = Killed()
    with pytest.raises(Killed):
        await post.tell()
    post.inbox.dies = None
    await post.tell()
    assert len(post.inbox.notices) == 1


@pytest.mark.both_databases
async def test_a_death_after_the_text_message_sends_it_again_and_never_loses_it(post: Post) -> None:
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD)
    post.sender.dies = True
    with pytest.raises(BaseExceptionGroup):
        await post.tell()
    post.sender.dies = False
    await post.tell()
    assert len(post.sender.texts) == 1, "the next try is not due yet"
    post.clock.advance(seconds=31)
    await post.tell()
    assert len(post.sender.texts) == 2
    assert len(post.inbox.notices) == 1


async def test_a_sender_that_fails_is_tried_again_later_each_time_and_given_up(post: Post) -> None:
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD)
    post.sender.broken = True
    waits = []
    for _ in range(3):
        await post.tell()
        event = await SecurityEvent.get()
        waits.append(int((event.due_at - post.clock.now()).total_seconds()) if event.due_at else None)
        post.clock.advance(minutes=5)
    assert waits == [30, 60, 120]
    assert event.told_at is not None
    assert event.phone is None
    post.sender.broken = False
    await post.tell()
    assert post.sender.texts == []


@pytest.mark.both_databases
async def test_one_accounts_text_messages_keep_their_order_and_hold_up_nobody_else(post: Post) -> None:
    await post.record(ANN, EventKind.PASSWORD_CHANGED, phone=OLD)
    post.sender.broken = True
    await post.tell()
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD)
    await post.record(BEN, EventKind.PHONE_CHANGED, phone="13900000009")
    post.sender.broken = False
    await post.tell()
    assert [phone for phone, _ in post.sender.texts] == ["13900000009"]
    assert len(post.inbox.notices) == 3, "the inbox waits for no text message"
    post.clock.advance(minutes=1)
    await post.tell()
    await post.tell()
    assert [text[:13] for phone, text in post.sender.texts if phone == OLD] == [
        message_of("password-changed", {}).text[:13],
        message_of("phone-changed", {}).text[:13],
    ]


async def test_an_event_that_cannot_be_told_holds_up_its_own_account_alone(post: Post) -> None:
    for account in (ANN, ANN, BEN):
        await post.record(account, EventKind.GUESSING)
    post.inbox.refuses = ANN
    await post.tell()
    assert [account for account, _ in post.inbox.notices.values()] == [BEN]
    post.inbox.refuses = None
    await post.tell()
    assert [account for account, _ in post.inbox.notices.values()] == [BEN, ANN, ANN]


@pytest.mark.both_databases
async def test_two_workers_tell_an_event_once(post: Post) -> None:
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD)
    await post.tell()
    (event,) = await SecurityEvent.all().values()
    await SecurityEvent.all().update(told_at=None, phone=OLD, attempts=2)
    stale: dict[str, Any] = event | {"attempts": 1, "phone": OLD, "details": "{}"}
    await post.telling._text(stale)  # another worker counted a try in between
    assert len(post.sender.texts) == 1


async def test_the_worker_outlives_a_bad_round_and_ends_when_told(post: Post) -> None:
    post.telling = Telling(post.clock, SecuritySettings(tell_seconds=0.01), post.sender, 5)
    await post.record(ANN, EventKind.PHONE_CHANGED, phone=OLD)
    stop, rounds = asyncio.Event(), 0

    async def bad(phone: str, text: str) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            stop.set()
        post.clock.advance(minutes=5)
        raise RuntimeError(phone + text)

    post.sender.tell = bad  # type: ignore[method-assign]  # an error that no sender is meant to raise
    async with asyncio.timeout(10):
        await post.telling.run(stop, post.inbox)
    assert rounds == 2


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_event_has_words_that_fit_a_text_message(kind: EventKind) -> None:
    assert kind in WORDS
    for details in ({}, dict.fromkeys(("device", "place", "name", "number", "client", "provider"), "很长" * 60)):
        message = message_of(kind, details)
        assert all(text and "{" not in text for text in (*message.title.values(), *message.body.values()))
        assert len(message.text) <= 300
    assert "，。" not in message_of(kind, {}).body["zh-CN"]


def test_an_event_of_a_new_kind_is_told_all_the_same() -> None:
    assert "Security" in message_of("something-new", {"x": "{y}"}).body["en"]
