"""The files of all releases, by their content.

Promise: a file is under its name whole or not at all, also after a kill -9 or a power cut, since it is written aside,
synced, and renamed; putting the same content twice costs one look.
"""

import gzip
import hashlib
import os
import tempfile
from pathlib import Path

_COMPRESSED = ".gz"
_WORTH_COMPRESSING = 1024


class Store:
    """A folder of files named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes, *, compressible: bool = False) -> str:
        """Keep the content; gives its digest. With `compressible`, a gzipped twin stands beside it."""
        digest = hashlib.sha256(content).hexdigest()
        self._write(self.path(digest), content)
        if compressible and len(content) > _WORTH_COMPRESSING:
            self._write(self._twin(digest), gzip.compress(content, 9, mtime=0))
        return digest

    def path(self, digest: str) -> Path:
        """Where the content of that digest is."""
        return self._folder / digest[:2] / digest[2:4] / digest

    def compressed(self, digest: str) -> Path | None:
        """The gzipped twin, where there is one."""
        twin = self._twin(digest)
        return twin if twin.exists() else None

    def _twin(self, digest: str) -> Path:
        return self.path(digest).with_suffix(_COMPRESSED)

    def _write(self, target: Path, content: bytes) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(target)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        for folder in (target.parent, target.parent.parent, self._folder):  # each may be new itself
            _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
