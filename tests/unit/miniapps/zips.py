"""Zips made byte by byte, so that each part can lie."""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

STORED, DEFLATED = 0, 8


@dataclass(frozen=True)
class Entry:
    """One entry; None means the truth about `content`, the `local_…` members what the local header says instead."""

    name: bytes
    content: bytes = b""
    method: int = DEFLATED
    flags: int = 0x800
    packed: bytes | None = None
    checksum: int | None = None
    packed_size: int | None = None
    size: int | None = None
    attributes: int = 0o100644 << 16
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_size: int | None = None
    signature: bytes = b"PK\3\4"
    extra: bytes = b""

    def data(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == DEFLATED else self.content

    def sizes(self) -> tuple[int, int, int]:
        """Checksum, packed size, unpacked size."""
        return (
            zlib.crc32(self.content) if self.checksum is None else self.checksum,
            len(self.data()) if self.packed_size is None else self.packed_size,
            len(self.content) if self.size is None else self.size,
        )

    def local(self) -> bytes:
        """Local header and data (APPNOTE 4.3.7)."""
        name = self.name if self.local_name is None else self.local_name
        flags = self.flags if self.local_flags is None else self.local_flags
        method = self.method if self.local_method is None else self.local_method
        checksum, packed, size = self.sizes()
        size = size if self.local_size is None else self.local_size
        numbers = (20, flags, method, 0, 33, checksum, packed, size, len(name), len(self.extra))
        return struct.pack("<4s5H3I2H", self.signature, *numbers) + name + self.extra + self.data()

    def central(self, offset: int) -> bytes:
        """Directory entry (APPNOTE 4.3.12)."""
        numbers = (0x314, 20, self.flags, self.method, 0, 33, *self.sizes(), len(self.name), 0, 0, 0, 0)
        return struct.pack("<4s6H3I5H2I", b"PK\1\2", *numbers, self.attributes, offset) + self.name


def deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(content) + deflater.flush()


def end_record(count: int, length: int, start: int, *, disk: int = 0, comment: bytes = b"") -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", disk, disk, count, count, length, start, len(comment)) + comment


def zip_of(
    entries: Iterable[Entry],
    *,
    prefix: bytes = b"",
    offset_of: Callable[[int, int], int] = lambda _, offset: offset,
    end: Callable[[int, int, int], bytes] = end_record,
) -> bytes:
    """The entries one after the other; `offset_of` may lie about where one begins, `end` about the whole."""
    body, directory, count = prefix, b"", 0
    for count, entry in enumerate(entries, 1):
        directory += entry.central(offset_of(count - 1, len(body)))
        body += entry.local()
    return body + directory + end(count, len(directory), len(body))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An honest zip."""
    return zip_of(Entry(name.encode(), content) for name, content in files.items())


def changed(entry: Entry, **members: object) -> Entry:
    return replace(entry, **members)  # type: ignore[arg-type]
