"""The catalogue: what residents find, by category or by what they type."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.bodies import Localized
from miniapps.search import Entry, words_of
from miniapps.services import LiveService, Services

CATEGORIES: Mapping[str, Localized] = {
    "household": {"zh-CN": "户籍证件", "en": "Household and ID"},
    "health": {"zh-CN": "医疗卫生", "en": "Health"},
    "social-security": {"zh-CN": "社保就业", "en": "Social security"},
    "housing": {"zh-CN": "住房公积金", "en": "Housing"},
    "transport": {"zh-CN": "交通出行", "en": "Transport"},
    "education": {"zh-CN": "教育", "en": "Education"},
    "business": {"zh-CN": "企业开办", "en": "Business"},
    "life": {"zh-CN": "城市生活", "en": "City life"},
}


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    name: Localized
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; None does not narrow."""

    text: str = ""
    category: str | None = None
    kind: str | None = None


class Catalogue:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._index: dict[str, Entry] = {}

    async def find(self, wanted: Wanted) -> list[LiveService]:
        """All that fit: the best match first, then by id."""
        services = [service for service in (await self._services.all()).values() if _fits(service, wanted)]
        words = words_of(wanted.text)
        if not words:
            return [] if wanted.text.strip() else sorted(services, key=lambda service: service.id)
        return self._ranked(services, words)

    async def categories(self) -> list[Category]:
        """The categories that have a service, in the order of the table."""
        counts = Counter(service.manifest.city["category"] for service in (await self._services.all()).values())
        return [Category(id_, name, counts[id_]) for id_, name in CATEGORIES.items() if counts[id_]]

    def _ranked(self, services: Sequence[LiveService], words: Sequence[str]) -> list[LiveService]:
        scored = [(self._entry(service).score(words), service) for service in services]
        found = [(score, service.id, service) for score, service in scored if score is not None]
        return [service for _, _, service in sorted(found, key=lambda each: each[:2])]

    def _entry(self, service: LiveService) -> Entry:
        """Made once per release."""
        entry = self._index.get(service.release)
        if entry is None:
            entry = self._index[service.release] = _entry(service)
        return entry


def _entry(service: LiveService) -> Entry:
    manifest = service.manifest
    others = (*manifest.summary.values(), *service.department_name.values())
    return Entry.of(manifest.name.values(), manifest.keywords, others)


def _fits(service: LiveService, wanted: Wanted) -> bool:
    city = service.manifest.city
    return (wanted.category is None or city["category"] == wanted.category) and (
        wanted.kind is None or city["kind"] == wanted.kind
    )
