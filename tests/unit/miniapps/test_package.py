"""Packages: what is taken in, and every way to attack whoever unpacks one."""

import io
import random
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Problem
from miniapps.errors import PackageRefused, PackageTooLarge
from miniapps.pack import pack
from miniapps.package import SUFFIXES, open_package
from miniapps.settings import PackageLimits
from tests.unit.miniapps.zips import STORED, Entry, deflated, end_record, zip_of, zipped

LIMITS = PackageLimits()
MANIFEST = Entry(b"manifest.json", b"{}")
PAGE = Entry(b"index.html", b"<!doctype html>")
NOISE = random.Random(7).randbytes(3000)  # noqa: S311 - the same noise each time
BOMB = bytes(3 * 2**20)


def refused(content: bytes, limits: PackageLimits = LIMITS) -> str:
    """What the refusal says, as lines of pointer and detail."""
    with pytest.raises(PackageRefused) as caught:
        open_package(content, limits)
    lines = [f"{each['pointer']}: {each['detail']}" for each in caught.value.errors]
    return "\n".join([caught.value.detail, *lines])


def with_manifest(*entries: Entry) -> bytes:
    return zip_of([MANIFEST, *entries])


def test_a_good_package_gives_its_files() -> None:
    package = open_package(zipped({"manifest.json": b"{}", "页/首页.html": "你好".encode()}), LIMITS)
    assert package.files == {"manifest.json": b"{}", "页/首页.html": "你好".encode()}
    assert package.manifest == b"{}"


def test_a_zip_by_another_hand_is_taken() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.mkdir("pages")
        archive.writestr("manifest.json", "{}")
        archive.writestr("pages/a.html", "x" * 500, zipfile.ZIP_DEFLATED)
    assert set(open_package(packed.getvalue(), LIMITS).files) == {"manifest.json", "pages/a.html"}


