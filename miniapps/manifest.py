"""The manifest of a mini-service, once it was accepted (schema.py and checks.py say when)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.bodies import Localized
from core.ids import ServiceId, UpstreamId


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    reason: Localized


INTENT_PATTERN = r"^[a-z][A-Za-z0-9]{1,39}$"


@dataclass(frozen=True, slots=True)
class Provided:
    """An intent that the service provides: where in it that begins, and what it is called there."""

    name: str
    path: str
    title: Localized | None


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
    def life_events(self) -> tuple[str, ...]:
        """When in life it is needed: texts alone, for releases older than the member may have anything there."""
        named = self.city.get("life_events")
        return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()

    @property
    def provides(self) -> Mapping[str, Provided]:
        """What other services may ask of it, by name."""
        found = (_provided(each) for each in _intents(self.city).get("provides", ()))
        return {each.name: each for each in found if each}

    @property
    def uses(self) -> frozenset[str]:
        """What it asks of others."""
        return frozenset(_intents(self.city).get("uses", ()))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(Scope(each["name"], each["reason"]) for each in self.city.get("scopes", ()))

    @property
    def upstreams(self) -> Mapping[UpstreamId, frozenset[str]]:
        """The operations that may be called, by upstream."""
        return {UpstreamId(each["id"]): frozenset(each["operations"]) for each in self.city.get("upstreams", ())}


def _intents(city: Mapping[str, Any]) -> Mapping[str, Any]:
    member: Mapping[str, Any] = city.get("intents", {})
    return member


def _provided(entry: Any) -> Provided | None:
    """Manifests accepted before intents had paths name them by texts: they begin at the first page."""
    if isinstance(entry, str):
        return Provided(entry, "/", None) if re.fullmatch(INTENT_PATTERN, entry) else None
    title: Localized | None = entry.get("title") or None
    return Provided(entry["name"], entry["path"], title if title and "zh-CN" in title else None)


def _localized(content: Mapping[str, Any], member: str) -> Localized:
    text: Localized = {"zh-CN": content[member]}
    english = content.get(f"{member}_localized", {}).get("en")
    if english:
        text["en"] = english
    return text
