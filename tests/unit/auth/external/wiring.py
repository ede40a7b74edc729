"""Identities of elsewhere wired together, with a provider that can be told to misbehave in any one thing."""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from auth.accounts import Accounts
from auth.changes import Changes
from auth.external.attempts import Attempts
from auth.external.code_exchange import CodeExchange
from auth.external.fetching import Fetcher
from auth.external.id_tokens import IDTokens
from auth.external.identities import Identities
from auth.external.logout import EVENT, ProviderLogout
from auth.external.openings import Openings
from auth.external.pending import PendingIdentities
from auth.external.ports import ExternalIdentity, StaffEntry
from auth.external.providers import Provider, Providers
from auth.external.returns import Return, Returns
from auth.external.settings import ExternalSettings
from auth.external.sign_in import Device, ExternalSignIn
from auth.once import Once
from auth.secrecy import Secrecy
from auth.security.events import EventKind
from auth.sessions import Sessions
from auth.settings import AuthSettings
from core.access import Resident
from core.ids import AccountId, SessionId
from core.outbound import Outbound
from core.problems import Unauthenticated
from tests.harness.clock import ManualClock

ORIGIN = "http://localhost:8000"
ISSUER = "https://id.example"
CLIENT = "onecity"
CLIENT_SECRET = "a secret: with/reserved characters"
SECRET = SecretStr("a secret of the tests, long enough to be taken")
BROWSER = "the secret of this browser's cookie"
DEVICE = Device("Chrome on Android", "the other cookie's secret", BROWSER)
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def new_pem() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A P-256 key and its private PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def encoded(value: bytes | int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8) if isinstance(value, int) else value
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwk_of(kid: str | None, key: Any, **members: Any) -> dict[str, Any]:
    """The public half as JSON Web Key, as a provider publishes it."""
    numbers = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        shape = {"kty": "RSA", "n": encoded(numbers.n), "e": encoded(numbers.e), "alg": "RS256", "use": "sig"}
    else:
        shape = {
            "kty": "EC",
            "crv": "P-256",
            "x": encoded(numbers.x.to_bytes(32)),
            "y": encoded(numbers.y.to_bytes(32)),
        }
    named = {} if kid is None else {"kid": kid}
    return {**shape, **named, **members}


@dataclass
class FakeProvider:
    """A provider behind the transport: what it answers is in its fields, for tests to bend."""

    clock: ManualClock
    subject: str = "sub-1"
    keys: list[dict[str, Any]] = field(
        default_factory=lambda: [jwk_of("rs", RSA_KEY), jwk_of("es", EC_KEY), {"kty": "oct", "k": "AAAA", "kid": "oct"}]
    )
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = RSA_KEY
    token_answer: dict[str, Any] = field(default_factory=dict)
    token_status: int = 200
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    authorization: list[str | None] = field(default_factory=list)
    delay: float = 0
    bodies: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    nonce: str = ""
    challenge: str = ""

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        await asyncio.sleep(self.delay)
        if path in self.bodies:
            return httpx2.Response(200, content=_pieces(self.bodies[path]), headers=self.headers)
        if path in self.statuses:
            return self._answer({}, self.statuses[path])
        if path.endswith("/.well-known/openid-configuration"):
            return self._answer(self.described())
        if path == "/jwks":
            return self._answer({"keys": self.keys})
        return self._exchanged(request)

    def _answer(self, value: object, status: int = 200) -> httpx2.Response:
        """In pieces, as it comes from a socket."""
        return httpx2.Response(status, content=_pieces(as_json(value)), headers=self.headers)

    def described(self) -> dict[str, Any]:
        usual = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: value for name, value in {**usual, **self.metadata}.items() if value is not None}

    def _exchanged(self, request: httpx2.Request) -> httpx2.Response:
        form = dict(parse_qsl(request.content.decode()))
        self.forms.append(form)
        self.authorization.append(request.headers.get("authorization"))
        verifier = form.get("code_verifier", "")
        if self.token_status != 200:
            return self._answer({"error": "invalid_client"}, self.token_status)
        if encoded(hashlib.sha256(verifier.encode()).digest()) != self.challenge:
            return self._answer({"error": "invalid_grant"}, 400)
        usual = {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token()}
        answer = {name: value for name, value in {**usual, **self.token_answer}.items() if value is not None}
        return self._answer(answer)

    def signed(self, claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
        kept = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        named = {"kid": "rs", **header, **self.header}
        headers = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(kept, self.key, self.algorithm, headers)

    def id_token(self) -> str:
        now = int(self.clock.now().timestamp())
        half = hashlib.sha256(b"access").digest()[:16]
        claims = {
            "iss": ISSUER,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "at_hash": encoded(half),
            "name": "张三",
            "sid": "provider-session-1",
        }
        return self.signed(claims, {})

    def logout_token(self, **changes: Any) -> str:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {EVENT: {}},
            "sub": self.subject,
            "sid": "provider-session-1",
            **changes,
        }
        return self.signed(claims, {"typ": "logout+jwt"})


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


