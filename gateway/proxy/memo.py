"""A bounded memory of what bytes mean: the same bytes are read once.

Two generations: when the young one is full it becomes the old one, and what of the old one is asked for again comes
back. So a hit is one look-up, nothing is ever scanned, and at most twice `most` entries, or twice `most_bytes` of keys,
are kept: whoever may fill it chooses the keys, and long ones cost as much as many.
"""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(Generic[Key, Value]):
    """At least the `most` newest entries, fewer where their keys are long, and never more than twice as many.

    What is kept for a key may take some times the room of the key itself.
    """

    def __init__(self, most: int, most_bytes: int = 4 * 2**20) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.pop(key, None)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Key, value: Value) -> None:
        size = len(key) if isinstance(key, bytes) else 0
        self._bytes += size
        if len(self._young) >= self._most or self._bytes > self._most_bytes:
            self._old = self._young
            self._young = {}
            self._bytes = size
        self._young[key] = value

    def clear(self) -> None:
        self._young = {}
        self._old = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
