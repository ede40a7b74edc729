"""The store: whole files or none."""

import asyncio
import gzip
import hashlib
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from miniapps.store import Store

WRITER = """
import random, sys
from pathlib import Path
from miniapps.store import Store
store, noise = Store(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
print("ready", flush=True)
while True:
    store.put(noise.randbytes(300_000), compressible=True)
"""


def files(folder: Path) -> list[Path]:
    """Those under a final name."""
    return [each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(".new-")]


def test_content_is_found_by_its_digest_two_folders_down(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.put(b"hello")
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert store.path(digest) == tmp_path / digest[:2] / digest[2:4] / digest
    assert store.path(digest).read_bytes() == b"hello"


def test_the_same_content_is_written_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    written = store.path(store.put(b"hello")).stat()
    assert store.path(store.put(b"hello")).stat().st_mtime_ns == written.st_mtime_ns
    assert len(files(tmp_path)) == 1


def test_text_worth_it_has_a_compressed_twin(tmp_path: Path) -> None:
    store = Store(tmp_path)
    long, short, binary = b"a" * 5000, b"a" * 1024, b"b" * 5000
    twin = store.compressed(store.put(long, compressible=True))
    assert twin is not None
    assert gzip.decompress(twin.read_bytes()) == long
    assert store.compressed(store.put(short, compressible=True)) is None
    assert store.compressed(store.put(binary)) is None


def test_a_twin_that_a_crash_left_out_is_made_the_next_time(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.put(b"a" * 5000)
    assert store.compressed(digest) is None
    store.put(b"a" * 5000, compressible=True)
    assert store.compressed(digest)


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Store(tmp_path).put(b"hello")
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_a_killed_writer_left_is_cleared_away_an_hour_later(tmp_path: Path) -> None:
    left, fresh = tmp_path / "aside" / ".new-left", tmp_path / "aside" / ".new-fresh"
    left.parent.mkdir()
    for each in (left, fresh):
        each.write_bytes(b"half a fi")
    os.utime(left, (0, 0))
    Store(tmp_path).put(b"hello")
    assert not left.exists()
    assert fresh.exists(), "another worker may be writing it"


async def test_a_killed_writer_leaves_no_half_file(tmp_path: Path) -> None:
    patience = random.Random(3)  # noqa: S311 - when to kill is no secret
    for seed in range(6):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(tmp_path), str(seed), stdout=asyncio.subprocess.PIPE
        )
        assert writer.stdout
        await asyncio.wait_for(writer.stdout.readline(), 20)
        await asyncio.sleep(patience.uniform(0.02, 0.2))
        os.kill(writer.pid, signal.SIGKILL)
        await writer.wait()
    kept = files(tmp_path)
    assert kept
    for file in kept:
        content = file.read_bytes()
        whole = gzip.decompress(content) if file.suffix == ".gz" else content
        assert hashlib.sha256(whole).hexdigest() == file.stem
