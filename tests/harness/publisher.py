"""What operators and departments do beside a running city: enter systems, publish packages, call the department API."""

import json
import os
import runpy
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from auth.jwk import thumbprint
from auth.jwt import SigningKey, sign
from tests.harness.city import ROOT, City

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PACKAGE = "application/miniapp-pkg+zip"


def environment(city: City) -> dict[str, str]:
    """The settings that the demo started this city's gateway with."""
    demo = runpy.run_path(str(ROOT / "scripts" / "demo.py"))
    settings: dict[str, str] = demo["_environment"](demo["Plan"](city.folder / "data", city.port))
    return settings


def apply(city: City, register: dict[str, Any]) -> None:
    """`onecity apply`; an upstream's `openapi` is the document itself."""
    folder = city.folder / "register"
    folder.mkdir(exist_ok=True)
    for name, upstream in register.get("upstreams", {}).items():
        (folder / f"{name}.json").write_text(json.dumps(upstream["openapi"]))
        upstream["openapi"] = f"{name}.json"
    (folder / "city.json").write_text(json.dumps(register))
    _onecity(city, "apply", str(folder / "city.json"))


def publish(city: City, folder: Path, department: str = "appointments") -> None:
    """`onecity publish` with the key of one of the demo's departments."""
    key = city.folder / "data" / f"{department}.key.pem"
    _onecity(city, "publish", str(folder), "--client", f"{department}-system", "--key", str(key), "--url", city.origin)


def wait_until_live(city: City, service: str) -> None:
    """A worker may take two seconds to see a release."""
    headers, deadline = {"Host": f"{service}.localhost:{city.port}"}, time.monotonic() + 10
    while httpx2.get(f"http://127.0.0.1:{city.port}/", headers=headers, trust_env=False).status_code != 200:
        assert time.monotonic() < deadline, f"{service} did not come to life"
        time.sleep(0.1)


def public_key(pem: bytes) -> str:
    return (
        load_pem_private_key(pem, None)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Department:
    """A department's system at the department API, with one of the demo's clients."""

    def __init__(self, city: City, name: str = "appointments") -> None:
        self._city = city
        self._name = name
        self._http = httpx2.Client(base_url=f"http://127.0.0.1:{city.port}", timeout=40, trust_env=False)
        self._host = {"Host": f"localhost:{city.port}"}
        self._bearer = {"Authorization": f"Bearer {self._token()}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def submits(self, package: bytes) -> httpx2.Response:
        headers = {**self._host, **self._bearer, "Content-Type": _PACKAGE}
        return self._http.post("/dept/v1/releases", headers=headers, content=package)

    def publishes(self, release: str) -> httpx2.Response:
        return self._http.post(f"/dept/v1/releases/{release}/publication", headers={**self._host, **self._bearer})

    def notifies(self, notice: dict[str, Any], key: str | None = None) -> httpx2.Response:
        headers = {**self._host, **self._bearer, "Idempotency-Key": key or secrets.token_hex(8)}
        return self._http.post("/dept/v1/notices", headers=headers, json=notice)

    def _token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(),
        }
        answered = self._http.post("/oauth/token", headers=self._host, data=form)
        assert answered.is_success, answered.text
        return str(answered.json()["access_token"])

    def _assertion(self) -> str:
        """Who the client is, signed (RFC 7523, section 3)."""
        client, now = f"{self._name}-system", int(time.time())
        claims = {
            "iss": client,
            "sub": client,
            "aud": f"{self._city.origin}/oauth/token",
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        key = load_pem_private_key((self._city.folder / "data" / f"{self._name}.key.pem").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return sign(claims, "JWT", SigningKey(thumbprint(key.public_key()), key))


def _onecity(city: City, *arguments: str) -> None:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    settings = {**os.environ, **environment(city)}
    done = subprocess.run(command, cwd=ROOT, env=settings, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout + done.stderr
