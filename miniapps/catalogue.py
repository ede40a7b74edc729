"""The catalogue: what residents find, by category or by what they type."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.bodies import Localized
from core.ids import ServiceId
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


LifeEvent = Literal[
    "birth",
    "schooling",
    "work",
    "marriage",
    "housing",
    "health",
    "driving",
    "business",
    "retirement",
    "bereavement",
]
LIFE_EVENTS: Mapping[LifeEvent, Localized] = {
    "birth": {"zh-CN": "出生", "en": "Birth"},
    "schooling": {"zh-CN": "入学", "en": "Schooling"},
    "work": {"zh-CN": "就业", "en": "Work"},
    "marriage": {"zh-CN": "婚姻", "en": "Marriage"},
    "housing": {"zh-CN": "住房", "en": "Housing"},
    "health": {"zh-CN": "就医", "en": "Health"},
    "driving": {"zh-CN": "驾车", "en": "Driving"},
    "business": {"zh-CN": "创业", "en": "Business"},
    "retirement": {"zh-CN": "退休", "en": "Retirement"},
    "bereavement": {"zh-CN": "身后", "en": "Bereavement"},
}


@dataclass(frozen=True, slots=True)
class Category:
    """Something that services are found by: a category, an event of life, a department."""

    id: str
    name: Localized
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; None does not narrow."""

    text: str = ""
    category: str | None = None
    kind: str | None = None
    life_event: LifeEvent | None = None
    department: str | None = None


PLACE_PATTERN = r"^[0-9]{1,9}\.[a-z][a-z0-9-]{1,38}[a-z0-9]$"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a service stands in a list: how good a match it is (0 is best), then its id.

    As a cursor it stays right when services come and go between two pages.
    """

    score: int
    id: str

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """From a text of PLACE_PATTERN."""
        score, _, id_ = cursor.partition(".")
        return cls(int(score), id_)

    def __str__(self) -> str:
        return f"{self.score}.{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    service: LiveService


class Catalogue:
    """Finds services; what search needs of each is made once per release, and again when a release goes live."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._index: Mapping[ServiceId, tuple[LiveService, Entry]] = {}
        self._generation = -1

    async def find(self, wanted: Wanted, after: Place | None = None) -> list[Found]:
        """All that fit and stand behind `after`: the best match first, then by id."""
        words = words_of(wanted.text)
        if wanted.text.strip() and not words:
            return []
        index = await self._indexed()
        fitting = [each for each in index.values() if _fits(each[0], wanted)]
        scored = [(entry.score(words), service) for service, entry in fitting]
        found = [Found(Place(score, service.id), service) for score, service in scored if score is not None]
        return sorted((each for each in found if after is None or each.place > after), key=lambda each: each.place)

    async def categories(self) -> list[Category]:
        """The categories that have a service, in the order of the table."""
        counts = Counter(service.manifest.city["category"] for service in (await self._services.all()).values())
        return [Category(id_, name, counts[id_]) for id_, name in CATEGORIES.items() if counts[id_]]

    async def life_events(self) -> list[Category]:
        """The events of life for which there is a service, from birth on."""
        events = (service.manifest.life_events for service in (await self._services.all()).values())
        counts = Counter(event for each in events for event in each)
        return [Category(id_, name, counts[id_]) for id_, name in LIFE_EVENTS.items() if counts[id_]]

    async def departments(self) -> list[Category]:
        """The departments that have a service, by their ids."""
        live = (await self._services.all()).values()
        counts = Counter(service.department for service in live)
        names = {service.department: service.department_name for service in live}
        return [Category(id_, names[id_], counts[id_]) for id_ in sorted(names)]

    async def _indexed(self) -> Mapping[ServiceId, tuple[LiveService, Entry]]:
        live = await self._services.all()
        if self._services.generation != self._generation:
            self._index = {id_: (service, self._entry(service)) for id_, service in live.items()}
            self._generation = self._services.generation
        return self._index

    def _entry(self, service: LiveService) -> Entry:
        known, entry = self._index.get(service.id, (None, None))
        return entry if entry and known is service else _entry(service)


def _entry(service: LiveService) -> Entry:
    manifest = service.manifest
    others = (*manifest.summary.values(), *service.department_name.values())
    names = (*manifest.name.values(), *manifest.short_name.values())
    return Entry.of(names, manifest.keywords, others)


def _fits(service: LiveService, wanted: Wanted) -> bool:
    city = service.manifest.city
    return (
        (wanted.category is None or city["category"] == wanted.category)
        and (wanted.kind is None or city["kind"] == wanted.kind)
        and (wanted.department is None or service.department == wanted.department)
        and (wanted.life_event is None or wanted.life_event in service.manifest.life_events)
    )
