"""Packing a folder: the same files give the same bytes, whoever packs them and whenever."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_ON_UNIX = 3


def pack(folder: Path) -> bytes:
    """The folder as a package, hidden files left out; raises FileNotFoundError without a manifest.json at its root."""
    if not (folder / "manifest.json").is_file():
        raise FileNotFoundError(f"{folder} has no manifest.json: give the folder that holds it")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(_files(folder)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, _ON_UNIX
            archive.writestr(entry, file.read_bytes())
    return packed.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each file by its name in the package: in normal form C, which some file systems do not keep."""
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in path.parts):
            yield unicodedata.normalize("NFC", path.as_posix()), file
