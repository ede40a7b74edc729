"""A gateway process with none of the demo's departments: up in a few seconds, with upstreams of the test's own.

The steps are those of a real city: migrate, apply a register, serve, publish with the department's key.
"""

import copy
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from auth.jwt import SigningKey
from auth.secrecy import Secrecy
from tests.harness.city import ROOT, City
from tests.harness.gateway import PATIENT
from tests.harness.packages import MANIFEST, package
from tests.harness.ports import free_port_with
from tests.harness.publisher import Department, new_key, public_key, wait_until_live

DEPARTMENT = "dept-one"
READ = "records:record:read"
OF_THE_TESTS = frozenset({"ONECITY_CHAOS_SECONDS", "ONECITY_FUZZ_EXAMPLES"})
_START_SECONDS = 60


class BareCity(City):
    """A running gateway; /metrics is on the port above its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(folder, free_port_with([1]), environment or {})
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "output.txt").touch()
        key = new_key()
        (folder / "data" / f"{DEPARTMENT}.key.pem").write_bytes(key)
        self.secret = secrets.token_urlsafe(48)
        self._settings = {
            "ONECITY_ORIGIN": self.origin,
            "ONECITY_MINI_DOMAIN": f"localhost:{self.port}",
            "ONECITY_PORT": str(self.port),
            "ONECITY_METRICS_PORT": str(self.port + 1),
            "ONECITY_DATABASE_URL": f"sqlite://{folder / 'data' / 'city.db'}",
            "ONECITY_LOG_FORMAT": "json",
            "ONECITY_LOG_LEVEL": "INFO",
            "ONECITY_DEVELOPMENT_OUTBOX": "true",
            "ONECITY_MINIAPPS__STORE": str(folder / "data" / "packages"),
            "ONECITY_AUTH__SECRET": self.secret,
            "ONECITY_PUSH__VAPID_KEY": new_key().decode(),
            **{f"ONECITY_PROXY__SHEDDING__{name.upper()}": str(late) for name, late in PATIENT.items()},
            **self._environment,
        }
        self._client = {
            "department": DEPARTMENT,
            "public_key": public_key(key),
            "scopes": ["dept:notices:send", "dept:releases:write"],
        }

    def onecity(self, *arguments: str) -> str:
        """Run the command as an operator does; gives what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "gateway.cli", *arguments],
            cwd=ROOT,
            env={**_around(), **self._settings},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def apply(self, upstreams: Mapping[str, Mapping[str, Any]], residents: Sequence[Mapping[str, Any]] = ()) -> None:
        """Enter upstreams of the one department, each with its document as `openapi`."""
        entries = {}
        for name, upstream in upstreams.items():
            (self.folder / f"{name}.json").write_text(json.dumps(upstream["openapi"]))
            own = {"department": DEPARTMENT, "allow": ["127.0.0.1/32"], **upstream, "openapi": f"{name}.json"}
            entries[name] = own
        register = {
            "departments": {DEPARTMENT: {"zh-CN": "一号部门", "en": "Department One"}},
            "clients": {f"{DEPARTMENT}-system": self._client},
            "upstreams": entries,
            "residents": list(residents),
        }
        (self.folder / "city.json").write_text(json.dumps(register))
        self.onecity("apply", str(self.folder / "city.json"))

    def start(self, *options: str) -> None:
        del options
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", "serve"],
                cwd=ROOT,
                env={**_around(), **self._settings, "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._ready():
            assert self._process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.1)

    def stop(self) -> int:
        assert self._process
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def publish(self, service: str, operations: Mapping[str, Sequence[str]], scopes: Sequence[str] = (READ,)) -> None:
        """Make a mini-service live that may call these operations of these upstreams."""
        manifest = copy.deepcopy(MANIFEST)
        manifest["app_id"] = service
        manifest["onecity"] |= {
            "department": DEPARTMENT,
            "scopes": [{"name": each, "reason": {"zh-CN": "显示您的记录"}} for each in scopes],
            "upstreams": [{"id": name, "operations": list(ids)} for name, ids in operations.items()],
        }
        with Department(self, DEPARTMENT) as department:
            submitted = department.submits(package(manifest))
            assert submitted.status_code == 201, submitted.text
            published = department.publishes(submitted.json()["id"])
            assert published.status_code == 200, published.text
        wait_until_live(self, service)

    def signing_key(self) -> SigningKey:
        """The city's own key: for tokens that are wrong in one thing only."""
        with sqlite3.connect(self.folder / "data" / "city.db") as database:
            kid, sealed = database.execute("SELECT kid, sealed FROM auth_key ORDER BY generation DESC").fetchone()
        database.close()
        private = load_pem_private_key(Secrecy(SecretStr(self.secret)).unseal(sealed, kid), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return SigningKey(kid, private)

    def metrics(self) -> str:
        """What /metrics says."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port + 1}/metrics", timeout=5) as answered:
            return str(answered.read().decode())

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def _ready(self) -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/readyz", headers={"Host": f"localhost:{self.port}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2):  # noqa: S310
                return True
        except OSError:
            return False


def _around() -> dict[str, str]:
    """The environment, without what sets the tests: the gateway refuses settings that it does not know."""
    return {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}


@contextmanager
def bare_city(
    folder: Path,
    upstreams: Mapping[str, Mapping[str, Any]],
    residents: Sequence[Mapping[str, Any]] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[BareCity]:
    """A gateway that serves, with its upstreams entered; ended with the block."""
    city = BareCity(folder, environment)
    city.onecity("migrate")
    city.apply(upstreams, residents)
    city.start()
    try:
        yield city
    finally:
        city.stop()


def document(*operations: tuple[str, str, str, Mapping[str, Any]]) -> dict[str, Any]:
    """An OpenAPI document: (method, path, operationId, further members)."""
    paths: dict[str, Any] = {}
    for method, path, name, members in operations:
        described = {"operationId": name, "summary": name, "responses": {"200": {"description": "OK"}}}
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        if names:
            described["parameters"] = [
                {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names
            ]
        paths.setdefault(path, {})[method.lower()] = {**described, **members}
    return {"openapi": "3.1.0", "info": {"title": "Test", "version": "1.0.0"}, "paths": paths}
