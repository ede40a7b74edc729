"""The account's services wired together, with stand-ins where others come in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from pydantic import SecretStr

from auth.accounts import Accounts
from auth.assertions import Assertions
from auth.changes import Changes, Feed
from auth.codes import Codes
from auth.consents import Consents
from auth.department_tokens import DepartmentTokens
from auth.entitlements import Entitlements
from auth.freshness import Freshness
from auth.jwk import jwk_of
from auth.keys import Keys
from auth.leftovers import Leftovers
from auth.mini_sessions import MiniSessions
from auth.mini_tokens import MiniTokens
from auth.once import Once
from auth.ports import LiveService, RequestedScope, SMSFailed
from auth.provider.client_assertions import ClientAssertions
from auth.provider.clients import Clients
from auth.quotas import CodeQuotas
from auth.secrecy import Secrecy
from auth.security.events import Events
from auth.sessions import Sessions
from auth.settings import AuthSettings, CodeLimits
from auth.sign_in import SignIn
from auth.standings import Standings
from auth.subjects import Subjects
from auth.tokens import Tokens
from auth.verified_tokens import VerifiedTokens
from core.access import Resident
from core.ids import AccountId, DepartmentId, ServiceId, SessionId
from gateway.identity.guard import compose_guard
from tests.harness.clock import ManualClock

ORIGIN = "http://localhost:8000"
PHONE = "13800000001"
SECRET = SecretStr("a secret of the tests, long enough to be taken")
NAME_SCOPE = RequestedScope("profile:name:read", {"zh-CN": "填写预约人", "en": "To fill in your name"})
PHONE_SCOPE = RequestedScope("profile:phone:read", {"zh-CN": "发送提醒"})


def service(label: str = "appointments", /, **changes: Any) -> LiveService:
    """A mini-service as the directory knows it."""
    usual: dict[str, Any] = {
        "service_id": ServiceId(label),
        "department_id": DepartmentId("civil-affairs"),
        "origin": f"http://{label}.localhost:8000",
        "name": {"zh-CN": "办证预约", "en": "Appointments"},
        "version": "1.0.0",
        "scopes": (NAME_SCOPE, PHONE_SCOPE),
        "loa": 1,
    }
    return LiveService(**{**usual, **changes})


@dataclass
class Directory:
    """Stands in for the register of mini-services."""

    services: dict[str, LiveService] = field(default_factory=dict)

    async def live(self, service_id: ServiceId) -> LiveService | None:
        return self.services.get(service_id)


@dataclass
class Phone:
    """Stands in for the operator of text messages: remembers the codes, or takes none."""

    codes: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    async def send(self, phone: str, text: str, code: str) -> None:
        if self.broken:
            raise SMSFailed(phone)
        assert code in text
        self.codes.append(code)

    async def tell(self, phone: str, text: str) -> None:
        if self.broken:
            raise SMSFailed(phone)
        self.texts.append((phone, text))


class City:
    """All services, as the gateway's lifespan would make them."""

    def __init__(self, clock: ManualClock, **settings: Any) -> None:
        self.clock = clock
        self.settings = AuthSettings(**{"secret": SECRET, **settings})
        self.phone = Phone()
        self.directory = Directory({"appointments": service(), "queries": service("queries")})
        self.secrecy = Secrecy(self.settings.secret)
        self.events = Events(clock)
        self.changes = Changes(clock)
        self.accounts = Accounts(clock, self.changes)
        self.sessions = Sessions(clock, self.settings, self.changes)
        self.quotas = CodeQuotas(clock, self.settings.limits, self.secrecy)
        self.codes = Codes(clock, self.settings, self.secrecy, self.quotas, self.phone)
        self.guard = compose_guard(self)  # type: ignore[arg-type]  # as much of the foundation as it takes
        self.sign_in = SignIn(self.codes, self.accounts, self.sessions, None, self.guard.attempts)
        self.subjects = Subjects()
        self.consents = Consents(clock, self.directory, self.changes)
        self.keys = Keys(clock, self.settings, self.secrecy)
        self.tokens = Tokens(clock, ORIGIN, self.keys)
        self.entitlements = Entitlements(clock, self.directory, self.accounts, self.consents)
        self.mini_sessions = MiniSessions(clock, self.sessions)
        self.mini_tokens = MiniTokens(self.tokens, self.settings, self.entitlements, self.subjects, self.mini_sessions)
        self.assertions = Assertions(self.settings, self.tokens, self.accounts, self.subjects, self.ticks, lambda: 0)
        self.standings = Standings(clock, self.mini_sessions, self.ticks)
        self.changes.listen(self.standings)
        self.verified_tokens = VerifiedTokens(clock, self.mini_tokens, self.keys)
        self.freshness = Freshness(Feed(clock, self.standings), self.standings, self.verified_tokens, self.ticks)
        self.clients = Clients(clock, self.settings.provider)
        self.client_assertions = ClientAssertions(clock, ORIGIN, self.clients, Once(self.secrecy))
        self.department_tokens = DepartmentTokens(self.settings, self.tokens, self.clients)
        self.leftovers = Leftovers(clock, self.sessions)

    def ticks(self) -> float:
        """The monotonic time, which the clock of the tests moves on too."""
        return self.clock.now().timestamp()

    async def resident(self, phone: str = PHONE) -> Resident:
        """Somebody with an account and a session."""
        account, _ = await self.accounts.for_phone(phone)
        _, session = await self.sessions.open(AccountId(account.id), "Chrome on Android")
        return Resident(AccountId(account.id), SessionId(session.id))

    async def consented(self, *names: str, phone: str = PHONE, to: str = "appointments") -> Resident:
        """A resident who lets a service have these scopes."""
        resident = await self.resident(phone)
        await self.consents.put(resident.account, ServiceId(to), list(names), "1.0.0")
        return resident


def lenient(**limits: int) -> CodeLimits:
    """Limits that only the named ones of which bite."""
    return CodeLimits(**{**dict.fromkeys(CodeLimits.model_fields, 10_000), **limits})


@dataclass
class DepartmentSystem:
    """A department's own program, with its key."""

    client_id: str = "civil-affairs-server"
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    async def enter(self, city: City, *scopes: str) -> None:
        await city.clients.register(
            self.client_id,
            DepartmentId("civil-affairs"),
            jwk_of(self.key.public_key()),
            scopes or ("dept:notices:send",),
        )

    def assertion(self, now: datetime, header: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """A client assertion; a change to None leaves the claim out."""
        issued = int(now.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{ORIGIN}/oauth/token",
            "jti": secrets.token_hex(8),
            "iat": issued,
            "exp": issued + 60,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.key, "ES256", dict(header or {}))
