"""What a page loads of the SDK, beside others: the same esbuild flags, then gzip -9."""

import json
import subprocess
from collections.abc import Iterator

from bench.processes import ROOT, Unavailable

HEADER = ("SDK", "minified kB", "gzip kB", "over ours")
WEB = ROOT / "bench" / "web"


def measured() -> Iterator[list[str]]:
    """A line for each; raises Unavailable without the packages of bench/web/."""
    sizes = json.loads(run("sizes.mjs"))
    whole = next(each["gzip"] for each in reversed(sizes) if each["ours"])
    for each in sorted(sizes, key=lambda one: one["gzip"]):
        name = f"**{each['name']}**" if each["ours"] else each["name"]
        yield [name, f"{each['min'] / 1000:.1f}", f"{each['gzip'] / 1000:.2f}", f"{each['gzip'] / whole:.1f}×"]


def run(script: str, given: str = "", seconds: float = 600) -> str:
    """What a script of bench/web/ prints; raises Unavailable."""
    if not (WEB / "node_modules").exists():
        raise Unavailable("the packages of bench/web/ are not installed")
    done = subprocess.run(
        ["node", script],
        cwd=WEB,
        input=given,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"{script}: {done.stderr.strip()[-300:]}")
    return done.stdout
