"""Free ports and waiting for servers, for tests that run real processes."""

import random
import socket
import time
from collections.abc import Sequence

_BELOW_THE_EPHEMERAL = range(15_000, 32_000)
"""Where no outgoing connection takes a port between its choice and its use."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def free_port_with(offsets: Sequence[int]) -> int:
    """A free port of which the ports at these distances are free as well; for programs that take several."""
    for port in random.sample(_BELOW_THE_EPHEMERAL, 200):
        if all(_is_free(port + offset) for offset in (0, *offsets)):
            return port
    raise OSError("no port with free ones beside it was found")


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Return when something listens on the port; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
