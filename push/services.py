"""The push services that we talk to.

A subscription's endpoint is a URL that the browser's owner chose: without this list it would be a way to make us call
any address (SSRF).
"""

import re
from collections.abc import Iterable, Mapping

from push.errors import PushServiceUnknown

_ENDPOINT = re.compile(
    r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[!-~]*)", re.ASCII
)
"""One reading only, so that no second parser can disagree: no user, no upper case, no escape or dot at a host's end."""
_HTTPS = "443"
_LONGEST = 2000


class PushServices:
    """Which endpoints are taken, and to what address a message for them goes."""

    def __init__(self, entries: Iterable[str], relay: Mapping[str, str] | None = None) -> None:
        """`entries` are `host`, or `.suffix` for the hosts below it, with `:port` when that is not 443.

        `relay` maps a host to the base URL that its messages go through.
        """
        self._entries = [_split(entry) for entry in entries]
        self._relay = {host: base.rstrip("/") for host, base in (relay or {}).items()}

    def check(self, endpoint: str) -> None:
        """Raise PushServiceUnknown unless the endpoint is at a service of the list, over https and at its port."""
        read = None if re.search(r"[\\#]", endpoint) else _ENDPOINT.fullmatch(endpoint)
        if not read or len(endpoint) > _LONGEST or not self._listed(read["host"], read["port"] or _HTTPS):
            raise PushServiceUnknown(
                "Send the subscription as the browser gave it; the operator lists the push services.",
                errors=[{"pointer": "/endpoint", "detail": "not at a push service of the list"}],
            )

    def address(self, endpoint: str) -> str:
        """Where a message for a checked endpoint is sent: the endpoint itself, or through its service's relay."""
        self.check(endpoint)
        host_and_port, slash, rest = endpoint.removeprefix("https://").partition("/")
        base = self._relay.get(host_and_port.partition(":")[0])
        return f"{base}{slash}{rest}" if base else endpoint

    def _listed(self, host: str, port: str) -> bool:
        return any(_is(host, name) and port == number for name, number in self._entries)


def _split(entry: str) -> tuple[str, str]:
    name, _, port = entry.partition(":")
    return name, port or _HTTPS


def _is(host: str, name: str) -> bool:
    return host.endswith(name) if name.startswith(".") else host == name
