"""What a proxied call costs, against calling the department's system directly, in one run on this machine.

Starts the demo in a temporary folder, signs a resident in, and sends the same GET every way in turns, so that a machine
that slows down slows all of them. Bounded: 5 rounds of 300 calls each way, one at a time, on loopback only. Prints the
table that docs/benchmarks.md holds.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.harness.city import City, running_city  # noqa: E402 - the checkout is not on the path of a script
from tests.harness.packages import FILES, MANIFEST, OPENAPI  # noqa: E402
from tests.harness.ports import free_port, wait_for_port  # noqa: E402
from tests.harness.publisher import apply, publish, wait_until_live  # noqa: E402
from tests.harness.resident import Resident  # noqa: E402

ROUNDS = 5
CALLS = 300
Call = Callable[[], httpx2.Response]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a proxied call against a direct one; prints ratios.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--calls", type=int, default=CALLS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_city(Path(folder)) as city, _ways(city) as ways:
        for call in ways.values():
            _timed(call, 50)
        measured: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(arguments.rounds):
            for name, call in ways.items():
                measured[name] += _timed(call, arguments.calls)
    print(_table(measured))


@contextmanager
def _ways(city: City) -> Iterator[dict[str, Call]]:
    """The upstream asked directly, an open operation through the gateway, and one that the ledger records."""
    port = free_port()
    upstream = subprocess.Popen([sys.executable, str(HERE / "upstream.py"), str(port)])
    try:
        wait_for_port(port)
        _register(city, port)
        with httpx2.Client(trust_env=False) as http, Resident(city, "13800000001") as resident:
            resident.signs_in()
            resident.agrees("bench")
            token = resident.token("bench")
            yield {
                "the department's system, directly": lambda: http.get(f"http://127.0.0.1:{port}/open"),
                "through the gateway, nothing recorded": lambda: resident.calls("bench", "bench", "/open", token),
                "through the gateway, recorded in the ledger": lambda: resident.calls(
                    "bench", "bench", "/records", token
                ),
            }
    finally:
        upstream.terminate()
        upstream.wait()


def _register(city: City, port: int) -> None:
    """Enter the upstream, and publish a mini-service that may call it."""
    entry = {
        "department": "gov-services",
        "address": f"http://127.0.0.1:{port}",
        "allow": ["127.0.0.1/32"],
        "openapi": OPENAPI,
    }
    apply(city, {"upstreams": {"bench": entry}})
    member = MANIFEST["onecity"] | {"department": "gov-services"}
    member["upstreams"] = [{"id": "bench", "operations": ["listRecords", "showOpen"]}]
    folder = city.folder / "bench"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | {"app_id": "bench", "onecity": member}))
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    publish(city, folder)
    wait_until_live(city, "bench")


def _timed(call: Call, times: int) -> list[float]:
    """Milliseconds of each call; raises for an answer that is none."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call().raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _table(measured: dict[str, list[float]]) -> str:
    base = statistics.median(next(iter(measured.values())))
    rows = ["| call | p50 ms | p99 ms | p50 over the first |", "| --- | --- | --- | --- |"]
    for name, taken in measured.items():
        p99 = statistics.quantiles(taken, n=100)[98]
        rows.append(f"| {name} | {statistics.median(taken):.2f} | {p99:.2f} | {statistics.median(taken) / base:.1f} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
