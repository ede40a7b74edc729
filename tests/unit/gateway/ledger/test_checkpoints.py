"""Checkpoints, and the proofs against them, from the tables."""

import asyncio
from base64 import b64decode
from datetime import timedelta

import pytest

from core.database import rows
from core.ids import AccountId
from gateway.ledger.checkpoints import LedgerDiffers
from gateway.ledger.columns import octets
from gateway.ledger.entries import Ledger
from gateway.ledger.errors import EntryNotCovered, EntryUnknown
from gateway.ledger.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from gateway.ledger.notes import NoteKey, checkpoint_of, note_key
from gateway.ledger.proofs import ProofUnusable, check_consistency, check_entry_proof, read_entry_proof
from gateway.ledger.proving import Proving
from gateway.ledger.residents import Filter
from gateway.ledger.tree import Tree, TreeIncomplete, fill, hashes
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.wiring import ALICE, BOB, keep, ledger_of

ALICE_ID = AccountId(ALICE)
BIG = 70_000


async def leaves_of(count: int) -> list[bytes]:
    """Entries without sense, as many as that, entered directly."""
    leaves = [leaf_hash(str(number).encode()) for number in range(count)]
    for start in range(0, count, 200):
        chunk = leaves[start : start + 200]
        values = [value for number, leaf in enumerate(chunk, start) for value in (number, leaf, b"")]
        places = ",".join(["(?,?,?)"] * len(chunk))
        await rows(f"INSERT INTO ledger_entry (seq, leaf, content) VALUES {places}", *values)  # noqa: S608 - marks
    return leaves