def test_a_streamed_zip_is_taken() -> None:
    """Written to a pipe, the sizes come behind the data (APPNOTE 4.4.4, bit 3)."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("index.html", "<p>")
    assert set(open_package(pipe.written, LIMITS).files) == {"manifest.json", "index.html"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (b"../x.js", ".. segments"),
        (b"a/../x.js", ".. segments"),
        (b"./x.js", ".. segments"),
        (b"a//x.js", "empty"),
        (b"/etc/x.js", "relative path"),
        (b"C:/x.js", "leave out"),
        (b"a\\..\\x.js", "leave out"),
        (b"a\0b.js", "control characters"),
        (b"evil.js\0.txt", "control characters"),
        (b"a\nb.js", "control characters"),
        ("a\u202etxt.js".encode(), "control characters"),
        (b"", "relative path"),
        (b"a" * 253 + b".js", "255 bytes"),
        (("预" * 84 + ".js").encode(), None),
        (("预" * 85 + ".js").encode(), "255 bytes"),
        (unicodedata.normalize("NFD", "é.js").encode(), "normal form C"),
        (b"run.exe", "not served"),
        (b"inner.zip", "not served"),
        (b"js", "not served"),
        (b".html", "not served"),
        (b"x.js.", "not served"),
        (b"svc/x.js", "the city's"),
        (b"SDK/v1/onecity.js", "the city's"),
    ],
)
def test_names_are_plain_relative_paths(name: bytes, says: str | None) -> None:
    content = with_manifest(Entry(name, b"x"))
    if says is None:
        assert name.decode() in open_package(content, LIMITS).files
    else:
        assert says in refused(content)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_these_kinds_of_file_are_taken(suffix: str) -> None:
    assert f"a.{suffix.upper()}" in open_package(with_manifest(Entry(f"a.{suffix.upper()}".encode())), LIMITS).files


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        pytest.param([PAGE, PAGE], "the same name", id="twice"),
        pytest.param([PAGE, Entry(b"INDEX.html")], "the same name as 'index.html'", id="case"),
        pytest.param([Entry("straße.js".encode()), Entry(b"STRASSE.js")], "the same name", id="case-folding"),
        pytest.param([Entry(b"x.js"), Entry(b"x.js/y.js")], "the name of a folder", id="file-and-folder"),
        pytest.param([Entry(b"a.js", b"b.js", attributes=0o120777 << 16)], "symbolic links", id="symlink"),
        pytest.param([Entry(b"a.js", attributes=0o060644 << 16)], "devices", id="device"),
        pytest.param([Entry(b"a.js", flags=0x801)], "encrypted", id="encrypted"),
        pytest.param([Entry(b"a.js", flags=0x841)], "encrypted", id="strongly-encrypted"),
        pytest.param([Entry(b"a.js", method=12)], "stored or deflated", id="bzip2"),
        pytest.param([Entry("é.js".encode(), flags=0)], "UTF-8", id="no-utf-8-flag"),
        pytest.param([Entry(b"a/", b"x", method=STORED)], "a folder has no content", id="full-folder"),
        pytest.param([Entry(b"a.js", bytes(5 * 2**20))], "larger than 4194304", id="large-entry"),
        pytest.param([Entry(b"a.js", BOMB)], "more than 100 times", id="bomb"),
        pytest.param([Entry(b"a.js", size=2**32 - 2)], "larger than", id="lying-size"),
    ],
)
def test_entries_are_plain_and_small(entries: list[Entry], says: str) -> None:
    assert says in refused(with_manifest(*entries))


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        pytest.param(Entry(b"a.js", NOISE, size=10), "longer or shorter", id="says-less"),
        pytest.param(Entry(b"a.js", NOISE, size=4000), "not what its length", id="says-more"),
        pytest.param(Entry(b"a.js", BOMB, size=2**18), "longer or shorter", id="bomb-that-says-little"),
        pytest.param(Entry(b"a.js", NOISE[:10], packed=deflated(NOISE)), "longer or shorter", id="first-bytes-check"),
        pytest.param(Entry(b"a.js", NOISE, checksum=1), "checksum", id="checksum"),
        pytest.param(Entry(b"a.js", NOISE, packed=b"\xff" * 40), "cannot be unpacked", id="no-deflate"),
        pytest.param(Entry(b"a.js", NOISE, packed=deflated(NOISE)[:-9]), "longer or shorter", id="cut-off"),
        pytest.param(Entry(b"a.js", NOISE, packed=deflated(NOISE) + b"more"), "longer or shorter", id="behind"),
        pytest.param(Entry(b"a.js", NOISE, method=STORED, packed=NOISE + b"x"), "not what its length", id="stored"),
        pytest.param(Entry(b"a.js", local_name=b"b.js"), "in two ways", id="other-name"),
        pytest.param(Entry(b"a.js", local_method=STORED), "in two ways", id="other-method"),
        pytest.param(Entry(b"a.js", local_flags=0x801), "in two ways", id="other-flags"),
        pytest.param(Entry(b"a.js", NOISE, local_size=7), "in two ways", id="other-size"),
        pytest.param(Entry(b"a.js", NOISE, local_size=7, flags=0x808), "in two ways", id="other-size-later"),
        pytest.param(Entry(b"a.js", NOISE, flags=0x808), "does not end where", id="no-descriptor"),
        pytest.param(Entry(b"a.js", NOISE, flags=0x808, method=STORED), "only afterwards", id="stored-and-streamed"),
        pytest.param(Entry(b"a.js", signature=b"PK\3\5"), "not where the directory says", id="no-header"),
        pytest.param(Entry(b"a.js", extra=b"\1\0\0\0"), "zip64", id="zip64"),
        pytest.param(Entry(b"a.js", extra=b"\x75\x70\6\0\1abcdx"), "second name", id="unicode-path"),
        pytest.param(Entry(b"a.js", extra=b"\x75\x70\xff\0\1"), "cannot be read", id="torn-extra"),
        pytest.param(Entry(b"a.js", extra=b"\1"), "cannot be read", id="short-extra"),
    ],
)
def test_two_readers_see_one_package(entry: Entry, says: str) -> None:
    assert says in refused(with_manifest(entry))


def test_entries_that_share_bytes_are_refused() -> None:
    """The bomb whose ratio looks innocent: an entry within another's data."""
    inner = Entry(b"b.js", NOISE)
    outer = Entry(b"a.js", inner.local(), method=STORED)
    start = len(MANIFEST.local()) + 30 + len(b"a.js")
    said = refused(zip_of([MANIFEST, outer, inner], offset_of=lambda at, offset: start if at == 2 else offset))
    assert "'a.js' does not end where the next one begins" in said


def test_no_entry_hides_between_two_others() -> None:
    hidden = Entry(b"hidden.js", NOISE).local()
    body = MANIFEST.local() + hidden + PAGE.local()
    listed = MANIFEST.central(0) + PAGE.central(len(MANIFEST.local() + hidden))
    assert "does not end where the next one begins" in refused(body + listed + end_record(2, len(listed), len(body)))
    body = MANIFEST.local() + hidden
    listed = MANIFEST.central(0)
    assert "does not end where the next one begins" in refused(body + listed + end_record(1, len(listed), len(body)))


def test_an_entry_does_not_reach_into_the_directory() -> None:
    said = refused(with_manifest(Entry(b"a.js", NOISE, packed_size=len(deflated(NOISE)) + 30)))
    assert "'a.js' does not end where the next one begins" in said


