"""Proofs of any tree: those that are right verify, those with one bit changed do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ledger.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]
SIZES = st.integers(1, len(LEAVES))


def proof_of(ranges: list[tuple[int, int]]) -> list[bytes]:
    return [root_of(LEAVES[start:end]) for start, end in ranges]


def flipped(text: bytes, bit: int) -> bytes:
    bit %= len(text) * 8
    return (int.from_bytes(text) ^ 1 << bit).to_bytes(len(text))


@given(SIZES, st.data())
def test_any_leaf_of_any_tree_is_proved_and_with_a_bit_flipped_it_is_not(size: int, data: st.DataObject) -> None:
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, 255))
    proof, root = proof_of(inclusion_ranges(index, size)), root_of(LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, proof, root)
    assert not verify_inclusion(flipped(LEAVES[index], bit), index, size, proof, root)
    assert not verify_inclusion(LEAVES[index], index, size, proof, flipped(root, bit))
    for number, each in enumerate(proof):
        changed = [*proof[:number], flipped(each, bit), *proof[number + 1 :]]
        assert not verify_inclusion(LEAVES[index], index, size, changed, root)
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, root], root)
    assert not verify_inclusion(LEAVES[index], index + 1, size, proof, root) or size == 1


@given(SIZES, st.data())
def test_any_tree_begins_with_any_smaller_one_and_with_a_bit_flipped_it_does_not(
    second: int, data: st.DataObject
) -> None:
    first, bit = data.draw(st.integers(1, second)), data.draw(st.integers(0, 255))
    proof = proof_of(consistency_ranges(first, second)) if first < second else []
    old, new = root_of(LEAVES[:first]), root_of(LEAVES[:second])
    assert verify_consistency(first, second, proof, old, new)
    assert not verify_consistency(first, second, proof, flipped(old, bit), new)
    assert not verify_consistency(first, second, proof, old, flipped(new, bit))
    for number, each in enumerate(proof):
        changed = [*proof[:number], flipped(each, bit), *proof[number + 1 :]]
        assert not verify_consistency(first, second, changed, old, new)
    assert not verify_consistency(first, second, [*proof, new], old, new)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5)])
def test_every_tree_begins_with_the_empty_one(first: int, second: int) -> None:
    assert verify_consistency(first, second, [], EMPTY_ROOT, root_of(LEAVES[:second]))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_a_leaf_beyond_the_tree_is_in_no_proof(index: int, size: int) -> None:
    assert not verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("first", "second"), [(5, 3), (-1, 3), (3, 5)])
def test_sizes_in_the_wrong_order_and_an_empty_proof_show_nothing(first: int, second: int) -> None:
    assert not verify_consistency(first, second, [], LEAVES[0], LEAVES[0])
