"""The tree over the entries in the database: the roots of its parts, and the proofs made of them.

Kept beside the leaves are the roots of complete subtrees of 256 leaves, of 65,536, and so on: one small row for each
256 entries. A proof therefore reads a few times 256 hashes, however many entries there are.
"""

from core.database import connection, rows, transaction
from gateway.ledger.columns import octets
from gateway.ledger.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    node_hash,
    root_of,
    split,
)

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of one tile: those that a row of the tier above is the root over."""
_LEVEL_SHIFT = 48
"""A node's id is its level (above the leaves) in front of its position."""
_BLOCKS = 16
"""Tiles hashed in one transaction."""
_LEAVES = "SELECT leaf AS hash FROM ledger_entry WHERE seq >= {} AND seq < {} ORDER BY seq"
_NODES = "SELECT hash FROM ledger_node WHERE id >= {} AND id < {} ORDER BY id"


class TreeIncomplete(Exception):
    """A hash is missing: entries were removed, or the nodes are not filled so far."""


async def size() -> int:
    """The number of entries."""
    found = await rows("SELECT coalesce(max(seq) + 1, 0) AS size FROM ledger_entry")
    return int(found[0]["size"])


async def fill(end: int) -> None:
    """Keep the nodes of every complete tile among the first `end` entries; safe to run in two processes."""
    start = (await rows("SELECT seq FROM ledger_progress WHERE work = 'nodes'"))[0]["seq"]
    while start + WIDTH <= end:
        start = await _filled(start, min(end, start + _BLOCKS * WIDTH))


async def _filled(start: int, end: int) -> int:
    """The same for some tiles, in one transaction; gives how far it is."""
    nodes = []
    while start + WIDTH <= end:
        nodes.append((1, start // WIDTH, root_of(await hashes(0, start, WIDTH))))
        start += WIDTH
    async with transaction():
        for tier, position, node in nodes:
            await _keep(tier, position, node)
        await rows("UPDATE ledger_progress SET seq = ? WHERE work = 'nodes' AND seq < ?", start, start)
    return start


async def _keep(tier: int, position: int, node: bytes) -> None:
    """Keep a node, and the one above it when it completes a tile."""
    await rows(
        "INSERT INTO ledger_node (id, hash) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", _id(tier, position), node
    )
    if (position + 1) % WIDTH == 0:
        first = position + 1 - WIDTH
        await _keep(tier + 1, first // WIDTH, root_of(await hashes(tier, first, WIDTH)))


async def hashes(tier: int, first: int, count: int) -> list[bytes]:
    """Neighbours of one tier: leaves (0), or roots over 256 (1), 65,536 (2), … of them; raises TreeIncomplete."""
    start = _id(tier, first) if tier else first
    wanted = (_NODES if tier else _LEAVES).format(start, start + count)
    _, found = await connection().execute_query(wanted)  # not `rows`: making each a dictionary would double the time
    if len(found) != count:
        raise TreeIncomplete(f"{count - len(found)} hashes of tier {tier} from {first} on are missing")
    return [octets(row["hash"]) for row in found]


def _id(tier: int, position: int) -> int:
    return tier * HEIGHT << _LEVEL_SHIFT | position


class Tree:
    """The tree over the first `size` entries; each tile is read once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    async def root(self) -> bytes:
        return await self._range(0, self.size) if self.size else EMPTY_ROOT

    async def inclusion(self, index: int) -> list[bytes]:
        """The hashes that prove entry `index` to be in the tree (RFC 9162, section 2.1.3)."""
        return [await self._range(start, end) for start, end in inclusion_ranges(index, self.size)]

    async def consistency(self, first: int) -> list[bytes]:
        """The hashes that prove the tree to begin with that over `first` entries (RFC 9162, section 2.1.4)."""
        return [await self._range(start, end) for start, end in consistency_ranges(first, self.size)]

    async def _range(self, start: int, end: int) -> bytes:
        """The root over the entries from `start` up to `end`, which is a part that the tree splits into."""
        count = end - start
        if count & count - 1 == 0:
            return await self._complete(start, count)
        middle = start + split(count)
        return node_hash(await self._range(start, middle), await self._range(middle, end))

    async def _complete(self, start: int, count: int) -> bytes:
        tier = (count.bit_length() - 1) // HEIGHT
        unit = 1 << HEIGHT * tier
        tile, offset = divmod(start // unit, WIDTH)
        return root_of((await self._tile(tier, tile, unit))[offset : offset + count // unit])

    async def _tile(self, tier: int, tile: int, unit: int) -> list[bytes]:
        """The hashes of that tile, as many as the tree has of it."""
        if (tier, tile) not in self._tiles:
            there = min(WIDTH, self.size // unit - tile * WIDTH)
            self._tiles[tier, tile] = await hashes(tier, tile * WIDTH, there)
        return self._tiles[tier, tile]
