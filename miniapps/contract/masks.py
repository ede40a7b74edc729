"""Which members of an answer stand under which scopes, by the structure of its schema.

A schema is a graph (references may lead in circles), and at one place of an answer several of its schemas may hold at
once: those of `allOf`, `anyOf`, `oneOf`, `if`. So it is compiled as a regular expression is, set by set: a `Place` is
the set of schemas that may hold there, and a member leads from one place to another. What any of them hides is hidden.
From the places and the scopes that a resident did not agree to comes a `Mask`, which strips an answer in one walk.

Where something is hidden, only what the document describes passes: nobody said whose the rest is.
`additionalProperties: true`, written out, describes all other members.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from core.bodies import Localized
from miniapps.contract.members import localized, scope_of, words_of
from miniapps.contract.schemas import Schemas
from miniapps.errors import RegisterRefused

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")
_MOST_PLACES = 5_000
_ANY: Mapping[str, Any] = {}


class NotDescribed(Exception):
    """An array or an object stands where the document describes none."""


@dataclass(eq=False, slots=True)
class Place:
    """One place of an answer: what holds for its value, and where its members and elements lead.

    `members` by name; `others` for every other name (None: no other is described); `patterns` for names that match;
    `first` for the first elements of an array, `elements` for the rest.
    """

    scopes: frozenset[str]
    members: dict[str, "Place"] = field(default_factory=dict)
    patterns: "list[tuple[jsonschema_rs.Validator, Place]]" = field(default_factory=list)
    others: "Place | None" = None
    first: "list[Place]" = field(default_factory=list)
    elements: "Place | None" = None

    def next(self) -> "Iterator[Place]":
        yield from self.members.values()
        yield from (place for _, place in self.patterns)
        yield from self.first
        yield from (each for each in (self.others, self.elements) if each is not None)

    def all(self) -> "list[Place]":
        """This one, and every one that can be reached."""
        found = {id(self): self}
        waiting = [self]
        while waiting:
            for each in waiting.pop().next():
                if id(each) not in found:
                    found[id(each)] = each
                    waiting.append(each)
        return list(found.values())


class Places:
    """Makes the places of one document; raises RegisterRefused."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[frozenset[int], Place] = {}
        self._patterns: dict[str, jsonschema_rs.Validator] = {}
        self._waiting: list[tuple[Place, list[Mapping[str, Any]], str]] = []
        self.titles: dict[str, Localized] = {}
        """What the document calls the fields of a scope, where it says it."""

    def of(self, schema: object, where: str) -> Place:
        """The place of a whole answer."""
        place = self._place([schema], where)
        while self._waiting:
            self._lead_on(*self._waiting.pop())
        return place

    def _place(self, schemas: Iterable[object], where: str) -> Place:
        here = self._holding(schemas, where)
        key = frozenset(map(id, here))
        if key not in self._known:
            if len(self._known) >= _MOST_PLACES:
                raise RegisterRefused(f"{where}: the schema has more than {_MOST_PLACES} places")
            place = self._known[key] = Place(frozenset(self._scopes(here, where)))
            self._waiting.append((place, here, where))
        return self._known[key]

    def _holding(self, schemas: Iterable[object], where: str) -> list[Mapping[str, Any]]:
        """Every schema that may hold where these do."""
        found: dict[int, Mapping[str, Any]] = {}
        waiting = list(schemas)
        while waiting:
            schema = waiting.pop()
            if isinstance(schema, bool):
                continue
            if not isinstance(schema, Mapping):
                raise RegisterRefused(f"{where}: a schema is wanted here")
            if id(schema) not in found:
                found[id(schema)] = schema
                waiting += self._beside(schema, where)
        return list(found.values())

    def _beside(self, schema: Mapping[str, Any], where: str) -> Iterator[object]:
        if "$ref" in schema:
            yield self._schemas.named(schema["$ref"], where)
        for keyword in _BRANCHES:
            yield from _list(schema, keyword)
        for keyword in _CONDITIONS:
            yield schema.get(keyword, True)
        yield from _map(schema, "dependentSchemas").values()

    def _scopes(self, here: list[Mapping[str, Any]], where: str) -> Iterator[str]:
        for schema in here:
            if scope := scope_of(schema, where):
                words = words_of(schema, "x-onecity-summary", where)
                if words:
                    self.titles.setdefault(scope, localized(words, words_of(schema, "x-onecity-summary-en", where)))
                yield scope

    def _lead_on(self, place: Place, here: list[Mapping[str, Any]], where: str) -> None:
        for name in dict.fromkeys(name for schema in here for name in _map(schema, "properties")):
            leads = [each for schema in here for each in self._below(schema, name, where)]
            place.members[name] = self._place(leads, f"{where}/{name}")
        for pattern, below in [each for schema in here for each in _map(schema, "patternProperties").items()]:
            place.patterns.append((self._pattern(pattern, where), self._place([below], f"{where}/{pattern}")))
        if others := [each for schema in here for each in _others(schema)]:
            place.others = self._place(others, f"{where}/*")
        for index in range(max((len(_first(schema)) for schema in here), default=0)):
            place.first.append(self._place(_at(here, index), f"{where}/{index}"))
        if elements := _at(here, None):
            place.elements = self._place(elements, f"{where}/-")

    def _below(self, schema: Mapping[str, Any], name: str, where: str) -> list[object]:
        """What one schema says of the member of that name."""
        said = [_map(schema, "properties")[name]] if name in _map(schema, "properties") else []
        for pattern, each in _map(schema, "patternProperties").items():
            if self._pattern(pattern, where).is_valid(name):
                said.append(each)
        return [_described(each) for each in said] or list(_others(schema))

    def _pattern(self, pattern: str, where: str) -> jsonschema_rs.Validator:
        if pattern not in self._patterns:
            try:
                self._patterns[pattern] = jsonschema_rs.Draft202012Validator(
                    {"pattern": pattern}, offline=True, pattern_options=jsonschema_rs.RegexOptions()
                )
            except jsonschema_rs.ValidationError as error:
                raise RegisterRefused(f"{where}: {pattern!r} is no pattern without look-around") from error
        return self._patterns[pattern]


