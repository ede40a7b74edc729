"""Authorization codes exchanged at the token endpoint: an ID token, an access token and a refresh token each."""

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from auth.columns import to_json
from auth.provider.registration import Ask, Registration
from auth.provider.sectors import client_sector
from auth.secrecy import digest
from bench.rush import request
from bench.statements import taken_down
from core.access import Resident
from core.clock import SystemClock
from core.database import database, rows, transaction
from core.ids import AccountId, DepartmentId, SessionId, new_id, new_secret
from core.outbound import Outbound
from gateway.composition import City as Services
from gateway.composition import compose
from gateway.settings import Settings
from gateway.tables import APPS

CLIENT, BACK = "bench-client", "http://127.0.0.1:9/callback"
SCOPES = "openid profile"
_VERIFIER = secrets.token_urlsafe(48)
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()
_REASON = {"zh-CN": "测试"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Codes that wait to be exchanged."""

    codes: list[str]

    def requests(self, host: str) -> list[str]:
        return [request("POST", "/oauth/token", host, urlencode(form_of(code)), {}) for code in self.codes]


def form_of(code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": _VERIFIER,
    }


def prepared(settings: Settings, count: int, first: int) -> Prepared:
    """Residents with a session and a connection to the client, and a code of each; the city may serve."""
    return Prepared(asyncio.run(_prepared(settings, count, first)))


def statements(settings: Settings, codes: list[str]) -> list[str]:
    """What the exchange of these codes tells the database."""
    return asyncio.run(_statements(settings, codes))


async def _prepared(settings: Settings, count: int, first: int) -> list[str]:
    async with database(settings.database_url, APPS), Outbound() as outbound:
        city = compose(settings, SystemClock(), outbound)
        await city.identity.keys.ensure()
        await _register(city)
        codes = []
        for start in range(0, count, 100):
            async with transaction():  # a hundred at a time: only their exchange is measured
                codes += [await _code(city, f"137{first + start + number:08}") for number in range(100)]
        return codes


async def _register(city: Services) -> None:
    clients = city.identity.rooms.provider.clients
    if await rows("SELECT id FROM provider_client WHERE id = ?", CLIENT):
        return
    await city.hosting.departments.add(DepartmentId("bench"), {"zh-CN": "测试部门"})
    asks = [Ask(name="openid", reason=_REASON), Ask(name="profile", reason=_REASON)]
    wanted = Registration(
        name={"zh-CN": "测试"},
        environment="sandbox",
        kind="native",
        auth_method="none",
        asks=asks,
        redirect_uris=[BACK],
    )
    await clients.add(CLIENT, DepartmentId("bench"), wanted)


async def _code(city: Services, phone: str) -> str:
    identity, now, code = city.identity, SystemClock().now(), new_secret()
    account, _ = await identity.accounts.for_phone(phone)
    _, session = await identity.sessions.open(AccountId(account.id), "bench")
    resident = Resident(AccountId(account.id), SessionId(session.id), ("sms",), now)
    client = await identity.rooms.provider.clients.find(CLIENT)
    assert client
    await identity.subjects.of(resident.account, client_sector(client))
    await rows(
        "INSERT INTO provider_grant (id, account_id, client_id, scopes, shown, since) VALUES (?, ?, ?, ?, ?, ?)",
        new_id(now),
        resident.account,
        CLIENT,
        to_json(SCOPES.split()),
        to_json(SCOPES.split()),
        now,
    )
    await rows(
        "INSERT INTO provider_code (digest, client_id, account_id, session_id, sid, redirect_uri, challenge, scope, "
        "nonce, claims, acr, amr, authenticated_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        digest(code),
        CLIENT,
        resident.account,
        resident.session,
        await identity.rooms.provider.client_sessions.sid(resident, client),
        BACK,
        _CHALLENGE,
        SCOPES,
        "nonce",
        to_json({}),
        "urn:onecity:loa:1",
        "sms",
        now,
        now + timedelta(minutes=10),
    )
    return code


async def _statements(settings: Settings, codes: list[str]) -> list[str]:
    async with database(settings.database_url, APPS), Outbound() as outbound:
        provider = compose(settings, SystemClock(), outbound).identity.rooms.provider

        async def work() -> None:
            for code in codes:
                form = form_of(code)
                client = await provider.client_authentication.of(form, None)
                await provider.token_grants.find(form).answer(client, form, None)

        return await taken_down(work)
