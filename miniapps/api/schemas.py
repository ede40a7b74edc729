"""The shapes of publishing and the catalogue on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from core.bodies import Answer, Localized
from core.ids import LABEL_PATTERN
from core.pages import PageQuery
from miniapps.catalogue import PLACE_PATTERN, LifeEvent
from miniapps.models import Release
from miniapps.ratings.ratings import Summary
from miniapps.services import LiveService


class CatalogueQuery(PageQuery):
    cursor: Annotated[str | None, Field(pattern=PLACE_PATTERN, description="`next` of the page before")] = None
    q: Annotated[str, Field(max_length=100, description="what the resident typed: Chinese, pinyin, initials")] = ""
    category: Annotated[str | None, Field(pattern=LABEL_PATTERN)] = None
    kind: Annotated[str | None, Field(pattern=r"^[a-z]{1,20}$")] = None
    life_event: Annotated[LifeEvent | None, Field(description="only those needed then")] = None
    department: Annotated[str | None, Field(pattern=LABEL_PATTERN)] = None


class DepartmentName(Answer):
    id: str
    name: Localized


class Service(Answer):
    id: str
    name: Localized
    summary: Localized
    department: DepartmentName
    kind: str
    category: str
    icon: str
    origin: str
    start_url: str
    loa: int
    version: str
    elder: bool
    life_events: list[LifeEvent]
    provides: list[str] = Field(description="what other services may ask of it")

    @classmethod
    def of(cls, service: LiveService) -> "Service":
        return cls.model_validate(_members(service))


class AskedScope(Answer):
    name: str
    title: Localized
    reason: Localized


class Intents(Answer):
    """What other services may ask of this one, and what it asks of others."""

    provides: list[str]
    uses: list[str]


class RatingSummary(Answer):
    average: float = Field(description="of grades from 1 to 5, with two decimals")
    count: int


class ServiceDetail(Service):
    scopes: list[AskedScope]
    intents: Intents
    audience: list[str]
    districts: list[str]
    keywords: list[str]
    published_at: datetime
    rating: RatingSummary | None = Field(description="what residents said; null before the first rating")


class ServiceList(Answer):
    items: list[Service]


class Category(Answer):
    id: str
    name: Localized
    count: int


class CategoryList(Answer):
    items: list[Category]


class Warned(Answer):
    pointer: str
    detail: str


class ReleaseAnswer(Answer):
    id: str
    service: str
    version: str
    status: Literal["approved", "live", "superseded"]
    digest: str
    warnings: list[Warned]
    created_at: datetime
    published_at: datetime | None

    @classmethod
    def of(cls, release: Release) -> "ReleaseAnswer":
        return cls.model_validate(
            {
                "id": release.id,
                "service": release.service_id,
                "version": release.version_name,
                "status": release.status,
                "digest": release.digest,
                "warnings": release.warnings,
                "created_at": release.created_at,
                "published_at": release.published_at,
            }
        )


def detail_of(service: LiveService, titles: dict[str, Localized], rating: Summary | None) -> ServiceDetail:
    city = service.manifest.city
    return ServiceDetail.model_validate(
        {
            **_members(service),
            "scopes": [
                {"name": scope.name, "title": titles[scope.name], "reason": scope.reason} for scope in service.scopes
            ],
            "audience": city.get("audience", ["person"]),
            "districts": city.get("districts", []),
            "keywords": service.manifest.keywords,
            "intents": {"provides": list(service.manifest.provides), "uses": sorted(service.manifest.uses)},
            "published_at": service.published_at,
            "rating": rating and RatingSummary(average=rating.average, count=rating.count),
        }
    )


def _members(service: LiveService) -> dict[str, object]:
    manifest = service.manifest
    return {
        "id": service.id,
        "name": service.name,
        "summary": manifest.summary,
        "department": {"id": service.department, "name": service.department_name},
        "kind": manifest.city["kind"],
        "category": manifest.city["category"],
        "icon": service.icon,
        "origin": service.origin,
        "start_url": service.start_url,
        "loa": manifest.loa,
        "version": manifest.version_name,
        "elder": manifest.city.get("elder", False),
        "life_events": list(manifest.life_events),
        "provides": list(manifest.provides),
    }
