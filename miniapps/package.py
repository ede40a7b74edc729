"""A package taken in: a zip (W3C MiniApp Packaging) of which everything is checked before anything is kept.

First the directory: sizes, counts, ratios, names, kinds of entry. Then each file is read, no further than it said it
was long, and its local header must tell the same name as the directory: two readers must not see two packages.
"""

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from core.problems import FieldError
from miniapps.errors import PackageRefused, PackageTooLarge
from miniapps.settings import PackageLimits

MANIFEST = "manifest.json"
SUFFIXES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "wasm": "application/wasm",
    "mp3": "audio/mpeg",
    "pdf": "application/pdf",
}
"""What a package may hold, and as what it is served."""
_NAME_BYTES = 255
_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a good package, by their path."""

    files: dict[str, bytes]

    @property
    def manifest(self) -> bytes:
        return self.files[MANIFEST]


def open_package(content: bytes, limits: PackageLimits) -> Package:
    """Check and unpack; raises PackageTooLarge, and PackageRefused with an error for each entry that is wrong."""
    if len(content) > limits.zipped:
        raise PackageTooLarge(f"Send at most {limits.zipped} bytes.", limit=limits.zipped)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            _refuse(list(_wrong_entries(archive.infolist(), limits)))
            _refuse(list(_overlaps(entries)))
            return Package({entry.filename: _read(archive, entry, content) for entry in entries})
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise PackageRefused(f"This is no zip that can be read: {error}.") from error


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise PackageRefused("Correct the entries named in `errors`.", errors=errors[:100])


def _wrong_entries(entries: list[zipfile.ZipInfo], limits: PackageLimits) -> Iterator[FieldError]:
    if len(entries) > limits.files:
        yield {"pointer": "", "detail": f"{len(entries)} entries: send at most {limits.files}"}
        return
    if not any(entry.filename == MANIFEST for entry in entries):
        yield {"pointer": f"/{MANIFEST}", "detail": "manifest.json must stand at the root of the zip"}
    seen: dict[str, str] = {}
    for entry in entries:
        for detail in (*_name_faults(entry), *_kind_faults(entry, limits), *_twice(entry.filename, seen)):
            yield {"pointer": f"/{entry.filename[:_NAME_BYTES]}", "detail": detail}
    if sum(entry.file_size for entry in entries) > limits.ratio * max(1, sum(each.compress_size for each in entries)):
        yield {"pointer": "", "detail": f"all in all it unpacks to more than {limits.ratio} times its size"}


def _name_faults(entry: zipfile.ZipInfo) -> Iterator[str]:
    name = entry.filename.removesuffix("/")
    if name != unicodedata.normalize("NFC", name):
        yield "write the name in Unicode's normal form C"
    if len(name.encode("utf-8", "surrogatepass")) > _NAME_BYTES:
        yield f"the name has more than {_NAME_BYTES} bytes"
    if name.startswith("/") or "\\" in name or ":" in name or not name:
        yield "use a relative path with forward slashes"
    if {"", ".", ".."} & set(name.split("/")):
        yield "leave out empty, . and .. segments"
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in name):
        yield "leave out control characters"
    if not entry.is_dir() and name.rpartition(".")[2].lower() not in SUFFIXES:
        yield f"files of this kind are not served; allowed are {', '.join(sorted(SUFFIXES))}"


def _kind_faults(entry: zipfile.ZipInfo, limits: PackageLimits) -> Iterator[str]:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield "only plain files: no symbolic links or devices"
    if entry.flag_bits & _ENCRYPTED:
        yield "encryption is not taken"
    if entry.compress_type not in _METHODS:
        yield "only stored and deflated entries are taken"
    if entry.file_size > limits.entry:
        yield f"larger than {limits.entry} bytes"
    if entry.file_size > limits.ratio * max(1, entry.compress_size):
        yield f"unpacks to more than {limits.ratio} times its size"


def _twice(name: str, seen: dict[str, str]) -> Iterator[str]:
    folded = unicodedata.normalize("NFC", name).casefold()
    if folded in seen:
        yield f"the same name as {seen[folded]!r} on a file system that folds case"
    seen[folded] = name


def _overlaps(entries: list[zipfile.ZipInfo]) -> Iterator[FieldError]:
    """Entries that share bytes of the zip: the trick of a bomb that no ratio shows."""
    end = -1
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            yield {"pointer": f"/{entry.filename}", "detail": "its bytes overlap with another entry's"}
        end = entry.header_offset + _LOCAL_HEADER.size + entry.compress_size


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> bytes:
    """The entry's bytes; zipfile checks the local name and the CRC, and we the length and the method."""
    header = _LOCAL_HEADER.unpack_from(content, entry.header_offset)
    if header[3] != entry.compress_type or header[2] & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{entry.filename!r} is described in two ways")
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename!r} is not as long as it says")
    return data
