"""The second signature under each checkpoint, by SM2: beside the first, and checked by whoever has the key."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pydantic import SecretStr
from typer.testing import CliRunner

from auth.secrecy import Secrecy
from auth.shangmi import libcrypto, sm2
from auth.shangmi.errors import SigningUnavailable
from core.clock import SystemClock
from core.database import database, rows
from gateway.cli import app
from gateway.composition import compose_ledger
from gateway.ledger import export
from gateway.ledger.checkpoints import Checkpoints
from gateway.ledger.entries import Ledger
from gateway.ledger.notes import (
    ED25519,
    SM2,
    NoteKey,
    NoteUnusable,
    bears,
    checkpoint_of,
    countersigned,
    note_key,
    text_of,
    verified_text,
)
from gateway.ledger.settings import LedgerSettings
from gateway.ledger.signer import SecondSigner, Signer
from gateway.settings import Settings
from gateway.tables import APPS
from tests.harness.clock import ManualClock
from tests.harness.gateway import new_key
from tests.unit.gateway.ledger.wiring import keep

SECRECY = Secrecy(SecretStr("a secret of thirty-two characters"))


def ledger_of(clock: ManualClock, *, second: bool) -> Ledger:
    signer = Signer(clock, SECRECY, "http://city.example")
    also = SecondSigner(clock, SECRECY, signer.name) if second else None
    return Ledger(clock, LedgerSettings(index_seconds=0.1), Checkpoints(clock, signer, 60, also))


async def grown(ledger: Ledger, store: str, clock: ManualClock, start: int) -> None:
    """Ten more entries, and a checkpoint over them."""
    async with ledger.open(store):
        await keep(ledger, 10, start)
        clock.advance(minutes=2)
        await ledger.checkpoints.write()


async def keys_of(ledger: Ledger) -> tuple[NoteKey, NoteKey]:
    second = await ledger.checkpoints.second_key()
    assert second
    return await ledger.checkpoints.key(), second


async def findings(first: NoteKey, second: NoteKey) -> list[str]:
    found: list[str] = []
    await export.audit(first, found.append, second)
    return found


@pytest.mark.both_databases
async def test_both_signatures_stand_under_a_checkpoint_and_each_verifies_alone(store: str, clock: ManualClock) -> None:
    ledger = ledger_of(clock, second=True)
    await grown(ledger, store, clock, 0)
    newest, (first, second) = await ledger.checkpoints.newest(), await keys_of(ledger)
    assert newest
    assert len(newest.note.rpartition("\n\n")[2].splitlines()) == 2
    for keys in ([first], [second], [first, second]):
        assert checkpoint_of(newest.note, keys).size == 10
    assert note_key(second.vkey) == second
    assert (first.kind, second.kind) == (ED25519, SM2)
    assert await findings(first, second) == []


@pytest.mark.both_databases
async def test_the_key_is_made_once_and_sealed(store: str, clock: ManualClock) -> None:
    one, other = ledger_of(clock, second=True), ledger_of(clock, second=True)
    made = await asyncio.gather(*(ledger.checkpoints.second_key() for ledger in (one, other) for _ in range(5)))
    assert len(set(made)) == 1
    kept = await rows("SELECT name, sealed FROM ledger_signer")
    assert [row["name"] for row in kept] == ["city.example/ledger sm2"]


async def test_it_is_off_unless_it_is_set(store: str, clock: ManualClock) -> None:
    assert LedgerSettings().sm2 is False
    ledger = ledger_of(clock, second=False)
    await grown(ledger, store, clock, 0)
    assert await ledger.checkpoints.second_key() is None
    newest = await ledger.checkpoints.newest()
    assert newest
    assert len(newest.note.rpartition("\n\n")[2].splitlines()) == 1


async def test_checkpoints_from_before_it_was_switched_on_need_none_and_those_after_do(
    store: str, clock: ManualClock
) -> None:
    await grown(ledger_of(clock, second=False), store, clock, 0)
    with_second = ledger_of(clock, second=True)
    keys = await keys_of(with_second)
    assert len(await findings(*keys)) == 1  # nothing new bears it yet: the newest has to
    await grown(with_second, store, clock, 10)
    assert await findings(*keys) == []
    await grown(ledger_of(clock, second=False), store, clock, 20)
    assert await findings(*keys) == [
        (
            f"checkpoint {await _number()} (says size 30): second signature: "
            f"no signature of {keys[1].name} ({keys[1].id.hex()}) stands under it"
        )
    ]


async def _number() -> int:
    return len(await export.notes()) - 1


async def test_a_second_signature_that_was_changed_or_is_another_key_s_is_found(store: str, clock: ManualClock) -> None:
    ledger = ledger_of(clock, second=True)
    await grown(ledger, store, clock, 0)
    first, second = await keys_of(ledger)
    note = (await export.notes())[-1]
    alone = "".join(note.splitlines(keepends=True)[:-1])
    stranger = sm2.signer(sm2.new_key()).sign(text_of(note).encode())
    for bad in (countersigned(alone, second, stranger), countersigned(alone, second, b""), alone, note[:-5] + "\n"):
        await rows("UPDATE ledger_checkpoint SET note = ? WHERE size = 10", bad)
        assert any("second signature" in each for each in await findings(first, second)), bad
    await rows("UPDATE ledger_checkpoint SET note = ? WHERE size = 10", note)
    assert await findings(first, second) == []


def test_a_line_that_is_no_signature_is_nobody_s(clock: ManualClock) -> None:
    key = NoteKey("city.example/ledger", sm2.new_key().public.octets, SM2)
    assert not bears("text\n\n\N{EM DASH} city.example/ledger !\n", key)
    with pytest.raises(NoteUnusable, match="base64"):
        verified_text("text\n\n\N{EM DASH} city.example/ledger !\n", key)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),  # off the curve
        lambda raw: b"\xffanother/kind\n" + raw[len(SM2) :],
        lambda raw: raw[len(SM2) :],
    ],
    ids=["short", "off the curve", "another kind", "no kind"],
)
def test_a_vkey_that_is_none_is_refused(change: Callable[[bytes], bytes]) -> None:
    name, key_id, encoded = NoteKey("city", sm2.new_key().public.octets, SM2).vkey.split("+", 2)
    with pytest.raises(NoteUnusable):
        note_key(f"{name}+{key_id}+{b64encode(change(b64decode(encoded))).decode()}")


def test_without_libcrypto_a_city_that_wants_it_does_not_start(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(libcrypto.ctypes, "CDLL", refuse)
    libcrypto._library.cache_clear()
    monkeypatch.setenv("ONECITY_DATABASE_URL", "sqlite://:memory:")
    monkeypatch.setenv("ONECITY_AUTH__SECRET", "s" * 40)
    monkeypatch.setenv("ONECITY_PUSH__VAPID_KEY", new_key()[1])
    monkeypatch.setenv("ONECITY_LEDGER__SM2", "true")
    try:
        with pytest.raises(SigningUnavailable, match="ONECITY_LEDGER__SM2"):
            ledger_of(clock, second=True)
        refused = CliRunner().invoke(app, ["ledger", "key"])
        assert refused.exit_code == 1
        assert refused.output.startswith("ONECITY_LEDGER__SM2 needs libcrypto")
    finally:
        libcrypto._library.cache_clear()


@pytest.mark.both_databases
def test_the_command_prints_both_keys_and_checks_both_signatures(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def onecity(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["ledger", *arguments])

    monkeypatch.setenv("ONECITY_DATABASE_URL", database_url)
    monkeypatch.setenv("ONECITY_AUTH__SECRET", "s" * 40)
    monkeypatch.setenv("ONECITY_PUSH__VAPID_KEY", new_key()[1])
    assert len(onecity("key").output.splitlines()) == 1
    monkeypatch.setenv("ONECITY_LEDGER__SM2", "true")
    asyncio.run(_filled())
    first, second = onecity("key").output.splitlines()
    assert onecity("verify", "--sm2-key", second).exit_code == 0
    other = NoteKey("localhost:8000/ledger", sm2.new_key().public.octets, SM2).vkey
    refused = onecity("verify", "--sm2-key", other)
    assert refused.exit_code == 1
    assert "second signature: no signature of localhost:8000/ledger" in refused.output
    file = tmp_path / "ledger.jsonl"
    assert onecity("export", "--output", str(file)).exit_code == 0
    assert onecity("verify", "--file", str(file), "--key", first, "--sm2-key", second).exit_code == 0
    assert onecity("verify", "--file", str(file), "--key", first, "--sm2-key", other).exit_code == 1
    assert "--sm2-key" in onecity("verify", "--sm2-key", "nonsense").output


async def _filled() -> None:
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    ledger = compose_ledger(settings, SystemClock())
    async with database(settings.database_url, APPS), ledger.open(settings.database_url):
        await keep(ledger, 20)
