"""The providers that the city is a client of, each with its metadata and its keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from auth.external.errors import ExternalProviderUnknown
from auth.external.fetching import Fetcher
from auth.external.key_sets import KeySet
from auth.external.metadata import Discovery
from auth.external.settings import ExternalProvider, ExternalSettings
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; `id` is our label of it."""

    id: str
    settings: ExternalProvider
    discovery: Discovery
    keys: KeySet


class Providers:
    """All of them, by label."""

    def __init__(self, clock: Clock, settings: ExternalSettings, fetcher: Fetcher) -> None:
        self._providers: Mapping[str, Provider] = {
            label: _provider(label, each, settings.metadata_seconds, clock, fetcher)
            for label, each in settings.providers.items()
        }

    def get(self, label: str) -> Provider:
        """Raises ExternalProviderUnknown."""
        if label not in self._providers:
            raise ExternalProviderUnknown
        return self._providers[label]

    def all(self) -> list[Provider]:
        """In the order of the settings."""
        return list(self._providers.values())


def _provider(label: str, settings: ExternalProvider, seconds: int, clock: Clock, fetcher: Fetcher) -> Provider:
    discovery = Discovery(clock, fetcher, settings, seconds)
    return Provider(label, settings, discovery, KeySet(clock, fetcher, discovery))
