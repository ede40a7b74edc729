"""The rules of push put together over fakes of what they ask of others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.access import DepartmentClient, Resident
from core.bodies import Localized
from core.clock import Clock
from core.ids import AccountId, DepartmentId, ServiceId, SessionId
from core.outbound import Outbound
from push.deliveries import Deliveries
from push.encryption import Receiver, Vapid
from push.hub import Hub
from push.inbox import Inbox
from push.live import LiveStreams
from push.notices import NoticeRequest, Notices, SentNotice
from push.ports import DepartmentCard, ServiceCard
from push.sender import WebPushSender
from push.services import PushServices
from push.settings import PUSH_SERVICES, DeliverySettings, LiveSettings
from push.subscriptions import Subscriptions
from push.threads import Threads
from tests.harness.fake_push_receiver import Browser, FakePushService

ZHANG, LI = AccountId("a" * 26), AccountId("b" * 26)
PHONE, LAPTOP, LIS_PHONE = SessionId("s" * 26), SessionId("t" * 26), SessionId("v" * 26)
ON_PHONE = Resident(ZHANG, PHONE)
CIVIL = DepartmentId("civil-affairs")
CLIENT = DepartmentClient("civil-affairs-system", CIVIL, frozenset({"dept:notices:send"}))
OTHER_CLIENT = DepartmentClient("tax-system", DepartmentId("tax"), frozenset({"dept:notices:send"}))
SUBJECT = "mailto:operator@city.example"
KEY = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def request_for(recipient: str = "sub-zhang", **changes: Any) -> NoticeRequest:
    told: dict[str, Any] = {
        "title": {"zh-CN": "预约成功", "en": "Booked"},
        "body": {"zh-CN": "请于周二九点到场", "en": "Come on Tuesday at nine"},
        "service": ServiceId("appointments"),
    }
    return NoticeRequest(recipient=recipient, **(told | changes))


@dataclass
class Others:
    """Everything that push asks of others, answered from memory."""

    recipients: dict[tuple[str, str], AccountId] = field(
        default_factory=lambda: {(CIVIL, "sub-zhang"): ZHANG, (CIVIL, "sub-li"): LI, ("tax", "sub-zhang"): ZHANG}
    )
    ended: set[SessionId] = field(default_factory=set)
    locales: dict[AccountId, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=lambda: {"appointments": CIVIL, "tax-return": "tax"})

    async def account_of(self, department_id: DepartmentId, sub: str) -> AccountId | None:
        return self.recipients.get((department_id, sub))

    async def service(self, service_id: ServiceId) -> ServiceCard | None:
        if service_id not in self.services:
            return None
        department = await self.department(DepartmentId(self.services[service_id]))
        icon = f"http://{service_id}.localhost/icon.svg"
        return ServiceCard(
            service_id, {"zh-CN": "办证预约", "en": "Appointments"}, icon, department.id, department.name
        )

    async def department(self, department_id: DepartmentId) -> DepartmentCard:
        name: Localized = {"zh-CN": "民政局"}
        return DepartmentCard(department_id, name)

    async def locale(self, account_id: AccountId) -> str:
        return self.locales.get(account_id, "zh-CN")

    async def live(self, session_id: SessionId) -> bool:
        return session_id not in self.ended


class Wiring:
    """One worker of a city."""

    def __init__(  # noqa: PLR0913 - each test sets one of them
        self,
        clock: Clock,
        *,
        hub: Hub | None = None,
        delivery: DeliverySettings | None = None,
        live: LiveSettings | None = None,
        most: int = 20,
        chance: float = 0,
    ) -> None:
        self.clock = clock
        self.others = Others()
        self.vapid = Vapid(KEY, SUBJECT, clock)
        self.service = FakePushService(self.vapid.public_key, clock.now)
        self.services = PushServices(PUSH_SERVICES)
        self.hub = hub or Hub(poll_seconds=60)
        self.subscriptions = Subscriptions(self.services, clock, most)
        self.inbox = Inbox(self.others, clock, changed=self.hub.announce)
        self.threads = Threads(self.inbox)
        self.sender = WebPushSender(Outbound(self.service.transport), self.vapid, self.services, clock)
        self.deliveries = Deliveries(
            self.sender,
            self.others,
            self.others,
            clock,
            settings=delivery or DeliverySettings(),
            chance=lambda: chance,
        )
        self.notices = Notices(self.others, self.others, clock, sent=self._sent())
        self.streams = LiveStreams(self.inbox, self.hub, self.others, live or LiveSettings())
        self.keys = iter(range(1_000_000))

    def _sent(self) -> Callable[[AccountId], None]:
        def sent(account: AccountId) -> None:
            self.hub.announce(account)
            self.deliveries.wake()

        return sent

    async def send(self, recipient: str = "sub-zhang", **changes: Any) -> SentNotice:
        """A notice of the civil affairs department, with a key of its own."""
        return await self.notices.send(CLIENT, request_for(recipient, **changes), f"key-{next(self.keys)}")

    async def subscribe(self, account: AccountId = ZHANG, session: SessionId = PHONE) -> tuple[str, str, Browser]:
        """A browser that takes Web Push: the subscription's id, its endpoint, and the browser."""
        endpoint, browser = self.service.subscribe()
        keys = browser.keys()
        made = await self.subscriptions.add(account, session, endpoint, Receiver.read(keys["p256dh"], keys["auth"]))
        return made, endpoint, browser
