"""The manifest of a mini-service, once it was accepted (schema.py and checks.py say when)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.bodies import Localized
from core.ids import ServiceId, UpstreamId


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    reason: Localized


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was accepted, over its JSON."""

    content: Mapping[str, Any]

    @property
    def service(self) -> ServiceId:
        return ServiceId(self.content["app_id"])

    @property
    def name(self) -> Localized:
        return _localized(self.content, "name")

    @property
    def short_name(self) -> Localized:
        """For where room is short; the name itself where none was given."""
        return _localized({"short_name": self.content["name"], **self.content}, "short_name")

    @property
    def summary(self) -> Localized:
        return _localized({"description": self.content["name"], **self.content}, "description")

    @property
    def version_code(self) -> int:
        return int(self.content["version"]["code"])

    @property
    def version_name(self) -> str:
        return str(self.content["version"]["name"])

    @property
    def first_page(self) -> str:
        return str(self.content["pages"][0])

    @property
    def icon(self) -> str:
        return str(self.content["icons"][0]["src"])

    @property
    def icons(self) -> frozenset[str]:
        """All files that are icons."""
        return frozenset(icon["src"] for icon in self.content["icons"])

    @property
    def city(self) -> Mapping[str, Any]:
        """The `onecity` member."""
        member: Mapping[str, Any] = self.content["onecity"]
        return member

    @property
    def keywords(self) -> list[str]:
        return list(self.city.get("keywords", ()))

    @property
    def loa(self) -> int:
        return int(self.city.get("loa", 1))

    @property
    def audience(self) -> tuple[str, ...]:
        """Whose matters it is for: those of persons, of legal persons, or of both."""
        return tuple(self.city.get("audience", ("person",)))

    @property
    def external(self) -> tuple[str, ...]:
        return tuple(self.city.get("external", ()))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(Scope(each["name"], each["reason"]) for each in self.city.get("scopes", ()))

    @property
    def upstreams(self) -> Mapping[UpstreamId, frozenset[str]]:
        """The operations that may be called, by upstream."""
        return {UpstreamId(each["id"]): frozenset(each["operations"]) for each in self.city.get("upstreams", ())}


def _localized(content: Mapping[str, Any], member: str) -> Localized:
    text: Localized = {"zh-CN": content[member]}
    english = content.get(f"{member}_localized", {}).get("en")
    if english:
        text["en"] = english
    return text
