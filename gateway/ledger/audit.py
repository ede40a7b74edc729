"""Checking a whole ledger against what was signed about it. Pure: entries in, findings out.

What is named how:

- a changed entry: its content does not give its hash;
- a dropped one: its place is empty, or, where the places were numbered anew, its writer's count has a gap;
- a reordered one: its writer's count goes back;
- an entry filed under somebody it is not about: its commitment does not open;
- whatever was rewritten together with its hash: the node over its 256 neighbours, and the first root that a checkpoint
  was signed over (those after it cannot fit either, so they are not told);
- a checkpoint that was changed: its signature;
- a second signature that does not fit, or is missing where an earlier checkpoint has one.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.ledger.content import commitment, opening_of
from gateway.ledger.merkle import Growing, leaf_hash, root_of
from gateway.ledger.notes import Checkpoint, NoteKey, NoteUnusable, bears, checkpoint_of, verified_text

BLOCK = 256
"""Entries under one node."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is stored. `account` and what follows are unknown (None) where only the entries were exported."""

    seq: int
    content: bytes
    leaf: bytes
    account: str | None = None
    mandate: str | None = None
    key: bytes | None = None


class Audit:
    """Takes entries in the order of their places, and tells what is wrong; `size` entries were read."""

    def __init__(
        self,
        notes: Sequence[str],
        key: NoteKey,
        nodes: dict[int, bytes] | None = None,
        second: NoteKey | None = None,
    ) -> None:
        """`notes` are the checkpoints; `nodes` the roots over each 256 entries by position, where they are known.

        `second` is the key of the second signature, which every checkpoint bears from the first that does.
        """
        self._tree = Growing()
        self._key = key
        self._second = second
        self._nodes = nodes or {}
        self._block: list[bytes] = []
        self._runs: dict[str, int] = {}
        self._notes = notes
        self._checkpoints: list[Checkpoint] = []
        """Those to come, the next one last."""
        self.covered = 0
        """The entries that the newest checkpoint covers."""
        self._since = 0
        """The first entry that no root was right for yet."""
        self._next = 0
        self._broken = False
        """From here on no node and no root can fit."""

    @property
    def size(self) -> int:
        return self._tree.size

    def begin(self) -> Iterator[str]:
        """What is wrong with the checkpoints themselves; comes first."""
        for number, note in enumerate(self._notes):
            try:
                self._checkpoints.append(self._checkpoint(note))
            except NoteUnusable as error:
                yield f"checkpoint {number} ({_said(note)}): {error}"
        yield from self._second_signatures()
        self._checkpoints.sort(key=lambda each: each.size, reverse=True)
        self.covered = self._checkpoints[0].size if self._checkpoints else 0

    def _second_signatures(self) -> Iterator[str]:
        """The notes stand in the order of their sizes. Those from before the second key was switched on have none."""
        if self._second is None:
            return
        begun = False
        for number, note in enumerate(self._notes):
            try:
                if begun or bears(note, self._second) or number == len(self._notes) - 1:
                    verified_text(note, self._second)
                    begun = True
            except NoteUnusable as error:
                begun = True
                yield f"checkpoint {number} ({_said(note)}): second signature: {error}"

    def take(self, row: Row) -> Iterator[str]:
        """What is wrong with that entry, or with those up to it."""
        yield from self._place(row)
        yield from self._entry(row)
        yield from self._node()
        while self._checkpoints and self._checkpoints[-1].size <= self._next:
            yield from self._root(self._checkpoints.pop())

    def end(self) -> Iterator[str]:
        """What is missing after the last one."""
        if self.covered > self._next:
            yield f"{_entries(self._next, self.covered - 1)}: dropped, a checkpoint over them is signed"

    def _checkpoint(self, note: str) -> Checkpoint:
        checkpoint = checkpoint_of(note, [self._key])
        if checkpoint.origin != self._key.name:
            raise NoteUnusable(f"it is one of {checkpoint.origin}")
        return checkpoint

    def _place(self, row: Row) -> Iterator[str]:
        if row.seq > self._next:
            yield f"{_entries(self._next, row.seq - 1)}: dropped"
            self._broken = True
        elif row.seq < self._next:
            yield f"entry {row.seq}: stands twice, or out of order"
            self._broken = True
        self._next = max(self._next, row.seq + 1)

    def _entry(self, row: Row) -> Iterator[str]:
        if leaf_hash(row.content) != row.leaf:
            yield f"entry {row.seq}: changed, its content does not give its hash"
        self._tree.add(row.leaf)
        self._block.append(row.leaf)
        try:
            members = json.loads(row.content)
            run, number = str(members["run"]), int(members["number"])
        except (ValueError, KeyError, TypeError):
            yield f"entry {row.seq}: changed, it cannot be read"
            return
        yield from self._count(row.seq, run, number)
        yield from _owner(row, members)

    def _count(self, seq: int, run: str, number: int) -> Iterator[str]:
        expected = self._runs.get(run, 0)
        if number > expected:
            yield f"entry {seq}: {number - expected} dropped before it, from number {expected} of run {run} on"
        elif number < expected:
            yield f"entry {seq}: reordered, number {number} of run {run} stands after number {expected - 1}"
        self._runs[run] = max(number + 1, expected)

    def _node(self) -> Iterator[str]:
        if self.size % BLOCK:
            return
        block, self._block = self._block, []
        node = self._nodes.get(self.size // BLOCK - 1)
        if node and not self._broken and root_of(block) != node:
            yield f"{_entries(self.size - BLOCK, self.size - 1)}: not those that their node was made over"

    def _root(self, checkpoint: Checkpoint) -> Iterator[str]:
        if self._broken:
            return
        if self._tree.root != checkpoint.root:
            self._broken = True
            yield (
                f"{_entries(self._since, checkpoint.size - 1)}: "
                f"not those that the checkpoint over {checkpoint.size} was signed over"
            )
        else:
            self._since = checkpoint.size


def _entries(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"


def _owner(row: Row, members: dict[str, Any]) -> Iterator[str]:
    if row.account is None or row.key is None:
        return
    opening = opening_of(row.key, str(members.get("request_id")))
    if members.get("who") != commitment(opening, row.account, row.mandate):
        yield f"entry {row.seq}: filed under an account or mandate that it is not about"


def _said(note: str) -> str:
    """What a note that cannot be trusted says its size is."""
    return f"says size {[*note.splitlines(), '', ''][1][:20]}"
