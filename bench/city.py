"""Our gateway as an operator runs it, with one department, one mini-service and a thousand residents.

Settings are those shipped (JSON log at INFO, SQLite, its synchronous as it is), but for limits set so high that they
never bite, tokens that live ten minutes, and no text messages.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bench.machine import GATEWAY_CORE
from bench.processes import ROOT, WORK, Program, Unavailable, running
from tests.harness.packages import FILES, MANIFEST
from tests.harness.ports import free_port

SERVICE = DEPARTMENT = "bench"
OPERATIONS = ["listRecords", "showOpen", "addKeyed", "addApplication", "showFields", "showSlow", "upload", "download"]
SCOPES = ("bench:record:read", "bench:record:write")
ASKED = (*SCOPES, "bench:identity:read")
"""What residents agree to, and what they are asked for: the last one is refused, so that a field is hidden."""
REASON = {"zh-CN": "测试网关的速度"}
LIFE = 600
"""Seconds that a token lives: the longest that settings allow."""
_ENDLESS = {"calls": 1_000_000, "seconds": 1}


@dataclass
class City:
    """A city in a folder: `tree` is the checkout whose code runs it, `pure` has its lane run uncompiled."""

    folder: Path
    tree: Path = ROOT
    pure: bool = False
    port: int = field(default_factory=free_port)
    pid: int = 0

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def host(self) -> str:
        """The mini-service's host."""
        return f"{SERVICE}.localhost:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "city.db"

    def environment(self) -> dict[str, str]:
        wanted = {
            "ONECITY_ORIGIN": self.origin,
            "ONECITY_MINI_DOMAIN": f"localhost:{self.port}",
            "ONECITY_PORT": str(self.port),
            "ONECITY_DATABASE_URL": f"sqlite://{self.database}",
            "ONECITY_MINIAPPS__STORE": str(self.folder / "packages"),
            "ONECITY_AUTH__MINI_TOKEN_SECONDS": str(LIFE),
            "ONECITY_WEB_FOLDER": str(ROOT / "sdk_h5"),
            **self._high_limits(),
            **json.loads((self.folder / "secrets.json").read_text()),
        }
        python = {"PYTHONPATH": str(self.tree), "PYTHONUNBUFFERED": "", "PURE_LANE": "1" if self.pure else ""}
        return {**python, **wanted}

    def command(self, *arguments: str) -> None:
        """`onecity …` in this city; raises Unavailable with what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            cwd=self.tree,
            env={**os.environ, **self.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"onecity {arguments[0]} failed: {(done.stdout + done.stderr)[-600:]}")

    def _high_limits(self) -> dict[str, str]:
        """The default limits that this tree's settings have, raised; an older tree has none."""
        settings = (self.tree / "docs" / "settings.md").read_text()
        names = ("RESIDENT", "SERVICE", "UPSTREAM")
        found = {f"ONECITY_PROXY__LIMITS__{name}__CALLS": "1000000000" for name in names}
        return {name: value for name, value in found.items() if name in settings}


def new_city(folder: Path, tree: Path = ROOT, *, pure: bool = False) -> City:
    """A city migrated and empty; what an earlier run left in the folder goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made = {"ONECITY_AUTH__SECRET": secrets.token_urlsafe(48), "ONECITY_PUSH__VAPID_KEY": pem.decode()}
    (folder / "secrets.json").write_text(json.dumps(made))
    city = City(folder, tree, pure)
    city.command("migrate")
    return city


def enter(city: City, upstreams: Mapping[str, int]) -> None:
    """Register the department, its client, and upstreams by name with the ports that they listen on."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    (city.folder / "client.pem").write_bytes(private)
    known = _members(city.tree)
    register = {
        "departments": {DEPARTMENT: {"zh-CN": "测试部门", "en": "Bench"}},
        "upstreams": {name: _entry(port, known) for name, port in upstreams.items()},
        "clients": {
            "bench-system": {"department": DEPARTMENT, "public_key": public, "scopes": ["dept:releases:write"]}
        },
    }
    (city.folder / "openapi.json").write_bytes((ROOT / "bench" / "contract.openapi.json").read_bytes())
    (city.folder / "register.json").write_text(json.dumps(register))
    city.command("apply", str(city.folder / "register.json"))


def _entry(port: int, known: set[str]) -> dict[str, Any]:
    entry = {
        "department": DEPARTMENT,
        "address": f"http://127.0.0.1:{port}",
        "allow": ["127.0.0.1/32"],
        "openapi": "openapi.json",
        "concurrency": 4096,
        "queue": 4096,
        "limits": dict.fromkeys(("resident", "service", "upstream"), _ENDLESS),
        "max_body_bytes": 2**31,
        "total_seconds": 120,
    }
    return {name: value for name, value in entry.items() if name in known}


def _members(tree: Path) -> set[str]:
    """What an upstream's entry may hold in this tree: an older one refuses what it does not know."""
    code = "from gateway.register import UpstreamEntry; print(*UpstreamEntry.model_fields)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"the gateway's code does not load: {done.stderr.decode()[-400:]}")
    return set(done.stdout.decode().split())


@contextmanager
def serving(city: City) -> Iterator[City]:
    """`onecity serve`, its log in a file of the city's folder."""
    command = [sys.executable, "-m", "gateway.cli", "serve"]
    log = city.folder / "serve.log"
    with running(Program(command, GATEWAY_CORE, city.port, log, city.environment(), city.tree)) as pid:
        city.pid = pid
        yield city


def publish(city: City, upstreams: tuple[str, ...] = ("bench",)) -> None:
    """Make the bench's mini-service live; the city serves."""
    folder = city.folder / "service"
    folder.mkdir(exist_ok=True)
    scopes = [{"name": name, "reason": REASON} for name in ASKED]
    member = {
        **MANIFEST["onecity"],
        "department": DEPARTMENT,
        "scopes": scopes,
        "upstreams": [{"id": each, "operations": OPERATIONS} for each in upstreams],
    }
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | {"app_id": SERVICE, "onecity": member}))
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    key = str(city.folder / "client.pem")
    city.command("publish", str(folder), "--client", "bench-system", "--key", key, "--url", city.origin)


def snapshot(revision: str) -> Path:
    """The code of a revision, unpacked; raises Unavailable when the history does not hold it."""
    named = subprocess.run(
        ["git", "rev-parse", "--short=12", f"{revision}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
    )
    if named.returncode:
        raise Unavailable(f"revision {revision} is not in this clone's history")
    folder = WORK / f"tree-{named.stdout.decode().strip()}"
    if not (folder / "gateway").exists():
        folder.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    if (folder / "scripts" / "compile_lane.py").exists():
        subprocess.run([sys.executable, folder / "scripts" / "compile_lane.py"], cwd=folder, check=False)
    return folder


@contextmanager
def running_city(
    folder: Path, upstreams: Mapping[str, int], tree: Path = ROOT, *, pure: bool = False
) -> Iterator[City]:
    """A whole city that serves, with its mini-service live."""
    with ExitStack() as stack:
        city = new_city(folder, tree, pure=pure)
        enter(city, upstreams)
        stack.enter_context(serving(city))
        publish(city, tuple(upstreams))
        yield city
