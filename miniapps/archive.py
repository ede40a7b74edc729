"""A strict reader of zips (PKWARE's APPNOTE 6.3.10): it takes those that can be read in one way only.

zipfile forgives, as most readers do: bytes before, between and after, lengths that are not true, data that goes on
after its end, a second name in an extra field. Two forgiving readers then find two packages in one file, one to be
reviewed and one to be served. Here the file must be, byte for byte: the entries one after another from the first byte
on, each as its record in the directory says; the directory; the record of its end.
"""

import itertools
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_END = struct.Struct("<4s4H2IH")
_RECORD = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_DESCRIPTOR = struct.Struct("<3I")
_LONGEST_END = _END.size + 0xFFFF
_ENCRYPTED, _DESCRIBED_AFTER, _UTF8 = 0x1, 0x8, 0x800
_KNOWN_FLAGS = 0x6 | _DESCRIBED_AFTER | _UTF8  # 0x6: how hard the packer tried
_STORED, _DEFLATED = 0, 8
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075


class ArchiveRefused(ValueError):
    """No zip, or one that two readers may read in two ways; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the directory: sizes in bytes, `mode` as Unix has it (0 where unknown), `offset` of its header."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


class Archive:
    """A zip's entries, in the order of its directory. Nothing is unpacked before `read`."""

    def __init__(self, content: bytes) -> None:
        """Check the whole layout; raises ArchiveRefused."""
        self._content = content
        directory, end, count = _directory(content)
        self.entries = list(_records(content, directory, end))
        if len(self.entries) != count:
            raise ArchiveRefused("the number of entries is not the one it gives")
        self._starts = dict(_data_starts(content, self.entries, directory))

    def read(self, entry: Entry) -> bytes:
        """The entry's bytes: exactly as many as it said, and never more in memory; raises ArchiveRefused."""
        start = self._starts[entry.offset]
        packed = self._content[start : start + entry.packed]
        data = packed if entry.method == _STORED else _inflated(packed, entry)
        if len(data) != entry.size or zlib.crc32(data) != entry.crc:
            raise ArchiveRefused(f"{entry.name!r} is not what its length and checksum say")
        return data


def _directory(content: bytes) -> tuple[int, int, int]:
    """Where the directory begins and ends, and how many records it has."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _LONGEST_END))
    if at < 0 or len(content) < at + _END.size:
        raise ArchiveRefused("it has no directory at its end")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(content, at)
    if at + _END.size + comment != len(content):
        raise ArchiveRefused("there are bytes after its end")
    if disk or first_disk or here != count:
        raise ArchiveRefused("it is split into several files")
    if start + size != at or content[at - 20 : at].startswith(b"PK\x06\x07"):
        raise ArchiveRefused("its directory is not where it says (zip64 is not taken)")
    return start, at, count


def _records(content: bytes, at: int, end: int) -> Iterator[Entry]:
    while at < end:
        if end - at < _RECORD.size or content[at : at + 4] != b"PK\x01\x02":
            raise ArchiveRefused("its directory cannot be read")
        (_, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, disk, _, attributes, offset) = (
            _RECORD.unpack_from(content, at)
        )
        names = at + _RECORD.size
        at = names + name + extra + comment
        if at > end or disk:
            raise ArchiveRefused("its directory cannot be read")
        raw = content[names : names + name]
        _check_extra(content[names + name : names + name + extra], raw)
        _check_form(raw, flags, method, packed)
        yield Entry(_decoded(raw, flags), raw, flags, method, crc, packed, size, attributes >> 16, offset)


def _check_form(name: bytes, flags: int, method: int, packed: int) -> None:
    if flags & _ENCRYPTED:
        raise ArchiveRefused(f"{name!r} is encrypted")
    if flags & ~_KNOWN_FLAGS or method not in {_STORED, _DEFLATED}:
        raise ArchiveRefused(f"{name!r} is packed in another way than stored or deflated")
    if flags & _DESCRIBED_AFTER and method == _STORED and packed:
        raise ArchiveRefused(f"{name!r} is stored, and gives its length only afterwards")


def _decoded(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise ArchiveRefused(f"the name {name!r} is not marked as UTF-8: pack with `onecity pack`") from error


def _check_extra(extra: bytes, name: bytes) -> None:
    """Refuse what another reader would take the entry's name or lengths from."""
    while extra:
        kind, size = struct.unpack_from("<2H", extra) if len(extra) >= 4 else (0, len(extra))  # noqa: PLR2004 - "<2H"
        value, extra = extra[4 : 4 + size], extra[4 + size :]
        if len(value) != size:
            raise ArchiveRefused(f"{name!r} has an extra field that cannot be read")
        if kind == _ZIP64:
            raise ArchiveRefused(f"{name!r} is described by zip64, which is not taken")
        if kind == _UNICODE_PATH and value[5:] != name:
            raise ArchiveRefused(f"{name!r} has a second name in an extra field")


def _data_starts(content: bytes, entries: list[Entry], end: int) -> Iterator[tuple[int, int]]:
    """The offset of each entry's header and of its data; raises unless the entries fill the file up to `end`."""
    ordered = sorted(entries, key=lambda entry: entry.offset)
    if (ordered[0].offset if ordered else end) != 0:
        raise ArchiveRefused("there are bytes before its first entry")
    for entry, following in itertools.zip_longest(ordered, ordered[1:]):
        start = _data_start(content, entry)
        _check_gap(content, entry, start + entry.packed, following.offset if following else end)
        yield entry.offset, start


def _data_start(content: bytes, entry: Entry) -> int:
    """Where the entry's data begin; raises unless its own header says what the directory says."""
    if content[entry.offset : entry.offset + 4] != b"PK\x03\x04" or len(content) < entry.offset + _LOCAL.size:
        raise ArchiveRefused(f"{entry.name!r} is not where the directory says")
    _, _, flags, method, _, _, *told, name, extra = _LOCAL.unpack_from(content, entry.offset)
    names = entry.offset + _LOCAL.size
    start: int = names + name + extra
    known = [entry.crc, entry.packed, entry.size]
    if entry.flags & _DESCRIBED_AFTER:  # then zeros may stand here
        known = [value and fact for value, fact in zip(told, known, strict=True)]
    found = (content[names : names + name], flags, method, told)
    if found != (entry.raw_name, entry.flags, entry.method, known):
        raise ArchiveRefused(f"{entry.name!r} is described in two ways")
    _check_extra(content[names + name : start], entry.raw_name)
    return start


def _check_gap(content: bytes, entry: Entry, at: int, end: int) -> None:
    """Between its data and the next header stand the descriptor that it announced, or nothing."""
    descriptor = _DESCRIPTOR.pack(entry.crc, entry.packed, entry.size)
    allowed = {descriptor, b"PK\x07\x08" + descriptor} if entry.flags & _DESCRIBED_AFTER else {b""}
    if at > end or end - at > _DESCRIPTOR.size + 4 or content[at:end] not in allowed:
        raise ArchiveRefused(f"{entry.name!r} does not end where the next one begins")


def _inflated(packed: bytes, entry: Entry) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = stream.decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise ArchiveRefused(f"{entry.name!r} cannot be unpacked") from error
    if not stream.eof or stream.unused_data:
        raise ArchiveRefused(f"{entry.name!r} is longer or shorter than it says")
    return data
