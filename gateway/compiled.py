"""The data path's compiled form, where there is one: typed Python, made into machine code by mypyc.

`make lane` compiles MODULES into var/lane/<digest>, where the digest is that of their sources and of this Python. What
is found under that name is exactly what the sources say, so it is preferred, and nothing old ever is; without it the
same modules run as they are. `PURE_LANE=1` has them run as they are in any case: the tests run both.
"""

import hashlib
import os
import sys
from collections.abc import MutableSequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = (
    *(f"gateway/ledger/{name}.py" for name in ("activity", "content", "group", "sqlite")),
    *(
        f"gateway/proxy/{name}.py"
        for name in (
            "access_log",
            "answer",
            "breaker",
            "bulkhead",
            "call",
            "connection",
            "decide",
            "door",
            "endpoints",
            "errors",
            "figures",
            "framing",
            "gate",
            "head",
            "headers",
            "keyed",
            "lane",
            "limits",
            "memo",
            "numbers",
            "paths",
            "retries",
            "shedding",
            "system",
        )
    ),
)


def folder() -> Path:
    """Where the compiled form of these very sources is, or would be."""
    digest = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.platform}".encode())
    for module in MODULES:
        digest.update((ROOT / module).read_bytes())
    return ROOT / "var" / "lane" / digest.hexdigest()[:16]


def prefer(path: MutableSequence[str], package: str) -> None:
    """Have a package of gateway's find its compiled modules first."""
    if os.environ.get("PURE_LANE"):  # no setting: it is for tests and benches, before anything is set up
        return
    compiled = folder()
    if (compiled / "complete").exists():
        path.insert(0, str(compiled / "gateway" / package))
        if str(compiled) not in sys.path:
            sys.path.append(str(compiled))  # the modules' common library lies there
