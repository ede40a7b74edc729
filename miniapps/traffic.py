"""How much may go to a department's system, and over what: the operator's figures, and certificates."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from miniapps.errors import RegisterRefused


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, to the first byte of the answer, and to its end."""

    connect: float = 2.0
    first_byte: float = 10.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an upstream takes. `concurrency` calls at once, `queue` waiting for one of them to end.

    `resident` counts one resident in one mini-service, `service` all calls of one mini-service, `upstream` all calls;
    None: the city's own limit. `max_body` is the largest body in bytes that its document may allow; None: the city's.
    """

    concurrency: int = 100
    queue: int = 100
    resident: Rate | None = None
    service: Rate | None = None
    upstream: Rate | None = None
    max_body: int | None = None


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM form: who may have signed the system's certificate, and what the gateway shows of itself."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """For connections to the system (TLS 1.2 at the least); raises RegisterRefused."""
        if (self.certificate is None) is not (self.key is None):
            raise RegisterRefused("tls: give certificate and key, or neither")
        context = self._trusting()
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key, password=_no_password)
            except (OSError, ValueError) as error:
                raise RegisterRefused(f"tls: certificate and key cannot be used: {error}") from error
        return context

    def _trusting(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:  # ssl.SSLError is one
            raise RegisterRefused(f"tls: ca: {self.ca} cannot be used: {error}") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        return context


def _no_password() -> str:
    """Instead of a question on the terminal, which nobody would answer."""
    raise ValueError("the key has a password")
