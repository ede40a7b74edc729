"""Everything that can be set, read from the environment (prefix ONECITY_, nested with __) here and nowhere else."""

from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, IPvAnyAddress, IPvAnyNetwork, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from auth.settings import AuthSettings
from core.telemetry import LogFormat, LogLevel
from gateway.ledger.settings import LedgerSettings
from gateway.proxy.settings import ProxySettings
from miniapps.settings import MiniappsSettings
from push.settings import PushSettings


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username
        or value != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ValueError("give scheme, host and port only, like https://city.example or http://localhost:8000")
    return value


Origin = Annotated[str, AfterValidator(_origin)]


class Settings(BaseSettings):
    """OneCity's settings. Secrets have no default: `make demo` makes throw-away ones."""

    model_config = SettingsConfigDict(
        env_prefix="ONECITY_", env_nested_delimiter="__", extra="forbid", env_file=None, frozen=True
    )

    origin: Origin = Field(
        "http://localhost:8000", description="Origin of the app host, as residents' browsers see it."
    )
    mini_domain: str = Field(
        "localhost:8000", description="Domain (with port) below which each mini-service has a host of its own."
    )
    host: IPvAnyAddress = Field(IPv4Address("127.0.0.1"), description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="Networks of the proxies in front: they alone may name the client's address (X-Forwarded-For)."
    )
    database_url: str = Field(
        "sqlite://var/city.db",
        pattern=r"^(sqlite|postgres|postgresql)://.",
        description="sqlite://path or postgres://user@host/name.",
    )
    web_folder: Path | None = Field(None, description="Folder with the built shell and SDK; by default those shipped.")
    log_format: LogFormat = Field("json", description="`json`, or `console` for people.")
    log_level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    metrics_port: int | None = Field(None, description="Port of 127.0.0.1 for /metrics; none when unset.")
    development_outbox: bool = Field(
        False, description="Show SMS codes at /dev/outbox instead of sending them. Never in production."
    )
    auth: AuthSettings = Field(description="Accounts, codes, sessions, keys.")
    miniapps: MiniappsSettings = Field(MiniappsSettings(), description="Packages, releases, hosting.")
    ledger: LedgerSettings = Field(LedgerSettings(), description="The record of access.")
    push: PushSettings = Field(description="Notices and their delivery.")
    proxy: ProxySettings = Field(default_factory=ProxySettings, description="The data path.")

    @model_validator(mode="after")
    def _outbox_only_at_home(self) -> Self:
        host = urlsplit(self.origin).hostname or ""
        if self.development_outbox and host != "localhost" and not host.endswith(".localhost"):
            raise ValueError("development_outbox shows sign-in codes to everybody: it is for localhost only")
        if self.development_outbox and not self.host.is_loopback:
            raise ValueError("development_outbox shows sign-in codes to everybody: let host be 127.0.0.1 or ::1")
        return self

    @property
    def problems_file(self) -> Path:
        """The text behind /problems/…: shipped inside the package, or the checkout's own page."""
        shipped = Path(__file__).parent / "web" / "problems.md"
        return shipped if shipped.exists() else Path(__file__).parent.parent / "docs" / "problems.md"

    @property
    def web(self) -> Path:
        """The folder with `shell/dist` and `sdk/dist`: inside the installed package, or beside it in a checkout."""
        shipped = Path(__file__).parent / "web"
        return self.web_folder or (shipped if shipped.exists() else Path(__file__).parent.parent / "sdk_h5")

    @property
    def secure(self) -> bool:
        """Whether residents come over TLS."""
        return self.origin.startswith("https:")
