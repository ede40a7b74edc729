"""What every gateway must refuse before its speed is worth a look."""

import http.client
import time
from collections.abc import Mapping

_REFUSALS = {400, 401, 403}
_TRIES, _PAUSE_SECONDS = 10, 0.5


def asked(port: int, host: str, path: str, token: str) -> int:
    """The status of one call with one token; "" for none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"Host": host, **({"Authorization": f"Bearer {token}"} if token else {})}
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def let_through(port: int, host: str, path: str, good: str, bad: Mapping[str, str]) -> list[str]:
    """The bad tokens that were answered, by name, and "a good token" when even that was not; none: all is well."""
    wrong = [] if _answered(port, host, path, good) else ["a good token"]
    return wrong + [name for name, token in bad.items() if asked(port, host, path, token) not in _REFUSALS]


def _answered(port: int, host: str, path: str, token: str) -> bool:
    """Whether a good token is, within some seconds: a gateway that has just started may shed calls at first."""
    for _ in range(_TRIES):
        if asked(port, host, path, token) == http.HTTPStatus.OK:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False
