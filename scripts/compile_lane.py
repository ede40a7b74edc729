"""Compile the data path with mypyc, once per state of its sources: see gateway/compiled.py. Needs a C compiler."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ["PURE_LANE"] = "1"  # what runs here is the compiler's own reading of the sources
sys.path.insert(0, str(ROOT))

from gateway.compiled import MODULES, folder  # noqa: E402 - the checkout is not on the path of a script

CONFIGURATION = "[mypy]\nstrict = True\nfollow_imports = silent\nplugins = pydantic.mypy\n"


def main() -> int:
    target = folder()
    if (target / "complete").exists():
        return 0
    if not shutil.which(os.environ.get("CC", "cc")):
        print(
            "Without a C compiler the lane runs uncompiled; on Debian: apt-get install gcc libc6-dev", file=sys.stderr
        )
        return 1
    print("Compiling the lane; this takes a minute or two", flush=True)
    with tempfile.TemporaryDirectory() as work:
        _copy_sources(Path(work))
        if said := _compiled(Path(work)):
            print(said, file=sys.stderr)
            return 1
        _put_in_place(Path(work), target)
    return 0


def _copy_sources(work: Path) -> None:
    for package in ("core", "auth", "miniapps", "push", "gateway"):
        shutil.copytree(ROOT / package, work / package, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    (work / "mypy.ini").write_text(CONFIGURATION)
    call = f"mypycify(['--config-file=mypy.ini', *{MODULES!r}], opt_level='2', group_name='onecity_lane')"
    lines = ["from mypyc.build import mypycify", "from setuptools import setup"]
    (work / "setup.py").write_text("\n".join([*lines, f"setup(name='lane', packages=[], ext_modules={call})"]))


def _compiled(work: Path) -> str:
    """What the compiler said, where it failed."""
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    return f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}" if done.returncode else ""


def _put_in_place(work: Path, target: Path) -> None:
    """All of it at once: two who compile do not meet half of each other's."""
    ready = Path(tempfile.mkdtemp(dir=_made(target.parent)))
    for built in work.rglob("*.so"):
        if "build" not in built.relative_to(work).parts:
            place = ready / built.relative_to(work)
            shutil.copy2(built, _made(place.parent) / place.name)
    (ready / "complete").touch()
    with contextlib.suppress(OSError):  # somebody was faster, with the same
        ready.rename(target)


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
