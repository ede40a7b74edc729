"""A whole city on this machine: the gateway, four departments, the population register, two residents.

Ctrl-C ends it; what it holds is kept.

Everything lives in var/demo. The steps are those of a real city: migrate, apply the city's
register, serve, and publish each department's mini-service with the department's own key.
"""

import argparse
import asyncio
import importlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the sources beside this script, whatever else is installed

from core.clock import SystemClock  # noqa: E402
from core.outbound import Outbound, OutboundError  # noqa: E402
from gateway.publishing import Publisher, PublishingFailed  # noqa: E402

DEPARTMENTS = ("appointments", "queries", "licences", "playground")
POPULATION = "population"
"""The register that identities are checked with: a back end of the platform's own, without a mini-service."""
BACK_ENDS = (*DEPARTMENTS, POPULATION)
HIGHEST_PORT = 65535 - 100 - len(BACK_ENDS)
START_SECONDS = 60
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy that the newcomer's environment names knows nothing of this machine's loopback."""


@dataclass(frozen=True)
class Plan:
    """Where this demo lives and listens."""

    folder: Path
    port: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def department_port(self, name: str) -> int:
        return self.port + 101 + BACK_ENDS.index(name)

    def log(self, name: str) -> Path:
        """Where a department's lines go: the terminal is for the city's own."""
        return self.folder / f"{name}.log"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key.pem"

    @property
    def authority(self) -> Path:
        """Where the population register keeps its certificate authority."""
        return self.folder / "authority"


class Processes:
    """The children, ended in reverse order of their start, each given ten seconds."""

    def __init__(self) -> None:
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], output: IO[bytes] | None = None
    ) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            start_new_session=True,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
        )
        self._running.append((name, process))

    def fallen(self) -> str | None:
        """The name of a child that ended by itself."""
        return next((name for name, process in self._running if process.poll() is not None), None)

    def end(self) -> None:
        for _, process in reversed(self._running):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class DemoFailed(Exception):
    """Something the demo needs is not so; the text says what to do."""


def main() -> int:
    arguments = _arguments()
    plan = Plan(arguments.folder.resolve(), arguments.port)
    if arguments.reset:
        shutil.rmtree(plan.folder, ignore_errors=True)
    plan.folder.mkdir(parents=True, exist_ok=True)
    # SIGHUP: the terminal was closed. SIGINT: a shell script's background job is started with it ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    processes = Processes()
    try:
        run(plan, processes)
    except KeyboardInterrupt:
        print("\nEnding the demo. Its data stays in", plan.folder)
    except DemoFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    finally:
        for impatience in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # or a second Ctrl-C would leave some running
            signal.signal(impatience, signal.SIG_IGN)
        processes.end()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Start a whole city on this machine.")
    parser.add_argument("--reset", action="store_true", help="forget the data of earlier runs")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="the app's port [8000]")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo", help="where the data lives [var/demo]")
    arguments = parser.parse_args()
    if not 1 <= arguments.port <= HIGHEST_PORT:
        parser.error(f"the port is 1 to {HIGHEST_PORT}: the departments take {len(BACK_ENDS)} above it")
    return arguments


def run(plan: Plan, processes: Processes) -> None:
    _check_ports(plan)
    environment = _environment(plan)
    for name in BACK_ENDS:
        _make_key(plan.key(name))
    for name in DEPARTMENTS:
        _write_openapi(plan, name)
    _make_authority(plan)
    (plan.folder / "city.json").write_text(json.dumps(_register(plan), ensure_ascii=False, indent=1))
    _onecity(environment, "migrate")
    _onecity(environment, "apply", str(plan.folder / "city.json"))
    processes.start("gateway", [sys.executable, "-m", "gateway.cli", "serve"], environment)
    _wait_for(f"{plan.origin}/readyz", plan, processes)
    for name in BACK_ENDS:
        _start_department(plan, processes, name)
    for name in BACK_ENDS:
        _wait_for(f"http://127.0.0.1:{plan.department_port(name)}/healthz", plan, processes)
    _publish(plan)
    print(_greeting(plan), flush=True)
    while not (fallen := processes.fallen()):
        time.sleep(0.5)
    raise DemoFailed(f"The process {fallen} ended by itself; {_where_it_says_why(plan, fallen)}.")


def _check_ports(plan: Plan) -> None:
    """Now, because a city that runs there already would answer in place of this one."""
    for port in (plan.port, *map(plan.department_port, BACK_ENDS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise DemoFailed(f"Port {port} is taken. Take others with PORT=8100 make demo.") from error


def _environment(plan: Plan) -> dict[str, str]:
    return {
        "ONECITY_ORIGIN": plan.origin,
        "ONECITY_MINI_DOMAIN": f"localhost:{plan.port}",
        "ONECITY_PORT": str(plan.port),
        "ONECITY_DATABASE_URL": f"sqlite://{plan.folder / 'city.db'}",
        "ONECITY_LOG_FORMAT": "console",
        "ONECITY_LOG_LEVEL": "WARNING",
        "ONECITY_DEVELOPMENT_OUTBOX": "true",
        "ONECITY_MINIAPPS__STORE": str(plan.folder / "packages"),
        "ONECITY_AUTH__PROOFING__POPULATION__URL": f"http://127.0.0.1:{plan.department_port(POPULATION)}",
        "ONECITY_AUTH__PROOFING__AUTHORITIES": str(plan.authority / "authority.pem"),
        **_secrets(plan.folder / "secrets.json"),
        **{name: value for name, value in os.environ.items() if name.startswith("ONECITY_")},
    }


def _secrets(file: Path) -> dict[str, str]:
    """Throw-away secrets, made once and kept beside the data they guard."""
    if not file.exists():
        made = {"ONECITY_AUTH__SECRET": secrets.token_urlsafe(48), "ONECITY_PUSH__VAPID_KEY": _new_key()}
        file.touch(mode=0o600)
        file.write_text(json.dumps(made))
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _make_key(file: Path) -> None:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(_new_key())


def _write_openapi(plan: Plan, name: str) -> None:
    """What `python -m mock_services.<name> openapi` prints, without a process for each."""
    document = importlib.import_module(f"mock_services.{name}.operations").document()
    (plan.folder / f"{name}.openapi.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _make_authority(plan: Plan) -> None:
    """The register's certificate authority, and one certificate: the first resident's, to reach level 4 with."""
    first = json.loads((ROOT / "mock_services" / "demo_residents.json").read_text())[0]
    command = [sys.executable, "-m", "mock_services.population.authority", str(plan.authority)]
    subprocess.run([*command, "--for", first["name"], first["id_number"]], cwd=ROOT, check=True)


def _register(plan: Plan) -> dict[str, object]:
    """The city's register, as `onecity apply` takes it: departments, their systems and clients, residents."""
    register: dict[str, object] = json.loads((ROOT / "mock_services" / "city.json").read_text())
    upstreams, clients = register["upstreams"], register["clients"]
    assert isinstance(upstreams, dict)
    assert isinstance(clients, dict)
    for name, upstream in zip(DEPARTMENTS, upstreams.values(), strict=True):
        upstream["address"] = f"http://127.0.0.1:{plan.department_port(name)}"
        upstream["openapi"] = f"{name}.openapi.json"
    for name, client in zip(BACK_ENDS, clients.values(), strict=True):
        client["public_key"] = _public_key(plan.key(name))
    register["residents"] = json.loads((ROOT / "mock_services" / "demo_residents.json").read_text())
    return register


