"""Zips: what is forgiven because it can be read in one way only, and what is not."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miniapps.archive import Archive, ArchiveRefused
from tests.unit.miniapps.zips import STORED, Entry, end_record, zip_of

TEXT = b"the same words again and again and again"
LATER = 0x808
"""The sizes stand behind the data (APPNOTE 4.4.4, bit 3), and the name is UTF-8."""


def described(entry: Entry, *, signature: bytes = b"PK\x07\x08", **lies: int) -> Entry:
    """With the descriptor that bit 3 announces."""
    checksum, packed, size = entry.sizes()
    told = {"checksum": checksum, "packed": packed, "size": size} | lies
    behind = signature + struct.pack("<3I", *told.values())
    return Entry(entry.name, entry.content, entry.method, LATER, entry.data() + behind, packed_size=packed)


def read(content: bytes) -> dict[str, bytes]:
    archive = Archive(content)
    return {entry.name: archive.read(entry) for entry in archive.entries}


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(described(Entry(b"a.js", TEXT)), id="descriptor"),
        pytest.param(described(Entry(b"a.js", TEXT), signature=b""), id="descriptor-without-signature"),
        pytest.param(described(Entry(b"a.js", b"", STORED)), id="stored-nothing-with-descriptor"),
        pytest.param(Entry(b"a.js", TEXT, extra=b"UT\5\0\1abcd"), id="a-time-in-an-extra-field"),
        pytest.param(Entry(b"a.js", TEXT, extra=b"\x75\x70\x09\0\1abcda.js"), id="the-same-name-again"),
    ],
)
def test_what_has_one_meaning_is_taken(entry: Entry) -> None:
    assert read(zip_of([entry, Entry(b"b.js", TEXT)])) == {"a.js": entry.content, "b.js": TEXT}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (described(Entry(b"a.js", TEXT), size=7), "does not end where the next one begins"),
        (described(Entry(b"a.js", TEXT), checksum=7), "does not end where the next one begins"),
        (described(Entry(b"a.js", TEXT), signature=b"PK\x07\x09"), "does not end where the next one begins"),
        (described(Entry(b"a.js", TEXT, STORED)), "gives its length only afterwards"),
        (Entry(b"a.js", TEXT, flags=0x820), "another way than stored or deflated"),
        (Entry(b"a.js", TEXT, flags=0x2800), "another way than stored or deflated"),
        (Entry(b"a.js", TEXT, extra=b"\x75\x70\x09\0\1abcdb.js"), "a second name"),
        (Entry(b"a.js", TEXT, extra=b"\x75\x70\0\0"), "a second name"),
        (Entry("é.js".encode("cp850"), TEXT, flags=0), "not marked as UTF-8"),
    ],
)
def test_what_two_readers_may_read_in_two_ways_is_refused(entry: Entry, says: str) -> None:
    with pytest.raises(ArchiveRefused, match=says):
        read(zip_of([entry, Entry(b"b.js", TEXT)]))


def test_a_comment_may_stand_at_the_end() -> None:
    """Git writes one: the commit that it packed."""
    assert read(zip_of([Entry(b"a.js", TEXT)], end=lambda *n: end_record(*n, comment=b"0af1" * 10))) == {"a.js": TEXT}


def test_a_comment_that_holds_a_second_end_is_refused() -> None:
    """One reader searches from behind and finds the inner end, another believes the outer one."""
    inner = zip_of([Entry(b"b.js", TEXT)])
    with pytest.raises(ArchiveRefused):
        read(zip_of([Entry(b"a.js", TEXT)], end=lambda *n: end_record(*n, comment=inner)))


def test_a_second_directory_by_zip64_is_refused() -> None:
    """Hidden in a comment of the directory's last record, where a reader of zip64 looks for it."""
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    entry = Entry(b"a.js", TEXT)
    record = bytearray(entry.central(0))
    record[32:34] = struct.pack("<H", len(locator))
    directory = bytes(record) + locator
    content = entry.local() + directory + end_record(1, len(directory), len(entry.local()))
    with pytest.raises(ArchiveRefused, match="zip64 is not taken"):
        read(content)


def test_a_zip_of_nothing_has_no_entries() -> None:
    assert read(end_record(0, 0, 0)) == {}


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.text("ab/预_.", min_size=1, max_size=12), st.binary(max_size=200), max_size=6),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_what_the_library_writes_is_read_the_same(files: dict[str, bytes], method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    assert read(packed.getvalue()) == files


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_no_bytes_upset_the_reader(noise: bytes) -> None:
    for content in (noise, noise + end_record(0, 0, 0), noise + end_record(1, len(noise), 0)):
        try:
            read(content)
        except ArchiveRefused:
            continue