class Mask:
    """What is taken out of a value at one place."""

    __slots__ = ("_described", "_element", "_first", "_hidden", "_nested", "_open", "_other", "_patterns", "_takes")

    def __init__(self) -> None:
        self._hidden: list[str] = []
        self._nested: list[tuple[str, Mask]] = []
        self._described: frozenset[str] = frozenset()
        self._open = False
        self._other: Mask | None = None
        self._patterns: list[tuple[jsonschema_rs.Validator, Mask | None]] = []
        self._first: list[Mask | None] = []
        self._element: Mask | None = None
        self._takes = (False, False)

    def strip(self, value: Any) -> None:
        """Take out what is hidden, in place; raises NotDescribed."""
        if not value:
            return
        if type(value) is dict:
            self._strip_object(value)
        elif type(value) is list:
            self._strip_array(value)

    def _strip_object(self, members: dict[str, Any]) -> None:
        if not self._takes[0]:
            raise NotDescribed
        for name in self._hidden:
            members.pop(name, None)
        for name, mask in self._nested:
            if name in members:
                mask.strip(members[name])
        if not members.keys() <= self._described:
            for name in members.keys() - self._described:
                self._strip_other(members, name)

    def _strip_other(self, members: dict[str, Any], name: str) -> None:
        """A member that the document does not know by its name."""
        matching = [mask for pattern, mask in self._patterns if pattern.is_valid(name)]
        masks = matching if matching and not self._open else [*matching, self._other]
        if not (matching or self._open) or any(mask is HIDDEN for mask in masks):
            del members[name]
            return
        for mask in masks:
            if mask is not None:
                mask.strip(members[name])

    def _strip_array(self, elements: list[Any]) -> None:
        if not self._takes[1]:
            raise NotDescribed
        for index, mask in enumerate(self._first[: len(elements)]):
            if mask is HIDDEN:
                elements[index] = None  # the others keep their places
            elif mask is not None:
                mask.strip(elements[index])
        if self._element is HIDDEN:
            del elements[len(self._first) :]
        elif self._element is not None:
            for element in elements[len(self._first) :]:
                self._element.strip(element)

    def _fill(self, place: Place, masks: Mapping[int, "Mask | None"]) -> None:
        self._described = frozenset(place.members)
        for name, each in place.members.items():
            mask = masks[id(each)]
            if mask is HIDDEN:
                self._hidden.append(name)
            elif mask is not None:
                self._nested.append((name, mask))
        self._open = place.others is not None
        self._other = masks[id(place.others)] if place.others is not None else None
        self._patterns = [(pattern, masks[id(each)]) for pattern, each in place.patterns]
        self._first = [masks[id(each)] for each in place.first]
        self._element = masks[id(place.elements)] if place.elements is not None else None
        self._takes = (bool(place.members or place.patterns or self._open), bool(place.first or place.elements))


HIDDEN = Mask()
"""Stands for a value that is hidden altogether."""


def mask_of(place: Place, missing: frozenset[str]) -> Mask | None:
    """What a resident who did not agree to `missing` does not see; None: it is all to be seen."""
    places = place.all()
    hiding = _hiding(places, missing)
    masks: dict[int, Mask | None] = {
        id(each): HIDDEN if each.scopes & missing else Mask() if id(each) in hiding else None for each in places
    }
    for each in places:
        mask = masks[id(each)]
        if mask is not None and mask is not HIDDEN:
            mask._fill(each, masks)  # noqa: SLF001 - masks know each other, in circles
    return masks[id(place)]


def scopes_of(place: Place) -> frozenset[str]:
    """Every scope under which some of the answer stands."""
    return frozenset(scope for each in place.all() for scope in each.scopes)


def _hiding(places: list[Place], missing: frozenset[str]) -> set[int]:
    """The places at which, or below which, something is hidden."""
    before: dict[int, list[int]] = {}
    for place in places:
        for each in place.next():
            before.setdefault(id(each), []).append(id(place))
    found = {id(place) for place in places if place.scopes & missing}
    waiting = list(found)
    while waiting:
        fresh = set(before.get(waiting.pop(), ())) - found
        found |= fresh
        waiting += fresh
    return found


def _map(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, Mapping) else {}


def _list(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _described(schema: Any) -> Any:
    """A schema that says nothing describes all the same."""
    return _ANY if schema is True else schema


def _others(schema: Mapping[str, Any]) -> Iterator[object]:
    """What a schema says of the members that it does not name; nothing where it is silent, or allows none."""
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if schema.get(keyword, False) is not False:
            yield _described(schema[keyword])


def _first(schema: Mapping[str, Any]) -> list[Any]:
    return _list(schema, "prefixItems")


def _at(here: list[Mapping[str, Any]], index: int | None) -> list[object]:
    """What is said of an array's element at `index`, or (None) of those behind all that have a schema of their own."""
    said: list[object] = []
    for schema in here:
        first = _first(schema)
        if index is not None and index < len(first):
            said.append(_described(first[index]))
        else:
            said += [
                _described(schema[each])
                for each in ("items", "unevaluatedItems")
                if schema.get(each, False) is not False
            ]
        if "contains" in schema:
            said.append(_described(schema["contains"]))
    return said