def _public_key(file: Path) -> str:
    key = load_pem_private_key(file.read_bytes(), None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _onecity(environment: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise DemoFailed(f"`onecity {arguments[0]}` failed; the lines above say why.")


def _start_department(plan: Plan, processes: Processes, name: str) -> None:
    environment = {
        "DEPARTMENT_ISSUER": plan.origin,
        "DEPARTMENT_PORT": str(plan.department_port(name)),
        "DEPARTMENT_DATABASE": str(plan.folder / f"{name}.db"),
        "DEPARTMENT_CLIENT_ID": f"{name}-system",
        "DEPARTMENT_CLIENT_KEY": str(plan.key(name)),
        "DEPARTMENT_AUTHORITY": str(plan.authority),
    }
    with plan.log(name).open("wb") as output:
        processes.start(name, [sys.executable, "-m", f"mock_services.{name}"], environment, output)


def _publish(plan: Plan) -> None:
    """What `onecity publish` does, for each department with its own key, without a process for each."""
    try:
        asyncio.run(_publish_all(plan))
    except (PublishingFailed, OutboundError) as error:
        raise DemoFailed(str(error)) from error


async def _publish_all(plan: Plan) -> None:
    async with Outbound() as http:
        for name in DEPARTMENTS:
            publisher = Publisher(f"{name}-system", plan.key(name), plan.origin, SystemClock())
            release = await publisher.publish(ROOT / "mock_services" / name / "h5", http)
            print(f"{release['service']} {release['version']} is live.", flush=True)


def _where_it_says_why(plan: Plan, name: str) -> str:
    return f"see {plan.log(name)}" if plan.log(name).exists() else "the lines above say why"


def _wait_for(url: str, plan: Plan, processes: Processes) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if fallen := processes.fallen():
            raise DemoFailed(f"{fallen} did not start; {_where_it_says_why(plan, fallen)}.")
        try:
            with DIRECTLY.open(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DemoFailed(f"{url} did not answer within {START_SECONDS} seconds.")


def _greeting(plan: Plan) -> str:
    residents = json.loads((ROOT / "mock_services" / "demo_residents.json").read_text())
    people = "\n".join(f"    {each['phone']}  {each['name']}" for each in residents)
    hosts = "\n".join(f"    http://{name}.localhost:{plan.port}" for name in DEPARTMENTS)
    return f"""
  OneCity is running:  {plan.origin}

  Sign in with a demo resident's number (or any other: it becomes a new account):
{people}

  SMS codes appear here in the terminal, and at  {plan.origin}/dev/outbox
  The mini-services, each at an origin of its own:
{hosts}

  Ctrl-C ends it, the data stays; `make demo RESET=1` starts anew.
"""


if __name__ == "__main__":
    sys.exit(main())
