"""What every gateway must refuse before its speed is worth a look."""

import http.client
from collections.abc import Mapping

_REFUSALS = {400, 401, 403}


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
    wrong = [] if asked(port, host, path, good) == http.HTTPStatus.OK else ["a good token"]
    return wrong + [name for name, token in bad.items() if asked(port, host, path, token) not in _REFUSALS]