@pytest.mark.both_databases
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 1000])
async def test_the_tree_in_the_tables_is_the_tree_over_the_leaves(store: str, size: int) -> None:
    leaves = await leaves_of(size)
    await fill(size)
    tree, root = Tree(size), root_of(leaves)
    assert await tree.root() == root
    for index in {0, size // 3, size - 1}:
        assert verify_inclusion(leaves[index], index, size, await tree.inclusion(index), root)
    for first in {1, size // 2 or 1, size}:
        proof = await tree.consistency(first) if first < size else []
        assert verify_consistency(first, size, proof, root_of(leaves[:first]), root)


async def test_a_proof_of_a_large_tree_reads_few_hashes(store: str) -> None:
    leaves = await leaves_of(BIG)
    await fill(BIG)
    assert len(await hashes(2, 0, 1)) == 1
    tree = Tree(BIG)
    for index in (0, 65_535, 65_536, BIG - 1):
        assert verify_inclusion(leaves[index], index, BIG, await tree.inclusion(index), root_of(leaves))
    assert sum(map(len, Tree(BIG)._tiles.values())) == 0
    one = Tree(BIG)
    await one.inclusion(40_000)
    assert sum(map(len, one._tiles.values())) < 4 * 256
    assert verify_consistency(300, BIG, await Tree(BIG).consistency(300), root_of(leaves[:300]), root_of(leaves))


async def test_a_missing_leaf_leaves_no_proof(store: str) -> None:
    await leaves_of(10)
    await rows("DELETE FROM ledger_entry WHERE seq = 4")
    with pytest.raises(TreeIncomplete, match="1 hashes of tier 0"):
        await Tree(10).root()


@pytest.mark.both_databases
async def test_a_checkpoint_states_the_root_over_all_entries_and_is_signed(ledger: Ledger, clock: ManualClock) -> None:
    await keep(ledger, 300)
    await ledger.checkpoints.write()
    newest = await ledger.checkpoints.newest()
    assert newest
    key = await ledger.checkpoints.key()
    assert note_key(key.vkey) == key
    checkpoint = checkpoint_of(newest.note, [key])
    leaves = [octets(row["leaf"]) for row in await rows("SELECT leaf FROM ledger_entry ORDER BY seq")]
    assert (checkpoint.origin, checkpoint.size) == ("city.example/ledger", 300)
    assert checkpoint.root == newest.root == root_of(leaves)


@pytest.mark.both_databases
async def test_a_checkpoint_is_written_when_it_is_due_and_the_ledger_grew(ledger: Ledger, clock: ManualClock) -> None:
    async def sizes() -> list[int]:
        return [row["size"] for row in await rows("SELECT size FROM ledger_checkpoint ORDER BY size")]

    await ledger.checkpoints.write()
    assert await sizes() == []
    await keep(ledger, 2)
    others = ledger_of(clock)
    await asyncio.gather(ledger.checkpoints.write(), others.checkpoints.write())
    assert await sizes() == [2]
    await keep(ledger)
    await ledger.checkpoints.write()
    assert await sizes() == [2]
    clock.advance(seconds=60)
    await ledger.checkpoints.write()
    await others.checkpoints.write()
    assert await sizes() == [2, 3]
    clock.advance(seconds=60)
    await ledger.checkpoints.write()
    assert await sizes() == [2, 3]
    await keep(ledger)
    await ledger.checkpoints.write(last=True)
    assert await sizes() == [2, 3, 4]


async def test_the_last_checkpoint_covers_the_last_entry_and_the_key_stays(store: str, clock: ManualClock) -> None:
    keys: list[NoteKey] = []
    for _ in range(2):
        ledger = ledger_of(clock)
        async with ledger.open(store):
            await keep(ledger, 5)
        keys.append(await ledger.checkpoints.key())
        newest = await ledger.checkpoints.newest()
        assert newest
        assert newest.size == 5 * len(keys)
    assert keys[0] == keys[1]


async def test_nothing_is_signed_over_a_ledger_that_differs_from_what_was_signed(
    ledger: Ledger, clock: ManualClock
) -> None:
    await keep(ledger, 4)
    await ledger.checkpoints.write()
    clock.advance(minutes=2)
    await rows("UPDATE ledger_entry SET leaf = ? WHERE seq = 2", b"x" * 32)
    await keep(ledger)
    with pytest.raises(LedgerDiffers, match="first 4 entries"):
        await ledger.checkpoints.write()
    await rows("DELETE FROM ledger_entry WHERE seq > 1")
    with pytest.raises(LedgerDiffers, match="2 entries, and a checkpoint over 4"):
        await ledger.checkpoints.write()


@pytest.mark.both_databases
async def test_a_resident_takes_a_proof_away_that_holds_alone(ledger: Ledger, clock: ManualClock) -> None:
    await keep(ledger, 3, mandate="01kb5rwzpv3zt4f1y0m8x2c9qm")
    await keep(ledger, 3, start=3, account=BOB)
    entry = (await ledger.page(ALICE_ID, 1, None, Filter())).entries[0]
    with pytest.raises(EntryNotCovered):
        await ledger.prove(ALICE_ID, entry)
    await ledger.checkpoints.write()
    proof = read_entry_proof((await ledger.prove(ALICE_ID, entry)).model_dump_json().encode())
    key = await ledger.checkpoints.key()
    members = check_entry_proof(proof, key)
    assert (members["operation"], members["outcome"], members["sent"]) == ("listContributions", 200, 1024)
    assert proof.who
    assert proof.who.mandate == "01kb5rwzpv3zt4f1y0m8x2c9qm"
    assert ALICE not in proof.content
    check_entry_proof(proof.model_copy(update={"who": None}), key)
    other = proof.who.model_copy(update={"account": BOB})
    changes: list[tuple[dict[str, object], str]] = [
        ({"content": proof.content.replace("200", "201")}, "do not lead"),
        ({"index": proof.index + 1}, "do not lead"),
        ({"size": proof.size + 1}, "is over 6 entries"),
        ({"hashes": proof.hashes[:-1]}, "do not lead"),
        ({"checkpoint": proof.checkpoint.replace("\n6\n", "\n7\n")}, "does not fit"),
        ({"who": other}, "not about that account"),
    ]
    for change, said in changes:
        with pytest.raises(ProofUnusable, match=said):
            check_entry_proof(proof.model_copy(update=change), key)
    with pytest.raises(ProofUnusable, match="no signature"):
        check_entry_proof(proof, NoteKey("other/ledger", key.public))
    with pytest.raises(ProofUnusable, match="this is no proof"):
        read_entry_proof(b'{"index": 1}')


async def test_an_entry_of_somebody_else_is_unknown(ledger: Ledger) -> None:
    await keep(ledger, account=BOB)
    entry = (await ledger.page(AccountId(BOB), 1, None, Filter())).entries[0]
    with pytest.raises(EntryUnknown):
        await ledger.entry(ALICE_ID, entry.id)
    assert (await ledger.entry(AccountId(BOB), entry.id)) == entry


@pytest.mark.both_databases
async def test_a_later_checkpoint_is_shown_to_begin_with_an_earlier_one(ledger: Ledger, clock: ManualClock) -> None:
    kept = []
    for count in (3, 300):
        await keep(ledger, count)
        clock.moment += timedelta(minutes=2)
        await ledger.checkpoints.write()
        kept.append(await ledger.checkpoints.newest())
    first, second = kept
    assert first
    assert second
    key = await ledger.checkpoints.key()
    proof = await Proving(second).consistency(first)
    assert [each.size for each in check_consistency(proof, key)] == [3, 303]
    same = await Proving(second).consistency(second)
    assert not same.hashes
    assert check_consistency(same, key)
    backwards = proof.model_copy(update={"first": proof.second, "second": proof.first})
    with pytest.raises(ProofUnusable, match="does not begin"):
        check_consistency(backwards, key)
    assert len(b64decode(proof.hashes[0])) == 32
