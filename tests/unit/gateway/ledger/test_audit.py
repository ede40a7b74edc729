"""Whoever changes the ledger is found out, and what they changed is named."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.database import rows, transaction
from core.ids import AccountId
from gateway.ledger import export
from gateway.ledger.columns import octets
from gateway.ledger.entries import Ledger, forget
from gateway.ledger.merkle import leaf_hash
from gateway.ledger.notes import Checkpoint, NoteKey
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import ALICE, BOB, keep

Tamper = Callable[[], Awaitable[None]]


async def content_of(seq: int) -> bytes:
    return octets((await rows("SELECT content FROM ledger_entry WHERE seq = ?", seq))[0]["content"])


async def put(seq: int, content: bytes) -> None:
    """Write an entry anew, its hash with it."""
    await rows("UPDATE ledger_entry SET content = ?, leaf = ? WHERE seq = ?", content, leaf_hash(content), seq)


async def change() -> None:
    changed = (await content_of(7)).replace(b'"outcome":200', b'"outcome":404')
    await rows("UPDATE ledger_entry SET content = ? WHERE seq = 7", changed)


async def change_with_its_hash() -> None:
    await put(7, (await content_of(7)).replace(b'"outcome":200', b'"outcome":404'))


async def change_with_its_hash_in_a_full_tile() -> None:
    await put(300, (await content_of(300)).replace(b'"outcome":200', b'"outcome":404'))


async def change_the_hash() -> None:
    await rows("UPDATE ledger_entry SET leaf = ? WHERE seq = 7", b"x" * 32)


async def make_unreadable() -> None:
    await put(7, b"{")


async def drop() -> None:
    await rows("DELETE FROM ledger_entry WHERE seq IN (7, 8)")


async def drop_and_number_anew() -> None:
    async with transaction():
        await rows("DELETE FROM ledger_entry WHERE seq = 7")
        for seq in range(8, 600):
            await rows("UPDATE ledger_entry SET seq = ? WHERE seq = ?", seq - 1, seq)


async def drop_the_last() -> None:
    await rows("DELETE FROM ledger_entry WHERE seq >= 598")


async def reorder() -> None:
    one, other = await content_of(7), await content_of(9)
    await put(7, other)
    await put(9, one)


async def file_elsewhere() -> None:
    await rows("UPDATE ledger_entry SET account_id = ? WHERE seq = 7", BOB)


async def forge_a_checkpoint() -> None:
    note = (await export.notes())[0]
    await rows("UPDATE ledger_checkpoint SET note = ? WHERE size = 400", note.replace("\n400\n", "\n399\n"))


async def claim_another_city() -> None:
    other = Checkpoint("other.example/ledger", 400, b"x" * 32).text
    signature = (await export.notes())[0].rpartition("\n\n")[2]
    await rows("UPDATE ledger_checkpoint SET note = ? WHERE size = 400", f"{other}\n{signature}")


FOUND: list[tuple[Tamper, list[str]]] = [
    (change, ["entry 7: changed, its content does not give its hash"]),
    (change_with_its_hash, [
        "entries 0 to 255: not those that their node was made over",
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
    ]),
    (change_with_its_hash_in_a_full_tile, [
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
    ]),
    (change_the_hash, [
        "entry 7: changed, its content does not give its hash",
        "entries 0 to 255: not those that their node was made over",
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
    ]),
    (make_unreadable, [
        "entry 7: changed, it cannot be read",
        "entry 8: 1 dropped before it, from number 7 of run",
        "entries 0 to 255: not those that their node was made over",
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
    ]),
    (drop, ["entries 7 to 8: dropped", "entry 9: 2 dropped before it, from number 7 of run"]),
    (drop_and_number_anew, [
        "entry 7: 1 dropped before it, from number 7 of run",
        "entries 0 to 255: not those that their node was made over",
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
        "entry 599: dropped, a checkpoint over them is signed",
    ]),
    (drop_the_last, ["entries 598 to 599: dropped, a checkpoint over them is signed"]),
    (reorder, [
        "entry 7: 2 dropped before it, from number 7 of run",
        "entry 8: reordered, number 8 of run",
        "entry 9: reordered, number 7 of run",
        "entries 0 to 255: not those that their node was made over",
        "entries 0 to 399: not those that the checkpoint over 400 was signed over",
    ]),
    (file_elsewhere, ["entry 7: filed under an account or mandate that it is not about"]),
    (forge_a_checkpoint, ["checkpoint 0 (says size 399): the signature of city.example/ledger does not fit"]),
    (claim_another_city, ["checkpoint 0 (says size 400): the signature of city.example/ledger does not fit"]),
]  # fmt: skip


@pytest.fixture
async def filled(ledger: Ledger, clock: ManualClock) -> Ledger:
    """Six hundred entries of two residents under two checkpoints."""
    await keep(ledger, 400)
    await ledger.checkpoints.write()
    clock.advance(minutes=2)
    await keep(ledger, 100, 400, account=BOB)
    await keep(ledger, 100, 500)
    await ledger.checkpoints.write()
    return ledger


async def findings_of(key: NoteKey) -> list[str]:
    told: list[str] = []
    await export.audit(key, told.append)
    return told


async def file_findings(key: NoteKey, file: Path) -> list[str]:
    told: list[str] = []
    with file.open(encoding="utf-8") as text:
        export.audit_file(text, key, told.append)
    return told


async def test_a_ledger_that_nobody_touched_holds_together(filled: Ledger) -> None:
    told: list[str] = []
    audit = await export.audit(await filled.checkpoints.key(), told.append)
    assert (told, audit.size, audit.covered) == ([], 600, 600)


@pytest.mark.parametrize(("tamper", "expected"), FOUND, ids=lambda each: getattr(each, "__name__", ""))
async def test_what_was_done_to_the_ledger_is_named(filled: Ledger, tamper: Tamper, expected: list[str]) -> None:
    await tamper()
    found = await findings_of(await filled.checkpoints.key())
    assert [line[: len(said)] for line, said in zip(found, expected, strict=False)] == expected, found
    assert len(found) == len(expected), found


async def test_a_ledger_signed_by_another_key_is_not_believed(filled: Ledger) -> None:
    key = await filled.checkpoints.key()
    found = await findings_of(NoteKey(key.name, b"\x01" * 32))
    assert len(found) == 2
    assert "no signature" in found[0]


async def test_forgetting_somebody_breaks_nothing(filled: Ledger) -> None:
    assert await forget(AccountId(ALICE)) == 500
    assert await findings_of(await filled.checkpoints.key()) == []


@pytest.mark.both_databases
async def test_an_export_is_checked_without_the_database(filled: Ledger, tmp_path: Path) -> None:
    await keep(filled, 5, 900)  # no checkpoint covers these
    key, file = await filled.checkpoints.key(), tmp_path / "ledger.jsonl"
    lines = [line async for line in export.lines()]
    assert len(lines) == 602
    assert ALICE not in "".join(lines)
    file.write_text("\n".join(lines), encoding="utf-8")
    assert await file_findings(key, file) == []
    seventh = next(number for number, line in enumerate(lines) if json.loads(line).get("seq") == 7)
    lines[seventh], lines[seventh + 1] = lines[seventh + 1], lines[seventh]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert [line.partition(":")[0] for line in await file_findings(key, file)] == [
        "entry 7",
        "entry 8",
        "entry 7",
        "entry 7",
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"seq": 1}', '{"seq": 0, "leaf": "?", "content": ""}'])
async def test_a_file_that_is_no_export_is_said_to_be_none(filled: Ledger, tmp_path: Path, line: str) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(export.FileUnusable, match="line 1 is no entry"):
        await file_findings(await filled.checkpoints.key(), file)
