"""The tree of hashes of RFC 9162, section 2.1: leaves, roots, proofs and their checks. Pure.

A tree over n leaves splits at the largest power of two below n; its left part is a complete subtree. All hashes are
32 bytes of SHA-256; leaves and nodes are hashed with different first bytes, so that neither passes for the other.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

LEAF = b"\x00"
NODE = b"\x01"
EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32


def leaf_hash(content: bytes) -> bytes:
    return sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (which is 2 at least)."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, each level at a time; without recursion, so for any number of leaves."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [sha256(NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[-1:] if len(level) % 2 else paired
    return level[0]


Subtree = Callable[[int, int], bytes]
"""Gives the root over the leaves from `start` up to but without `end`."""


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees, deepest first, whose roots prove that leaf `index` is in the tree over `size` leaves (2.1.3.1)."""
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """The subtrees whose roots prove that the tree over `second` leaves begins with that over `first` (2.1.4.1)."""
    ranges: list[tuple[int, int]] = []
    start, end, whole = 0, second, True
    while first < end:
        middle = start + split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` (a hash) is number `index` in the tree with that root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, proof: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """Whether `proof` shows that the tree `new` over `second` leaves begins with `old` over `first` (2.1.4.2)."""
    if first == second:
        return not proof and old == new
    if first == 0:
        return not proof and old == EMPTY_ROOT
    if not 0 < first < second or not proof:
        return False
    path = [old, *proof] if first & first - 1 == 0 else list(proof)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old and found_new == new


class Growing:
    """A root that takes leaves one after the other and keeps only the roots of its complete subtrees."""

    __slots__ = ("_stack", "size")

    def __init__(self, size: int = 0, stack: Sequence[bytes] = ()) -> None:
        """`stack` holds the roots of the complete subtrees of `size` leaves, largest first."""
        self.size = size
        self._stack = list(stack)

    def add(self, leaf: bytes) -> None:
        found, place = leaf, self.size
        while place & 1:
            found = node_hash(self._stack.pop(), found)
            place >>= 1
        self._stack.append(found)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self._stack:
            return EMPTY_ROOT
        found = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            found = node_hash(left, found)
        return found
