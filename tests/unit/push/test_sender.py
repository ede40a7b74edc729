"""One message to one push service: what it carries, and what its answers mean."""

import json
from datetime import timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from webpush import WebPush, WebPushSubscription  # type: ignore[import-untyped]
from webpush.vapid import VAPID  # type: ignore[import-untyped]

from core.outbound import Outbound
from push.encryption import LONGEST_PLAINTEXT, Receiver, Vapid
from push.sender import Outcome, PushMessage, WebPushSender, seconds_of
from push.services import PushServices
from push.settings import PUSH_SERVICES
from tests.harness.clock import ManualClock
from tests.harness.fake_push_receiver import Browser, FakePushService
from tests.unit.push.wiring import KEY, SUBJECT

MESSAGE = PushMessage(id="n1", title="预约成功", body="周二九点", tag="n1", seconds=600, urgency="normal")


class Line:
    """A sender, and the push service at the other end."""

    def __init__(self, clock: ManualClock, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        vapid = Vapid(KEY, SUBJECT, clock)
        self.service = FakePushService(vapid.public_key, clock.now)
        outbound = Outbound(transport or self.service.transport)
        self.sender = WebPushSender(outbound, vapid, PushServices(PUSH_SERVICES), clock)
        self.endpoint, self.browser = self.service.subscribe()

    async def send(self, message: PushMessage = MESSAGE, endpoint: str | None = None) -> Outcome:
        return await self.sender.send(endpoint or self.endpoint, Receiver.read(**self.browser.keys()), message)


@pytest.fixture
def line(clock: ManualClock) -> Line:
    return Line(clock)


async def test_the_browser_reads_what_was_sent_and_the_push_service_accepts_it(line: Line) -> None:
    assert await line.send() == Outcome("delivered", 201)
    received = line.service.received[0]
    assert received.json == {"id": "n1", "title": "预约成功", "body": "周二九点", "url": "/inbox/n1", "tag": "n1"}
    assert received.url == line.endpoint
    assert (received.headers["ttl"], received.headers["urgency"], "topic" in received.headers) == (
        "600",
        "normal",
        False,
    )


async def test_a_topic_goes_along(line: Line) -> None:
    await line.send(PushMessage(id="n", title="t", body="b", tag="t", seconds=0, urgency="high", topic="a" * 32))
    headers = line.service.received[0].headers
    assert (headers["topic"], headers["urgency"], headers["ttl"]) == ("a" * 32, "high", "0")


async def test_one_messages_time_to_live_does_not_stick_to_the_next_as_it_does_with_webpush(line: Line) -> None:
    for seconds in (86_400, 0, 60):
        await line.send(PushMessage(id="n", title="t", body="b", tag="t", seconds=seconds, urgency="low"))
    assert [each.headers["ttl"] for each in line.service.received] == ["86400", "0", "60"]
    private, public, _ = VAPID.generate_keys()
    theirs = WebPush(private, public, subscriber="a@b.example")
    to = WebPushSubscription.model_validate({"endpoint": "https://a.example/x", "keys": Browser().keys()})
    assert [theirs.get("x", to, ttl=ttl).headers["ttl"] for ttl in (86_400, 0)] == ["86400", "86400"]


async def test_the_signature_is_made_once_for_many_messages(line: Line) -> None:
    for _ in range(3):
        await line.send()
    assert len({each.headers["authorization"] for each in line.service.received}) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "delivered"),
        (201, "delivered"),
        (202, "delivered"),
        (301, "refused"),
        (307, "refused"),
        (400, "refused"),
        (401, "refused"),
        (403, "refused"),
        (404, "gone"),
        (408, "later"),
        (410, "gone"),
        (413, "refused"),
        (425, "later"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
    ],
)
async def test_what_an_answer_means(line: Line, status: int, kind: str) -> None:
    line.service.answers.append((status, {"Location": "https://fcm.googleapis.com/elsewhere"}))
    assert await line.send() == Outcome(kind, status)  # type: ignore[arg-type]  # from the table
    assert line.service.asked == 1


async def test_retry_after_is_told(line: Line, clock: ManualClock) -> None:
    line.service.answers.append((429, {"Retry-After": "120"}))
    assert await line.send() == Outcome("later", 429, 120)


@pytest.mark.parametrize(
    "error", [httpx2.ConnectError("no route"), httpx2.ReadTimeout("slow"), httpx2.RemoteProtocolError("rubbish")]
)
async def test_no_answer_means_later(clock: ManualClock, error: Exception) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise error

    assert await Line(clock, httpx2.MockTransport(fail)).send() == Outcome("later")


async def test_an_endpoint_that_left_the_list_is_not_called(line: Line) -> None:
    assert await line.send(endpoint="https://evil.example/x") == Outcome("gone")
    assert line.service.asked == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("0", 0),
        ("120", 120),
        ("9" * 400, 10**9),
        ("-5", 0),
        ("soon", 0),
        ("٣", 0),
        ("Mon, 23 Nov 2026 01:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 00:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 01:02:00 -0000", 120),
        ("Mon, 99 Nov 2026 01:02:00 GMT", 0),
    ],
)
def test_retry_after_is_read_in_both_forms(text: str, seconds: float, clock: ManualClock) -> None:
    assert seconds_of(text, clock.now()) == seconds


@given(title=st.text(max_size=120), body=st.text(max_size=4000))
def test_any_text_fits_into_one_record_and_short_text_stays_whole(title: str, body: str) -> None:
    plaintext = PushMessage(id="n" * 26, title=title, body=body, tag="t" * 32, seconds=1, urgency="low").plaintext()
    assert len(plaintext) <= LONGEST_PLAINTEXT
    shown = json.loads(plaintext)["body"]
    assert shown == body or (shown.endswith("…") and body.startswith(shown[:-1]))


@pytest.mark.parametrize("body", ["长" * 4000, "\x01" * 4000, "a" * 4000, "😀" * 4000, "a" * 3500 + "长" * 500])
def test_a_long_body_is_cut_not_dropped(body: str) -> None:
    plaintext = PushMessage(
        id="n" * 26, title="标" * 120, body=body, tag="t" * 32, seconds=1, urgency="low"
    ).plaintext()
    assert 2500 < len(plaintext) <= LONGEST_PLAINTEXT
    assert json.loads(plaintext)["body"].endswith("…")


def test_the_tests_push_service_refuses_what_the_rfcs_refuse(clock: ManualClock) -> None:
    from tests.harness.fake_push_receiver import refusal

    vapid = Vapid(KEY, SUBJECT, clock)
    good = {
        "ttl": "1",
        "content-encoding": "aes128gcm",
        "authorization": vapid.authorization("https://a.example/x"),
    }
    table = [
        ({}, b"", 0, None),
        ({"ttl": ""}, b"", 0, 400),
        ({"content-encoding": "aesgcm"}, b"", 0, 400),
        ({"urgency": "now"}, b"", 0, 400),
        ({"topic": "a" * 33}, b"", 0, 400),
        ({}, bytes(4097), 0, 413),
        ({"authorization": "vapid t=x, k=y"}, b"", 0, 401),
        ({"authorization": vapid.authorization("https://b.example/x")}, b"", 0, 401),
        ({}, b"", 13, 401),
    ]
    for changes, body, hours, status in table:
        now = clock.now() + timedelta(hours=hours)
        assert refusal(good | changes, body, "https://a.example", vapid.public_key, now) == status