def test_an_entry_does_not_begin_outside_of_the_zip() -> None:
    assert "bytes before" in refused(zip_of([MANIFEST], offset_of=lambda *_: 10**6))


def test_nothing_stands_before_the_first_entry() -> None:
    assert "bytes before" in refused(zip_of([MANIFEST], prefix=b"#!/bin/sh\n"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a zip at all, and long enough to hold an end record", id="text"),
        pytest.param(with_manifest() + b"more", id="something-behind"),
        pytest.param(zip_of([MANIFEST], end=lambda *n: end_record(*n, disk=1)), id="many-parts"),
        pytest.param(zip_of([MANIFEST], end=lambda n, size, at: end_record(n, size - 1, at)), id="short-directory"),
        pytest.param(zip_of([MANIFEST], end=lambda n, size, at: end_record(n + 1, size, at)), id="other-count"),
        pytest.param(zip_of([MANIFEST], end=lambda n, size, at: end_record(n, size + 5, at - 5)), id="no-directory"),
        pytest.param(with_manifest(Entry(b"\xff\xfe.js")), id="name-is-no-utf-8"),
    ],
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert "no zip that can be taken" in refused(content)


def test_there_is_a_manifest_at_the_root() -> None:
    assert "must stand at the root" in refused(zipped({"src/manifest.json": b"{}"}))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(PackageRefused) as caught:
        open_package(zip_of([Entry(b"../a.exe"), Entry(b"b.js", attributes=0o120777 << 16)]), LIMITS)
    pointers = [each["pointer"] for each in caught.value.errors]
    assert pointers == ["/entries/manifest.json", "/entries/..~1a.exe", "/entries/..~1a.exe", "/entries/b.js"]


def test_the_zip_has_a_size() -> None:
    with pytest.raises(PackageTooLarge, match="at most 1024"):
        open_package(with_manifest(Entry(b"a.js", NOISE)), PackageLimits(zipped=1024))


def test_the_files_have_a_number() -> None:
    content = zip_of(Entry(f"{number}.js".encode()) for number in range(3000))
    assert "3000 files: send at most 2000" in refused(content)


def test_a_directory_that_hides_its_length_is_refused() -> None:
    many = zip_of(
        [Entry(f"{number}.js".encode()) for number in range(3000)],
        end=lambda _, length, start: end_record(1, length, start),
    )
    assert "the number of entries" in refused(many)


def test_all_files_together_have_a_size() -> None:
    content = with_manifest(*(Entry(f"{number}.js".encode(), NOISE) for number in range(4)))
    assert "send at most 10000" in refused(content, PackageLimits(unpacked=10000))


def test_no_file_nor_all_together_unpack_to_many_times_their_size() -> None:
    content = with_manifest(*(Entry(f"{number}.js".encode(), b"ab" * 2000) for number in range(9)))
    said = refused(content, PackageLimits(ratio=50))
    assert "/entries: all in all it unpacks to more than 50 times" in said
    assert "/entries/0.js: unpacks to more than 50 times" in said


SOUND = zipped({"manifest.json": b'{"a": 1}' * 20, "index.html": NOISE[:200], "页.js": b"x"})


def status_of(content: bytes) -> int:
    """200 for a package that is taken, else the refusal's status."""
    try:
        open_package(content, LIMITS)
    except Problem as problem:
        return problem.status
    return 200


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_spoilt_package_is_refused_or_still_whole(changes: list[tuple[int, int]]) -> None:
    content = bytearray(SOUND)
    for at, byte in changes:
        content[at] = byte
    assert status_of(bytes(content)) in {200, 422}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_sent_is_answered(content: bytes) -> None:
    assert status_of(content) == 422


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_a_name_that_is_taken_is_safe_everywhere(name: str) -> None:
    try:
        encoded = name.encode()
        package = open_package(with_manifest(Entry(encoded, b"x")), LIMITS)
    except (UnicodeEncodeError, PackageRefused):
        return
    assert set(package.files) == {"manifest.json", name}
    assert not {"", ".", ".."} & set(name.split("/"))
    assert unicodedata.is_normalized("NFC", name)


def test_packing_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "pages").mkdir(parents=True)
        (folder / ".git").mkdir()
        for file in sorted(["manifest.json", "pages/b.html", "a.js", ".env", ".git/config"], reverse=name == "two"):
            (folder / file).write_text(f"content of {file}")
    assert pack(tmp_path / "one") == pack(tmp_path / "two")
    assert list(open_package(pack(tmp_path / "one"), LIMITS).files) == ["a.js", "manifest.json", "pages/b.html"]


def test_packing_needs_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no manifest\.json"):
        pack(tmp_path)
