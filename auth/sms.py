"""Senders of text messages: the outbox of a demonstration, and none at all."""

from auth.models import SentSMS
from auth.ports import SMSFailed
from core.clock import Clock
from core.ids import new_id
from core.telemetry import log


class Outbox:
    """Keeps the messages for a page and prints the codes. It shows codes to everybody: for a demonstration only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def send(self, phone: str, text: str, code: str) -> None:
        now = self._clock.now()
        await SentSMS.create(id=new_id(now), phone=phone, text=text, code=code, at=now)
        log(__name__).warning("demo text message", phone=phone, code=code)

    async def tell(self, phone: str, text: str) -> None:
        now = self._clock.now()
        await SentSMS.create(id=new_id(now), phone=phone, text=text, code="", at=now)

    async def newest(self, limit: int = 50) -> list[SentSMS]:
        """The last messages, newest first; of two at one moment the one with a code."""
        return await SentSMS.all().order_by("-at", "-code", "-id").limit(limit)


class NoSender:
    """Stands where no operator for text messages is connected."""

    async def send(self, phone: str, text: str, code: str) -> None:  # noqa: ARG002 - the port's shape
        raise SMSFailed("no sender of text messages is set up")

    async def tell(self, phone: str, text: str) -> None:  # noqa: ARG002 - the same
        raise SMSFailed("no sender of text messages is set up")
