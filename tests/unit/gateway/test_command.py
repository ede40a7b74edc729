"""The `onecity` command: what operators and departments type, and what it says when something is wrong."""

import asyncio
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import Result
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.cli import app
from tests.harness.gateway import new_key
from tests.harness.packages import FILES, MANIFEST, OPENAPI
from tests.harness.ports import free_port

Onecity = Callable[..., Result]


@pytest.fixture
def onecity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Onecity:
    """The command, in a city whose folder is the test's."""
    monkeypatch.setenv("ONECITY_DATABASE_URL", f"sqlite://{tmp_path / 'var' / 'city.db'}")
    monkeypatch.setenv("ONECITY_MINIAPPS__STORE", str(tmp_path / "packages"))
    monkeypatch.setenv("ONECITY_AUTH__SECRET", "s" * 40)
    monkeypatch.setenv("ONECITY_PUSH__VAPID_KEY", new_key()[1])
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.fixture
def migrated(onecity: Onecity, migrated_sqlite: Path, tmp_path: Path) -> Onecity:
    """The same, in a city whose tables are there."""
    (tmp_path / "var").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "var" / "city.db")
    return onecity


def write_register(folder: Path, **changes: object) -> str:
    """A register with one department, its system, its client and one resident."""
    (folder / "openapi.json").write_text(json.dumps(OPENAPI))
    public = new_key()[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    upstream = {
        "department": "dept-one",
        "address": "http://127.0.0.1:1",
        "allow": ["127.0.0.1/32"],
        "openapi": "openapi.json",
    }
    register = {
        "departments": {"dept-one": {"zh-CN": "一号部门"}},
        "upstreams": {"records": upstream},
        "clients": {"one": {"department": "dept-one", "public_key": public, "scopes": ["dept:notices:send"]}},
        "residents": [{"phone": "13800000001", "name": "张伟", "id_number": "310101198803150012", "loa": 2}],
    }
    file = folder / "city.json"
    file.write_text(json.dumps(register | changes))
    return str(file)


def test_a_register_is_applied_and_applied_again(onecity: Onecity, tmp_path: Path) -> None:
    assert onecity("migrate").exit_code == 0
    file = write_register(tmp_path)
    for _ in range(2):
        done = onecity("apply", file)
        assert (done.exit_code, done.output) == (0, "Applied: 1 departments, 1 upstreams.\n")
    with sqlite3.connect(tmp_path / "var" / "city.db") as database:
        assert database.execute("SELECT count(*) FROM miniapps_upstream").fetchone() == (1,)
        assert database.execute("SELECT loa FROM auth_account").fetchall() == [(2,)]
    database.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"departments": {"No": {"zh-CN": "x"}}}, "departments"),
        ({"departments": {"dept-one": {"en": "x"}}}, "zh-CN"),
        ({"towns": {}}, "towns"),
        ({"clients": {"one": {"department": "dept-one", "public_key": "x", "scopes": []}}}, "clients/one/public_key"),
        ({"residents": [{"phone": "1", "name": "x", "id_number": "x"}]}, "residents"),
    ],
)
def test_a_register_with_a_fault_says_where(
    migrated: Onecity, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    done = migrated("apply", write_register(tmp_path, **changes))
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"openapi": "none.json"}, "cannot be read"),
        ({"address": "ftp://127.0.0.1"}, "upstreams/records/address"),
        ({"allow": ["10.0.0.0/8"]}, "leads outside"),
        ({"total_seconds": 0}, "total_seconds"),
        ({"addresses": ["http://127.0.0.1:1"]}, "give address, or addresses"),
        ({"address": None}, "give address, or addresses"),
        ({"address": None, "addresses": ["http://127.0.0.1", "https://127.0.0.1"]}, "the same scheme"),
        ({"concurrency": 0}, "upstreams/records/concurrency"),
        ({"queue": -1}, "upstreams/records/queue"),
        ({"limits": {"resident": {"calls": 0, "seconds": 1}}}, "upstreams/records/limits/resident/calls"),
        ({"limits": {"resident": {"calls": 1}}}, "upstreams/records/limits/resident/seconds"),
        ({"limits": {"everybody": {"calls": 1, "seconds": 1}}}, "upstreams/records/limits/everybody"),
        ({"max_body_bytes": 0}, "upstreams/records/max_body_bytes"),
        ({"tls": {"ca": "none.pem"}}, "upstreams/records/tls: ca:"),
        ({"tls": {"key": "openapi.json"}}, "upstreams/records/tls: give certificate and key"),
        ({"tls": {"certificate": "openapi.json", "key": "openapi.json"}}, "certificate and key cannot be used"),
    ],
)
def test_an_upstream_with_a_fault_says_where(
    migrated: Onecity, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    register = json.loads(Path(write_register(tmp_path)).read_text())
    upstream = register["upstreams"]["records"] | change
    done = migrated("apply", write_register(tmp_path, upstreams={"records": upstream}))
    assert done.exit_code == 1
    assert said in done.stderr


def test_an_upstream_may_say_all_of_itself(migrated: Onecity, tmp_path: Path) -> None:
    register = json.loads(Path(write_register(tmp_path)).read_text())
    upstream = register["upstreams"]["records"] | {
        "address": None,
        "addresses": ["http://127.0.0.1:1/api", "http://127.0.0.1:2/api"],
        "concurrency": 7,
        "queue": 0,
        "limits": {"resident": {"calls": 60, "seconds": 60}, "upstream": {"calls": 1, "seconds": 0.5}},
        "max_body_bytes": 2**31,
    }
    done = migrated("apply", write_register(tmp_path, upstreams={"records": upstream}))
    assert done.exit_code == 0, done.output
    with sqlite3.connect(tmp_path / "var" / "city.db") as database:
        stored = database.execute(
            "SELECT address, more_addresses, concurrency, queue, limits, max_body_bytes, tls FROM miniapps_upstream"
        ).fetchone()
    database.close()
    limits = {"resident": {"calls": 60, "seconds": 60.0}, "upstream": {"calls": 1, "seconds": 0.5}}
    assert json.loads(stored[4]) == limits
    assert (*stored[:4], *stored[5:]) == ("http://127.0.0.1:1/api", '["http://127.0.0.1:2/api"]', 7, 0, 2**31, None)


def test_a_register_that_is_not_there_is_said_to_be(onecity: Onecity, tmp_path: Path) -> None:
    done = onecity("apply", str(tmp_path / "none.json"))
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr


def test_a_database_that_is_not_migrated_is_said_to_be(onecity: Onecity, tmp_path: Path) -> None:
    done = onecity("apply", write_register(tmp_path))
    assert done.exit_code == 1
    assert "onecity migrate" in done.stderr


def test_a_misspelt_setting_is_not_passed_over(onecity: Onecity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECITY_ORIGN", "http://localhost:9")
    done = onecity("migrate")
    assert done.exit_code == 1
    assert "ONECITY_ORIGN" in done.stderr


def test_it_does_not_serve_without_its_tables_or_with_another_secret(
    onecity: Onecity, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = onecity("serve")
    assert (done.exit_code, "onecity migrate" in done.stderr) == (1, True)
    onecity("migrate")
    onecity("rotate-keys")
    monkeypatch.setenv("ONECITY_AUTH__SECRET", "t" * 40)
    done = onecity("serve")
    assert (done.exit_code, "ONECITY_AUTH__SECRET" in done.stderr) == (1, True)


def test_without_its_secrets_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONECITY_AUTH__SECRET", raising=False)
    done = CliRunner().invoke(app, ["migrate"])
    assert done.exit_code == 1
    assert "ONECITY_AUTH__SECRET: Field required" in done.stderr
    assert "ONECITY_PUSH__VAPID_KEY: Field required" in done.stderr
    assert "ONECITY_MINIAPPS" not in done.stderr
    assert "onecity settings" in done.stderr


@pytest.mark.parametrize("url", ["postgres://nobody@127.0.0.1:1/none", "mysql://127.0.0.1/none"])
def test_a_database_that_cannot_be_had_is_said_to_be(
    onecity: Onecity, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ONECITY_DATABASE_URL", url)
    done = onecity("migrate")
    assert done.exit_code == 1
    assert "database" in done.stderr.lower()
    assert "Traceback" not in done.output


def test_keys_are_rotated(migrated: Onecity, tmp_path: Path) -> None:
    for _ in range(2):  # the second time the next key is waiting already
        assert migrated("rotate-keys").exit_code == 0
    with sqlite3.connect(tmp_path / "var" / "city.db") as database:
        assert database.execute("SELECT count(*) FROM auth_key").fetchone() == (2,)
    database.close()


def test_the_settings_are_listed() -> None:
    assert "`ONECITY_ORIGIN`" in CliRunner().invoke(app, ["settings"]).output


def write_service(folder: Path) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_is_packed(onecity: Onecity, tmp_path: Path) -> None:
    service, target = write_service(tmp_path / "hello"), tmp_path / "hello.zip"
    assert onecity("pack", str(service), "-o", str(target)).exit_code == 0
    assert "manifest.json" in zipfile.ZipFile(target).namelist()
    assert onecity("pack", str(tmp_path), "-o", str(target)).exit_code == 1


def test_a_city_that_is_not_there_cannot_be_published_to(onecity: Onecity, tmp_path: Path) -> None:
    service, key = write_service(tmp_path / "hello"), tmp_path / "key.pem"
    key.write_text(new_key()[1])
    done = onecity(
        "publish", str(service), "--client", "c", "--key", str(key), "--url", f"http://127.0.0.1:{free_port()}"
    )
    assert done.exit_code == 1
    assert "cannot be reached" in done.stderr


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_said_to_be(onecity: Onecity, tmp_path: Path, text: str) -> None:
    service, key = write_service(tmp_path / "hello"), tmp_path / "key.pem"
    key.write_text(text)
    done = onecity("publish", str(service), "--client", "c", "--key", str(key))
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("proxies", "peer", "seen"),
    [
        (None, "10.0.0.1", "10.0.0.1"),
        ('["10.0.0.0/28"]', "10.0.0.1", "203.0.113.9"),
        ('["10.0.0.0/28"]', "10.0.9.1", "10.0.9.1"),
    ],
)
async def test_only_the_proxies_in_front_name_the_client(
    onecity: Onecity, monkeypatch: pytest.MonkeyPatch, proxies: str | None, peer: str, seen: str
) -> None:
    from gateway.cli import config_of
    from gateway.settings import Settings

    if proxies:
        monkeypatch.setenv("ONECITY_PROXIES", proxies)
    clients = []

    class Application:
        protocol = HttpToolsProtocol

        async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
            clients.append(scope["client"][0])

    config = config_of(Settings(), Application())  # type: ignore[call-arg, arg-type]  # the environment fills it
    config.load()
    forwarded = [(b"x-forwarded-for", b"1.2.3.4, 203.0.113.9")]
    await config.loaded_app({"type": "http", "client": (peer, 1), "headers": forwarded}, None, None)  # type: ignore[arg-type]
    assert clients == [seen]


def test_the_server_ends_its_streams_before_it_waits(onecity: Onecity, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started and told to stop: it ends in time, and the figures' port with it."""
    from gateway.app import create_app
    from gateway.cli import Server, config_of
    from gateway.settings import Settings

    monkeypatch.setenv("ONECITY_PORT", str(free_port()))
    figures = free_port()
    monkeypatch.setenv("ONECITY_METRICS_PORT", str(figures))
    onecity("migrate")
    settings = Settings()  # type: ignore[call-arg]  # the environment fills it
    application = create_app(settings)
    server = Server(config_of(settings, application), application)

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        async with httpx2.AsyncClient(trust_env=False) as http:
            host = {"Host": "localhost:8000"}
            assert (await http.get(f"http://127.0.0.1:{settings.port}/livez", headers=host)).status_code == 200
            said = (await http.get(f"http://127.0.0.1:{figures}/metrics")).text
        assert 'onecity_http_requests_total{method="GET",route="/livez",status="200"} 1.0' in said
        server.should_exit = True
        async with asyncio.timeout(10):
            await serving

    asyncio.run(run())
