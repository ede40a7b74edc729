"""The city as a client of npm's oidc-provider, unmodified, over real sockets: there and back, bound, signed out."""

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auth.jwk import jwk_of
from tests.harness.gateway import Gateway, new_key
from tests.harness.ports import free_port, wait_for_port
from tests.harness.provider_city import CLIENTS, cookie_of, provider_city

pytestmark = pytest.mark.e2e


@asynccontextmanager
async def oidc_provider(client: dict[str, Any], origin: str, port: int) -> AsyncIterator[str]:
    """The provider, which knows the city as its client; yields its issuer."""
    known = {
        "redirect_uris": [f"{origin}/external/one/callback"],
        "backchannel_logout_uri": f"{origin}/external/one/logout",
        "backchannel_logout_session_required": True,
        **client,
    }
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own script
        ["node", "provider.mjs", str(port), json.dumps([known])],  # noqa: S607 - wherever it is
        cwd=CLIENTS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await asyncio.to_thread(wait_for_port, port)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait()


class Browser:
    """Somebody's browser: cookies of the city by hand (they are for secure contexts), the provider's in the jar."""

    def __init__(self, origin: str, cookie: str = "") -> None:
        self.origin = origin
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.http = httpx2.AsyncClient(trust_env=False, timeout=20)

    async def city(self, method: str, path: str, **options: Any) -> httpx2.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Origin": self.origin, **({"Cookie": cookie} if cookie else {})}
        async with httpx2.AsyncClient(base_url=self.origin, trust_env=False, timeout=20) as http:
            answered = await http.request(method, path, headers=headers, **options)
        for line in answered.headers.get_list("set-cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answered

    async def through(self, path: str, login: str = "li") -> str:
        """From a page of the city to the provider, signing in there where it asks, and back: where one ends up."""
        started = await self.city("GET", path)
        assert started.status_code == 302, started.text
        next_address = started.headers["location"]
        for _ in range(12):
            if next_address.startswith(self.origin):
                break
            next_address = await self._step(next_address, login)
        return str((await self.city("GET", next_address.removeprefix(self.origin))).headers["location"])

    async def _step(self, address: str, login: str) -> str:
        answered = await self.http.get(address)
        if "/interaction/" in address and answered.status_code == 200:
            (prompt,) = set(re.findall(r'name="prompt" value="(\w+)"', answered.text))
            form = {"prompt": prompt, **({"login": login, "password": "x"} if prompt == "login" else {})}
            answered = await self.http.post(address, data=form)
        assert answered.status_code in {302, 303}, answered.text
        return str(httpx2.URL(address).join(answered.headers["location"]))

    async def signs_out_at(self, issuer: str) -> None:
        page = await self.http.get(f"{issuer}/session/end")
        (token,) = re.findall(r'name="xsrf" value="(\w+)"', page.text)
        done = await self.http.post(f"{issuer}/session/end/confirm", data={"xsrf": token, "logout": "yes"})
        assert done.status_code in {302, 303}, done.text


def settings(issuer: str, **credential: str) -> dict[str, Any]:
    one = {"issuer": issuer, "client_id": "onecity", "name": {"zh-CN": "一号"}, "realm": "resident", **credential}
    return {"external": {"providers": {"one": one}}}


def by_secret() -> tuple[dict[str, Any], dict[str, str]]:
    return {"client_id": "onecity", "client_secret": "a:b/c"}, {"client_secret": "a:b/c"}


def by_key() -> tuple[dict[str, Any], dict[str, str]]:
    _, pem = new_key()
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    public = {**jwk_of(key.public_key())}
    registered = {
        "client_id": "onecity",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [public]},
    }
    return registered, {"client_key": pem}


async def lives(browser: Browser) -> bool:
    return (await browser.city("GET", "/api/v1/account")).status_code == 200


async def goes_through(gateway: Gateway, issuer: str) -> None:
    """The whole story of one resident."""
    browser = Browser(gateway.origin)
    assert (await browser.city("GET", "/api/v1/sign-in/external")).json() == [{"id": "one", "name": {"zh-CN": "一号"}}]
    assert await browser.through("/external/one/start?next=/services") == (
        "/sign-in?external=one&result=unbound&next=%2Fservices"
    )
    assert not await lives(browser), "nobody is signed in by an identity without an account"
    browser.cookies |= dict([(await cookie_of(gateway)).split("=", 1)])
    listed = (await browser.city("GET", "/api/v1/external-identities")).json()
    assert listed == {"items": [], "pending": {"provider": "one", "name": "Person li"}}
    assert (await browser.city("POST", "/api/v1/external-identities")).status_code == 201

    again = Browser(gateway.origin)
    again.http.cookies = browser.http.cookies
    assert await again.through("/external/one/start?next=/services") == "/services"
    assert await lives(again)
    (bound,) = (await again.city("GET", "/api/v1/external-identities")).json()["items"]
    assert bound["provider"] == "one"
    removal = await again.city("DELETE", f"/api/v1/external-identities/{bound['id']}")
    assert removal.json()["type"].endswith("/reauthentication-needed"), "the provider says no time of authentication"

    await again.signs_out_at(issuer)
    async with asyncio.timeout(10):
        while await lives(again):
            await asyncio.sleep(0.1)
    assert await lives(browser), "the session by phone goes on"
    for each in (browser, again):
        await each.http.aclose()


@pytest.mark.parametrize("credential", [by_secret, by_key])
async def test_a_resident_signs_in_with_an_identity_of_elsewhere(
    database_url: str, tmp_path: Path, credential: Any
) -> None:
    registered, ours = credential()
    port = free_port()
    async with (
        provider_city(database_url, tmp_path, **settings(f"http://localhost:{port}", **ours)) as gateway,
        oidc_provider(registered, gateway.origin, port) as issuer,
    ):
        await goes_through(gateway, issuer)


async def test_a_provider_that_is_down_and_one_that_is_unknown_sign_nobody_in(
    database_url: str, tmp_path: Path
) -> None:
    _, ours = by_secret()
    async with provider_city(database_url, tmp_path, **settings("http://localhost:9", **ours)) as gateway:
        browser = Browser(gateway.origin)
        down = await browser.city("GET", "/external/one/start")
        assert (down.status_code, down.headers["location"]) == (302, "/sign-in?external=one&result=unavailable")
        assert (await browser.city("GET", "/external/nobody/start")).status_code == 404
        forged = await browser.city("GET", "/external/one/callback?code=c&state=s")
        assert forged.headers["location"] == "/sign-in?external=one&result=failed"
        twice = await browser.city("GET", "/external/one/callback?code=c&code=d&state=s")
        assert twice.headers["location"] == "/sign-in?external=one&result=failed"
        for path in ("//evil.example", "/\\evil.example", "https://evil.example"):
            refused = await browser.city("GET", "/external/one/start", params={"next": path})
            assert refused.status_code == 422, path
        unsigned_in = await browser.city("GET", "/external/one/start?bind=true&next=/me/security")
        assert unsigned_in.headers["location"] == "/sign-in?next=%2Fme%2Fsecurity"
        for body in ({}, {"logout_token": "x"}, {"logout_token": "a.b.c"}):
            told = await browser.city("POST", "/external/one/logout", data=body)
            assert (told.status_code, told.json()["error"]) == (400, "invalid_request")
        assert (await browser.city("POST", "/external/one/logout", json={})).status_code == 400
        resident = Browser(gateway.origin, await cookie_of(gateway))
        assert (await resident.city("POST", "/api/v1/external-identities")).status_code == 409
        await browser.http.aclose()
        await resident.http.aclose()
