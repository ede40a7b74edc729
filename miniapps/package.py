"""A package taken in: a zip (W3C MiniApp Packaging) of which everything is checked before anything is kept.

First the layout (`archive`), then each entry of the directory: sizes, counts, ratios, names, kinds. Only a package
without a fault is unpacked.
"""

import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.problems import FieldError
from miniapps.archive import Archive, ArchiveRefused, Entry
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
_NEVER_IN_NAMES = frozenset('\\:*?"<>|')
_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = ("svc/", "sdk/v1/")
_MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a good package, by their path."""

    files: dict[str, bytes]

    @property
    def manifest(self) -> bytes:
        return self.files[MANIFEST]


def media_type(name: str) -> str:
    """As what a file of a package is served."""
    return SUFFIXES[suffix_of(name)]


def suffix_of(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def open_package(content: bytes, limits: PackageLimits) -> Package:
    """Check and unpack; raises PackageTooLarge, and PackageRefused with an error for each entry that is wrong."""
    if len(content) > limits.zipped:
        raise PackageTooLarge(f"Send at most {limits.zipped} bytes.", limit=limits.zipped)
    try:
        archive = Archive(content)
        _refuse([*_wrong_in_all(archive.entries, limits), *_wrong_entries(archive.entries, limits)])
        return Package({entry.name: archive.read(entry) for entry in archive.entries if not entry.is_folder})
    except ArchiveRefused as error:
        detail = f"This is no zip that can be taken: {error}."
        raise PackageRefused(detail, errors=[{"pointer": "/entries", "detail": str(error)}]) from error


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise PackageRefused("Correct the entries named in `errors`.", errors=errors[:_MOST_ERRORS])


def _wrong_in_all(entries: Sequence[Entry], limits: PackageLimits) -> Iterator[FieldError]:
    files = [entry for entry in entries if not entry.is_folder]
    size = sum(entry.size for entry in files)
    if len(files) > limits.files:
        yield {"pointer": "/entries", "detail": f"{len(files)} files: send at most {limits.files}"}
    if size > limits.unpacked:
        yield {
            "pointer": "/entries",
            "detail": f"all in all it unpacks to {size} bytes: send at most {limits.unpacked}",
        }
    if size > limits.ratio * max(1, sum(entry.packed for entry in files)):
        yield {"pointer": "/entries", "detail": f"all in all it unpacks to more than {limits.ratio} times its size"}
    if all(entry.name != MANIFEST for entry in files):
        yield {"pointer": f"/entries/{MANIFEST}", "detail": "manifest.json must stand at the root of the zip"}


def _wrong_entries(entries: Sequence[Entry], limits: PackageLimits) -> Iterator[FieldError]:
    seen: dict[str, str] = {}
    bounded = [entry for entry in entries if len(entry.raw_name) <= _NAME_BYTES]  # the others are refused anyway
    folders = {parent for entry in bounded for parent in _folders_above(_folded(entry.name))}
    for entry in entries:
        faults = (*_name_faults(entry), *_kind_faults(entry, limits), *_twice(entry.name, seen, folders))
        for detail in faults:
            yield {"pointer": _pointer(entry.name), "detail": detail}


def _pointer(name: str) -> str:
    return "/entries/" + name[:_NAME_BYTES].replace("~", "~0").replace("/", "~1")


def _name_faults(entry: Entry) -> Iterator[str]:
    name = entry.name.removesuffix("/")
    segments = name.split("/")
    if name != unicodedata.normalize("NFC", name):
        yield "write the name in Unicode's normal form C"
    if len(entry.raw_name) > _NAME_BYTES:
        yield f"the name has more than {_NAME_BYTES} bytes"
    if not _NEVER_IN_NAMES.isdisjoint(name) or any(unicodedata.category(each) in _CONTROL for each in name):
        yield r'leave out control characters and \ : * ? " < > |'
    if {"", ".", ".."} & set(segments):
        yield "use a relative path: no empty, . or .. segments"
    elif any(segment != segment.strip(" ").rstrip(".") for segment in segments):
        yield "no segment may begin with a space, or end in a space or a dot"
    if f"{name.casefold()}/".startswith(_RESERVED):
        yield "paths below /svc/ and /sdk/v1/ are the city's: take another folder"
    if not entry.is_folder and suffix_of(name) not in SUFFIXES:
        yield f"files of this kind are not served; allowed are {', '.join(sorted(SUFFIXES))}"


def _kind_faults(entry: Entry, limits: PackageLimits) -> Iterator[str]:
    plain = stat.S_IFDIR if entry.is_folder else stat.S_IFREG
    if stat.S_IFMT(entry.mode) not in {0, plain}:
        yield "only plain files and folders: no symbolic links or devices"
    if entry.is_folder and entry.size:
        yield "a folder has no content"
    if entry.size > limits.entry:
        yield f"larger than {limits.entry} bytes"
    if entry.size > limits.ratio * max(1, entry.packed):
        yield f"unpacks to more than {limits.ratio} times its size"


def _twice(name: str, seen: dict[str, str], folders: set[str]) -> Iterator[str]:
    folded = _folded(name)
    if folded in seen:
        yield f"the same name as {seen[folded]!r} on a file system that folds case"
    if folded in folders:
        yield "this file has the name of a folder"
    seen[folded] = name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _folders_above(name: str) -> Iterator[str]:
    """The folders that a path lies in; a/b/c.js lies in a and a/b. A folder's own name ends in /, and is no file's."""
    parts = name.removesuffix("/").split("/")
    for length in range(1, len(parts) + name.endswith("/")):
        yield "/".join(parts[:length])
