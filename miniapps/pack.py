"""Packing a folder: the same files give the same bytes, whoever packs them and whenever."""

import io
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def pack(folder: Path) -> bytes:
    """The folder as a package, hidden files left out; raises FileNotFoundError without a manifest.json at its root."""
    if not (folder / "manifest.json").is_file():
        raise FileNotFoundError(f"{folder} has no manifest.json: give the folder that holds it")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            name = file.relative_to(folder).as_posix()
            if not any(part.startswith(".") for part in name.split("/")):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
                archive.writestr(entry, file.read_bytes())
    return packed.getvalue()
