"""`onecity ledger …`, as operators, watchers and residents type it."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core.clock import SystemClock
from core.database import database, rows
from core.ids import AccountId
from gateway.cli import app
from gateway.composition import compose_ledger
from gateway.ledger.residents import Filter
from gateway.settings import Settings
from gateway.tables import APPS
from tests.harness.gateway import new_key
from tests.unit.gateway.ledger.wiring import ALICE, keep

Onecity = Callable[..., Result]
"""Runs the command in an environment with the city's settings."""


@pytest.fixture
def onecity(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Onecity:
    monkeypatch.setenv("ONECITY_DATABASE_URL", database_url)
    monkeypatch.setenv("ONECITY_AUTH__SECRET", "s" * 40)
    monkeypatch.setenv("ONECITY_PUSH__VAPID_KEY", new_key()[1])
    return lambda *arguments: CliRunner().invoke(app, ["ledger", *arguments])


def bare(*arguments: str) -> Result:
    """The same without any setting, as somebody outside has it."""
    settings = [name for name in os.environ if name.startswith("ONECITY_")]
    return CliRunner().invoke(app, ["ledger", *arguments], env=dict.fromkeys(settings))


def filled(folder: Path) -> Path:
    """Enter some entries as a running city would; gives a file with the proof of the newest one."""

    async def fill() -> str:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
        ledger = compose_ledger(settings, SystemClock())
        async with database(settings.database_url, APPS):
            async with ledger.open(settings.database_url):
                await keep(ledger, 20)
            entry = (await ledger.page(AccountId(ALICE), 1, None, Filter())).entries[0]
            return (await ledger.prove(AccountId(ALICE), entry)).model_dump_json()

    file = folder / "proof.json"
    file.write_text(asyncio.run(fill()), encoding="utf-8")
    return file


def change(database_url: str, statement: str) -> None:
    async def execute() -> None:
        async with database(database_url, APPS):
            await rows(statement)

    asyncio.run(execute())


def test_a_whole_ledger_is_checked_and_what_was_changed_is_told(
    onecity: Onecity, database_url: str, tmp_path: Path
) -> None:
    filled(tmp_path)
    key = onecity("key").output.strip()
    assert key.startswith("localhost:8000/ledger+")
    good = onecity("verify", "--key", key)
    assert (good.exit_code, good.output) == (0, "20 entries hold together; the newest checkpoint covers 20.\n")
    change(database_url, "DELETE FROM ledger_entry WHERE seq = 4")
    bad = onecity("verify")
    assert bad.exit_code == 1
    assert bad.output.splitlines() == [
        "entry 4: dropped",
        bad.output.splitlines()[1],
        "2 things are wrong in 19 entries.",
    ]
    assert onecity("verify", "--key", "x").output.startswith("--key: the key cannot be read")


def test_an_exported_ledger_is_checked_with_the_key_alone(onecity: Onecity, tmp_path: Path) -> None:
    filled(tmp_path)
    file, key = str(tmp_path / "ledger.jsonl"), onecity("key").output.strip()
    assert onecity("export", "--output", file).output == "21 lines.\n"
    assert onecity("verify", "--file", file).output == "Give the ledger's public key with --key.\n"
    good = bare("verify", "--file", file, "--key", key)
    assert (good.exit_code, good.output) == (0, "20 entries hold together; the newest checkpoint covers 20.\n")
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.replace('\\"outcome\\":200', '\\"outcome\\":500', 1), encoding="utf-8")
    bad = onecity("verify", "--file", file, "--key", key)
    assert (bad.exit_code, bad.output.splitlines()[0]) == (
        1,
        "entry 0: changed, its content does not give its hash",
    )
    Path(file).write_text("nonsense", encoding="utf-8")
    assert onecity("verify", "--file", file, "--key", key).output.strip().endswith("line 1 is no entry")
    assert onecity("verify", "--file", str(tmp_path / "none"), "--key", key).exit_code == 1


def test_a_resident_checks_their_proof_without_a_city(onecity: Onecity, tmp_path: Path) -> None:
    proof = filled(tmp_path)
    key = onecity("key").output.strip()
    good = bare("verify-entry", str(proof), "--key", key)
    assert good.exit_code == 0
    assert good.output.splitlines()[1] == (
        f"It is entry 19 of the ledger localhost:8000/ledger, about account {ALICE}."
    )
    members = json.loads(proof.read_text(encoding="utf-8"))
    proof.write_text(json.dumps(members | {"who": None}), encoding="utf-8")
    assert "nobody who is named" in bare("verify-entry", str(proof), "--key", key).output
    proof.write_text(json.dumps(members | {"index": 18}), encoding="utf-8")
    bad = bare("verify-entry", str(proof), "--key", key)
    assert (bad.exit_code, "do not lead" in bad.output) == (1, True)


def test_an_account_is_forgotten_and_the_ledger_still_holds(onecity: Onecity, tmp_path: Path) -> None:
    filled(tmp_path)
    assert onecity("forget", ALICE).output == "20 entries.\n"
    assert onecity("forget", ALICE).output == "0 entries.\n"
    assert onecity("verify").exit_code == 0
