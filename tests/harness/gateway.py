"""The whole gateway in process: the real application on a database of the test's own, and clients for it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from asgi_lifespan import LifespanManager
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from auth.jwk import thumbprint
from auth.jwt import SigningKey, sign
from gateway.app import City as Application
from gateway.app import create_app
from gateway.composition import City
from gateway.settings import Settings
from miniapps.upstreams import Timeouts
from tests.harness.clock import ManualClock
from tests.harness.packages import MANIFEST, OPENAPI, package
from tests.harness.servers import listening

ORIGIN = "http://localhost:8000"
MINI_DOMAIN = "localhost:8000"
PATIENT = {"low": 60, "normal": 60, "high": 60}
"""Lateness of the loop, in seconds, at which calls are refused: a busy machine is not what most tests are about."""


def new_key() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A P-256 key and its private PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def settings_for(database_url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a city for one test."""
    proxy = {"shedding": PATIENT, **more.pop("proxy", {})}
    push = {"vapid_key": new_key()[1], **more.pop("push", {})}
    origin = more.pop("origin", ORIGIN)
    return Settings(
        origin=origin,
        mini_domain=origin.removeprefix("http://"),
        database_url=database_url,
        development_outbox=True,
        auth={"secret": secrets.token_urlsafe(48), **more.pop("auth", {})},  # type: ignore[arg-type]  # pydantic makes it
        miniapps={"store": folder / "packages", "cache_seconds": 0, **more.pop("miniapps", {})},  # type: ignore[arg-type]  # the same
        proxy=proxy,  # type: ignore[arg-type]  # the same
        push=push,  # type: ignore[arg-type]  # the same
        **more,
    )


@dataclass
class Gateway:
    """A running application: `city` are its services, for what has no HTTP door (the register)."""

    app: Any
    application: Application
    settings: Settings
    clock: ManualClock
    in_process: bool = True
    mini_port: int = 0
    """Where a real server listens: calls to departments take no ASGI."""
    opened: list[httpx2.AsyncClient] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: new_key()[0])

    @property
    def city(self) -> City:
        city = self.application.running
        assert city
        return city

    @property
    def origin(self) -> str:
        return self.settings.origin

    def client(self, headers: Mapping[str, str] | None = None, host: str | None = None) -> httpx2.AsyncClient:
        """A client as a browser on the app's own page would be, cookies aside."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False) if self.in_process else None
        return httpx2.AsyncClient(
            transport=transport,
            base_url=f"http://{host}" if host else self.origin,
            headers={"Origin": self.origin, **(headers or {})},
            trust_env=False,
        )

    async def resident(self, phone: str = "13800000001") -> httpx2.AsyncClient:
        """A signed-in resident's browser."""
        client = self.client()
        sent = await client.post("/api/v1/sign-in/codes", json={"phone": phone})
        texts = (await client.get("/dev/outbox.json")).json()["items"]
        code = next(text["code"] for text in texts if text["phone"] == phone)
        opened = await client.post(
            "/api/v1/sign-in/sessions", json={"phone": phone, "code": code}, headers={"Cookie": _cookies(sent)}
        )
        assert opened.status_code == 201, opened.text
        client.headers["Cookie"] = _cookies(opened)
        return client

    async def register_department(self, address: str = "http://127.0.0.1:1") -> None:
        """One department with its system at `address` and a client that may publish and send notices."""
        city = self.city
        await city.hosting.departments.add("dept-one", {"zh-CN": "一号部门", "en": "Department One"})  # type: ignore[arg-type]  # a plain string will do
        await city.hosting.upstreams.register(
            "records",  # type: ignore[arg-type]  # the same
            department="dept-one",  # type: ignore[arg-type]  # the same
            address=address,
            openapi=OPENAPI,
            allow=["127.0.0.0/8"],
            timeouts=Timeouts(1, 1, 3),
        )
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        scopes = ["dept:notices:send", "dept:releases:write", "dept:upstreams:read"]
        await city.identity.clients.register("one-system", "dept-one", public, scopes)  # type: ignore[arg-type]  # the same

    async def department(self) -> httpx2.AsyncClient:
        """The department's system, with its token."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": "one-system",
            "sub": "one-system",
            "aud": f"{self.origin}/oauth/token",
            "jti": secrets.token_urlsafe(8),
            "iat": now,
            "exp": now + 60,
        }
        assertion = sign(claims, "JWT", SigningKey(thumbprint(self.key.public_key()), self.key))
        client = self.client()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        answered = await client.post("/oauth/token", data=form)
        assert answered.status_code == 200, answered.text
        client.headers["Authorization"] = f"Bearer {answered.json()['access_token']}"
        return client

    async def publish(self, **changes: Any) -> httpx2.Response:
        """Submit the test's mini-service and make it live."""
        client = await self.department()
        headers = {"Content-Type": "application/miniapp-pkg+zip"}
        submitted = await client.post("/dept/v1/releases", content=package(MANIFEST | changes), headers=headers)
        assert submitted.status_code == 201, submitted.text
        return await client.post(f"/dept/v1/releases/{submitted.json()['id']}/publication")

    async def agree(self, resident: httpx2.AsyncClient, service: str = "hello") -> str:
        """The resident agrees to all that the service asks; gives its mini-session token."""
        detail = (await resident.get(f"/api/v1/services/{service}")).json()
        scopes = [scope["name"] for scope in detail["scopes"]]
        consent = {"scopes": scopes, "version": detail["version"]}
        agreed = await resident.put(f"/api/v1/services/{service}/consent", json=consent)
        assert agreed.status_code == 200, agreed.text
        token = (await resident.post(f"/api/v1/services/{service}/tokens")).json()["token"]
        return str(token)

    def mini(self, token: str = "", service: str = "hello") -> httpx2.AsyncClient:
        """The service's page, calling from its own origin."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx2.AsyncClient(
            transport=_Loopback(self.mini_port),
            base_url=f"http://{service}.{MINI_DOMAIN}",
            headers={"Origin": self.origin, **headers},
        )
        self.opened.append(client)
        return client


class _Loopback(httpx2.AsyncHTTPTransport):
    """Every host is this machine's server on one port; Host stays as it was."""

    def __init__(self, port: int) -> None:
        super().__init__(trust_env=False)
        self._port = port

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


@asynccontextmanager
async def running_gateway(database_url: str, folder: Path, clock: ManualClock, **more: Any) -> AsyncIterator[Gateway]:
    settings = settings_for(database_url, folder, **more)
    application = create_app(settings, clock)
    async with (
        LifespanManager(application, startup_timeout=20, shutdown_timeout=20) as manager,
        listening(manager.app, application.protocol) as port,
    ):
        gateway = Gateway(manager.app, application, settings, clock, mini_port=port)
        yield gateway
        for client in gateway.opened:
            await client.aclose()


def _cookies(response: httpx2.Response) -> str:
    """The cookies that were just set and not cleared, as a browser would send them back."""
    pairs = [each.split(";")[0] for each in response.headers.get_list("set-cookie")]
    return "; ".join(pair for pair in pairs if not pair.endswith(('=""', "=")))
