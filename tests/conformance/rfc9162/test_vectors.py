"""The published vectors, against the ledger's tree and notes."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.ledger.merkle import (
    EMPTY_ROOT,
    Growing,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from gateway.ledger.notes import NoteUnusable, note_key, verified_text

HERE = Path(__file__).parent
TREE: dict[str, Any] = json.loads((HERE / "tree.json").read_text())
NOTE: dict[str, str] = json.loads((HERE / "note.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(each)) for each in TREE["leaves"]]
ROOTS = [bytes.fromhex(TREE["empty"]), *(bytes.fromhex(each) for each in TREE["roots"])]


def hashes(ranges: list[tuple[int, int]]) -> list[str]:
    return [root_of(LEAVES[start:end]).hex() for start, end in ranges]


@pytest.mark.parametrize("size", range(9))
def test_the_root_over_the_first_leaves_is_the_published_one(size: int) -> None:
    growing = Growing()
    for leaf in LEAVES[:size]:
        growing.add(leaf)
    assert root_of(LEAVES[:size]) == growing.root == ROOTS[size]
    assert ROOTS[0] == EMPTY_ROOT


@pytest.mark.parametrize("vector", TREE["inclusion"], ids=lambda each: f"{each['index']} of {each['size']}")
def test_an_inclusion_proof_is_the_published_one_and_verifies(vector: dict[str, Any]) -> None:
    index, size, published = vector["index"], vector["size"], vector["hashes"]
    assert hashes(inclusion_ranges(index, size)) == published
    proof = [bytes.fromhex(each) for each in published]
    assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("vector", TREE["consistency"], ids=lambda each: f"{each['first']} to {each['second']}")
def test_a_consistency_proof_is_the_published_one_and_verifies(vector: dict[str, Any]) -> None:
    first, second, published = vector["first"], vector["second"], vector["hashes"]
    assert hashes(consistency_ranges(first, second)) == published
    proof = [bytes.fromhex(each) for each in published]
    assert verify_consistency(first, second, proof, ROOTS[first], ROOTS[second])


def test_the_published_note_verifies_with_its_key_and_with_no_other() -> None:
    key = note_key(NOTE["key"])
    assert key.vkey == NOTE["key"]
    assert verified_text(NOTE["note"], key).endswith("your problem is.\n")
    with pytest.raises(NoteUnusable, match="does not fit"):
        verified_text(NOTE["note"].replace("answer", "Answer"), key)
