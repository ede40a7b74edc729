"""The files of all releases, by their content.

Promise: a file is under its name whole or not at all, also after a kill -9 or a power cut, since it is written aside,
synced, and renamed; putting the same content twice costs one look. What a killed writer left aside is cleared away by
the first writer that comes an hour later.
"""

import gzip
import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_COMPRESSED = ".gz"
_WORTH_COMPRESSING = 1024
_ASIDE = "aside"
_SURELY_LEFT_SECONDS = 3600


class Store:
    """A folder of files named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cleared = False

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
        handle, aside = tempfile.mkstemp(dir=self._aside(), prefix=".new-")
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

    def _aside(self) -> Path:
        """The folder for files that are being written, on the same file system as those that are whole."""
        aside = self._folder / _ASIDE
        aside.mkdir(exist_ok=True)
        if not self._cleared:
            self._cleared = True
            for left in aside.iterdir():
                _clear_away(left)
        return aside


def _clear_away(left: Path) -> None:
    with suppress(FileNotFoundError):  # a worker that still writes it has put it in its place
        if time.time() - left.stat().st_mtime > _SURELY_LEFT_SECONDS:
            left.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
