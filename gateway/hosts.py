"""Two classes of host: the app's, and one for each mini-service. Nothing else is decided by the Host header."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.ids import LABEL_PATTERN, ServiceId
from core.problems import BadRequest, MisdirectedRequest


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names this city answers to: the app's authority, and the domain below which mini-services live."""

    app: str
    mini_domain: str

    @classmethod
    def of(cls, origin: str, mini_domain: str) -> "Hosts":
        return cls(urlsplit(origin).netloc, mini_domain)

    def service_of(self, headers: list[tuple[bytes, bytes]]) -> ServiceId | None:
        """The mini-service whose host was asked for; None for the app host.

        Raises BadRequest for no Host or several (RFC 9112, section 3.2) and MisdirectedRequest for a foreign one.
        """
        named = [value for name, value in headers if name == b"host"]
        if len(named) != 1:
            raise BadRequest("Send exactly one Host header.", hop="client")
        return self.service_named(named[0].lower())

    def service_named(self, host: bytes) -> ServiceId | None:
        """The same for a Host in lower case; raises MisdirectedRequest."""
        name = host.decode("latin-1")
        if name == self.app:
            return None
        label, dot, domain = name.partition(".")
        if not dot or domain != self.mini_domain or not re.fullmatch(LABEL_PATTERN, label):
            raise MisdirectedRequest(f"This city answers at {self.app}.", hop="client")
        return ServiceId(label)