@dataclass
class Careful:
    """Stands in for the precautions: remembers what was taken."""

    taken: list[tuple[AccountId, EventKind, dict[str, str]]] = field(default_factory=list)

    async def take(self, resident: Resident, kind: EventKind, *, first: bool = False, **details: str) -> None:
        del first
        self.taken.append((resident.account, kind, details))


@dataclass
class Staff:
    """Stands in for the staff realm."""

    members: set[str] = field(default_factory=set)
    ended: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    async def signed_in(self, identity: ExternalIdentity) -> StaffEntry | None:
        return StaffEntry("__Host-staff", "secret", 60) if identity.subject in self.members else None

    async def signed_out(self, issuer: str, subject: str | None, sid: str | None) -> None:
        self.ended.append((issuer, subject, sid))


@dataclass
class Factors:
    """Stands in for the credentials: whose account asks for more."""

    accounts: set[str] = field(default_factory=set)

    async def ask(self, account: AccountId, amr: tuple[str, ...], browser: str) -> Unauthenticated | None:
        del amr, browser
        return Unauthenticated("more", ticket="a-ticket", methods=["totp"]) if account in self.accounts else None


class City:
    """The room's services over a provider of the test's own."""

    def __init__(self, clock: ManualClock, **provider: Any) -> None:
        self.clock = clock
        self.fake = FakeProvider(clock)
        seconds = provider.pop("call_seconds", 0.5)
        usual = {"client_secret": CLIENT_SECRET} if "client_key" not in provider else {}
        given = {
            "issuer": ISSUER,
            "client_id": CLIENT,
            "name": {"zh-CN": "一号"},
            "realm": "resident",
            **usual,
            **provider,
        }
        other = {**given, "issuer": "https://other.example"}
        self.settings = ExternalSettings.model_validate(
            {"providers": {"one": given, "other": other}, "call_seconds": seconds}
        )
        secrecy, changes = Secrecy(SECRET), Changes(clock)
        self.accounts = Accounts(clock, changes)
        self.sessions = Sessions(clock, AuthSettings(secret=SECRET), changes)
        fetcher = Fetcher(Outbound(httpx2.MockTransport(self.fake)), self.settings.call_seconds)
        self.providers = Providers(clock, self.settings, fetcher)
        self.attempts = Attempts(clock, secrecy, self.settings.attempt_seconds)
        self.pending = PendingIdentities(clock, self.settings.pending_seconds)
        self.openings = Openings(clock, self.sessions)
        self.careful, self.staff, self.factors = Careful(), Staff(), Factors()
        self.identities = Identities(clock, self.pending, self.careful)
        self.returns = Returns(ORIGIN, self.attempts, CodeExchange(clock, fetcher), IDTokens(clock))
        self.sign_in = ExternalSignIn(self.identities, self.pending, self.openings, self.sessions, self.factors)
        self.logout = ProviderLogout(clock, self.openings, self.staff, Once(secrecy))

    @property
    def provider(self) -> Provider:
        return self.providers.get("one")

    async def sent(self, account: AccountId | None = None, browser: str = BROWSER) -> dict[str, str]:
        """The browser is sent to the provider, which notes what it will need: the query's parameters."""
        address = await self.attempts.begin(
            self.provider, self.returns.address(self.provider), browser, account, "/services"
        )
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.fake.nonce, self.fake.challenge = query["nonce"], query["code_challenge"]
        return query

    async def back(self, account: AccountId | None = None, browser: str = BROWSER, **changes: str | None) -> Return:
        """There and back; `changes` to what the provider adds to the address."""
        query = await self.sent(account, browser)
        answer = {"state": query["state"], "code": "a-code", "iss": ISSUER, **changes}
        kept = {name: value for name, value in answer.items() if value is not None}
        return await self.returns.finish(self.provider, browser, kept)

    async def resident(self, phone: str = "13800000001") -> Resident:
        account, _ = await self.accounts.for_phone(phone)
        _, session = await self.sessions.open(AccountId(account.id), "Firefox on Linux")
        return Resident(AccountId(account.id), SessionId(session.id))

    async def bound(self, phone: str = "13800000001") -> Resident:
        """A resident whose identity at the provider is bound."""
        resident = await self.resident(phone)
        back = await self.back(resident.account)
        await self.sign_in.resident(back, DEVICE, resident)
        await self.identities.bind(resident, BROWSER)
        return resident


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()
