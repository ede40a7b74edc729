"""One message to one browser's push service (RFC 8030), and what came of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from core.clock import Clock
from core.outbound import Outbound, OutboundError
from push.encryption import LONGEST_PLAINTEXT, Receiver, Vapid, encrypt
from push.errors import PushServiceUnknown
from push.services import PushServices

_GONE = {404, 410}
_TRY_AGAIN = {408, 425, 429}
_LONGEST_WAIT = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """What the service worker gets, and how the push service shall treat it; a `topic` replaces what waits under it."""

    id: str
    title: str
    body: str
    tag: str
    seconds: int
    urgency: str
    topic: str | None = None

    def plaintext(self) -> bytes:
        """The JSON for the service worker; a body that does not fit into one record is cut and ends in `…`."""
        body = self.body
        packed = self._packed(body)
        while len(packed) > LONGEST_PLAINTEXT:
            body = body[: len(body) * LONGEST_PLAINTEXT // len(packed) - 1] + "…"
            packed = self._packed(body)
        return packed

    def _packed(self, body: str) -> bytes:
        content = {"id": self.id, "title": self.title, "body": body, "url": f"/inbox/{self.id}", "tag": self.tag}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message; `status` is 0 when there was no answer.

    `delivered`; `gone`: no such subscription any more; `later`: try again, not before `wait` seconds; `refused`: the
    same message would be refused again; `moot`: there was no need to send it.
    """

    kind: Literal["delivered", "gone", "later", "refused", "moot"]
    status: int = 0
    wait: float = 0


class WebPushSender:
    def __init__(self, outbound: Outbound, vapid: Vapid, services: PushServices, clock: Clock) -> None:
        self._outbound = outbound
        self._vapid = vapid
        self._services = services
        self._clock = clock

    async def send(self, endpoint: str, receiver: Receiver, message: PushMessage) -> Outcome:
        """Encrypt, sign and hand over to the push service; never raises for what the other side does."""
        try:
            address = self._services.address(endpoint)
            content = encrypt(message.plaintext(), receiver)
            response = await self._outbound.request(
                "POST", address, content=content, headers=self._headers(endpoint, message)
            )
        except PushServiceUnknown:
            return Outcome("gone")
        except OutboundError:
            return Outcome("later")
        return self._outcome(response.status_code, response.headers.get("retry-after", ""))

    def _headers(self, endpoint: str, message: PushMessage) -> dict[str, str]:
        topic = {"Topic": message.topic} if message.topic else {}
        return {
            "Authorization": self._vapid.authorization(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.seconds),
            "Urgency": message.urgency,
            **topic,
        }

    def _outcome(self, status: int, retry_after: str) -> Outcome:
        if 200 <= status < 300:  # noqa: PLR2004 - successful (RFC 9110, section 15.3)
            return Outcome("delivered", status)
        if status in _GONE:
            return Outcome("gone", status)
        if status in _TRY_AGAIN or status >= 500:  # noqa: PLR2004 - the server's fault (section 15.6)
            return Outcome("later", status, seconds_of(retry_after, self._clock.now()))
        return Outcome("refused", status)


def seconds_of(retry_after: str, now: datetime) -> float:
    """Retry-After as seconds, given as such or as a date (RFC 9110, section 10.2.3); 0 when it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
