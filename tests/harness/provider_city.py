"""A running city on a real port and the real time, with clients of others registered: for OpenID software of others."""

import json
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from asgi_lifespan import LifespanManager

from auth.api.cookies import SESSION
from auth.provider.registration import Registration
from core.clock import SystemClock
from core.ids import AccountId, DepartmentId
from gateway.app import create_app
from tests.harness.gateway import Gateway, settings_for
from tests.harness.ports import free_port
from tests.harness.servers import served

CLIENTS = Path(__file__).parents[1] / "clients"
CALLBACK = "http://127.0.0.1:9/callback"
"""Nobody listens there: the tests read the address that the browser would be sent to."""
AFTERWARDS = "http://127.0.0.1:9/afterwards"
DEPARTMENT = DepartmentId("dept-one")
ASKS = [{"name": name, "reason": {"zh-CN": "测试"}} for name in ("openid", "profile", "phone", "offline_access")]


@asynccontextmanager
async def provider_city(database_url: str, folder: Path, **auth: Any) -> AsyncIterator[Gateway]:
    """The whole city, served at its own origin."""
    origin = f"http://localhost:{free_port()}"
    settings = settings_for(database_url, folder, origin=origin, auth=auth)
    application = create_app(settings, SystemClock())
    async with (
        LifespanManager(application, startup_timeout=30, shutdown_timeout=30) as manager,
        served(manager.app, origin, protocol=application.protocol),
    ):
        yield Gateway(manager.app, application, settings, SystemClock(), in_process=False)  # type: ignore[arg-type]  # real time


async def add_client(
    gateway: Gateway, client_id: str, *, jwks: Any = (), department: str = DEPARTMENT, **changes: Any
) -> str:
    """Register a client in the sandbox; its secret, if it is one that has one."""
    clients = gateway.city.identity.rooms.provider.clients
    usual = {
        "name": {"zh-CN": "测试服务"},
        "environment": "sandbox",
        "auth_method": "none",
        "asks": ASKS,
        "redirect_uris": [CALLBACK],
        "post_logout_uris": [AFTERWARDS],
        "sector": "test.example",
    }
    registration = Registration.model_validate({**usual, **changes})
    await clients.add(client_id, DepartmentId(department), registration, list(jwks))
    return await clients.add_secret(client_id) if registration.auth_method == "client_secret_basic" else ""


async def cookie_of(gateway: Gateway, phone: str = "13800000001") -> str:
    """A resident's session, as their browser would send it."""
    identity = gateway.city.identity
    account, _ = await identity.accounts.for_phone(phone)
    secret, _ = await identity.sessions.open(AccountId(account.id), "Firefox on Linux")
    return f"{SESSION}={secret}"


def node(script: str, given: Mapping[str, Any], seconds: float = 60) -> Any:
    """Run one of tests/clients/*.mjs: JSON in, JSON out. Blocks: call it in a thread."""
    done = subprocess.run(  # noqa: S603 - our own script
        ["node", script],  # noqa: S607 - wherever it is
        cwd=CLIENTS,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
