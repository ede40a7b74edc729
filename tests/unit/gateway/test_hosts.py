"""Two classes of host, and nothing else."""

import pytest

from core.problems import BadRequest, MisdirectedRequest
from gateway.hosts import Hosts

HOSTS = Hosts.of("http://localhost:8000", "localhost:8000")


@pytest.mark.parametrize(
    ("host", "service"),
    [(b"localhost:8000", None), (b"LOCALHOST:8000", None), (b"appointments.localhost:8000", "appointments")],
)
def test_a_host_of_ours_is_told_by_its_name(host: bytes, service: str | None) -> None:
    assert HOSTS.service_of([(b"host", host)]) == service


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"evil.example",
        b"a.b.localhost:8000",
        b"-a.localhost:8000",
        b".localhost:8000",
        b"appointments.localhost:8001",
        b"appointments.localhost:8000.evil.example",
        b"user@appointments.localhost:8000",
        b"a b",
        b"x/y",
        b"",
        b"\xff.localhost:8000",
        b"appointments.localhost:8000\n",
    ],
)
def test_a_foreign_host_is_misdirected(host: bytes) -> None:
    with pytest.raises(MisdirectedRequest):
        HOSTS.service_of([(b"host", host)])


@pytest.mark.parametrize("headers", [[], [(b"host", b"localhost:8000"), (b"host", b"localhost:8000")]])
def test_no_host_or_two_cannot_be_read(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(BadRequest):
        HOSTS.service_of(headers)
