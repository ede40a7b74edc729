"""What the schema cannot see: whether a manifest fits its package, its department, and the upstreams it names.

The checks take the JSON as it came, so that a violation in one member hides nothing wrong with another.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from core.ids import DepartmentId, UpstreamId
from core.problems import FieldError
from miniapps.operations import Operation
from miniapps.schema import error_at
from miniapps.titles import PROFILE
from miniapps.upstreams import Upstream


@dataclass(frozen=True, slots=True)
class Named:
    """A text somewhere in the manifest."""

    pointer: str
    text: str


def department_of(content: object) -> str | None:
    """The department that the manifest claims, where it can be read."""
    named = _member(_member(content, "onecity"), "department")
    return named if isinstance(named, str) else None


def missing_files(content: object, files: Collection[str]) -> list[FieldError]:
    """Pages and icons that the manifest names and the package lacks."""
    named = [*_texts(content, "pages"), *_texts_of_objects(content, "icons", "src")]
    return [
        error_at(each.pointer, f"the package has no file {each.text!r}: add it, or correct the name")
        for each in named
        if each.text not in files
    ]


def intent_errors(content: object, files: Collection[str]) -> list[FieldError]:
    """Intents that it provides twice, or at a page that the package lacks."""
    intents = _member(_city(content), "intents")
    place = "/intents"
    names = _below_city(_texts_of_objects(intents, "provides", "name"), place)
    paths = _below_city(_texts_of_objects(intents, "provides", "path"), place)
    counts = Counter(each.text for each in names)
    twice = [error_at(each.pointer, "this stands twice") for each in names if counts[each.text] > 1]
    pages = {"/", *(f"/{quote(file)}" for file in files), *(f"/{file}" for file in files)}
    missing = [
        error_at(each.pointer, f"the package has no page {_page(each.text)!r}: the path begins with one, or is /")
        for each in paths
        if _page(each.text) not in pages
    ]
    return [*twice, *missing]


def _page(path: str) -> str:
    return re.split(r"[?#]", path, maxsplit=1)[0]


def upstream_ids(content: object) -> list[UpstreamId]:
    return [UpstreamId(each.text) for each in _texts_of_objects(_city(content), "upstreams", "id")]


class ContractChecks:
    """A manifest against the contracts of the upstreams that it names."""

    def __init__(self, content: object, upstreams: Mapping[UpstreamId, Upstream], department: DepartmentId) -> None:
        self._city = _city(content)
        self._upstreams = upstreams
        self._department = department
        self._asked = {each.text for each in self._scopes()}

    def errors(self) -> list[FieldError]:
        return [*self._twice(), *self._upstream_errors(), *self._operation_errors(), *self._scopes_not_asked()]

    def warnings(self) -> list[FieldError]:
        return [*self._idle_scopes(), *self._low_levels()]

    def _scopes(self) -> list[Named]:
        return _below_city(_texts_of_objects(self._city, "scopes", "name"))

    def _ids(self) -> list[Named]:
        return _below_city(_texts_of_objects(self._city, "upstreams", "id"))

    def _twice(self) -> Iterator[FieldError]:
        for named in (self._scopes(), self._ids()):
            counts = Counter(each.text for each in named)
            yield from (error_at(each.pointer, "this stands twice") for each in named if counts[each.text] > 1)

    def _upstream_errors(self) -> Iterator[FieldError]:
        for each in self._ids():
            upstream = self._upstreams.get(UpstreamId(each.text))
            if upstream is None:
                yield error_at(each.pointer, f"no upstream {each.text!r} is registered: ask the city's operators")
            elif upstream.department != self._department:
                yield error_at(each.pointer, f"{each.text!r} belongs to the department {upstream.department!r}")

    def _named_operations(self) -> Iterator[tuple[Named, Upstream]]:
        """The operations it names, with the upstream of each that is registered."""
        entries = _member(self._city, "upstreams")
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            upstream = self._upstreams.get(UpstreamId(str(_member(entry, "id"))))
            named = _below_city(_texts(entry, "operations"), f"/upstreams/{index}")
            yield from ((each, upstream) for each in named if upstream)

    def _operation_errors(self) -> Iterator[FieldError]:
        for named, upstream in self._named_operations():
            if named.text not in upstream.contract.operations:
                yield error_at(named.pointer, f"{upstream.id} has no operation {named.text!r}")

    def _operations(self) -> list[Operation]:
        named = dict.fromkeys((upstream.id, each.text) for each, upstream in self._named_operations())
        known = [self._upstreams[id_].contract.operations.get(text) for id_, text in named]
        return [operation for operation in known if operation]

    def _scopes_not_asked(self) -> Iterator[FieldError]:
        needing: dict[str, list[str]] = {}
        for operation in self._operations():
            if operation.scope and operation.scope not in self._asked:
                needing.setdefault(operation.scope, []).append(operation.id)
        for scope, ids in sorted(needing.items()):
            yield error_at("/onecity/scopes", f"ask for {scope!r}, with a reason: {', '.join(ids)} needs it")

    def _idle_scopes(self) -> Iterator[FieldError]:
        used = {scope for operation in self._operations() for scope in operation.scopes} | PROFILE.keys()
        for each in self._scopes():
            if each.text not in used:
                yield error_at(
                    each.pointer,
                    "neither an operation that you name nor its answers need it: ask for no more",
                )

    def _low_levels(self) -> Iterator[FieldError]:
        given = _member(self._city, "loa")
        level = given if isinstance(given, int) else 1
        above = [operation for operation in self._operations() if operation.loa > level]
        if above:
            names = ", ".join(operation.id for operation in above)
            yield error_at("/onecity/loa", f"{names} will be refused to residents of level {level}")


def _city(content: object) -> object:
    return _member(content, "onecity")


def _member(content: object, name: str) -> Any:
    return content.get(name) if isinstance(content, dict) else None


def _texts(content: object, member: str) -> list[Named]:
    """The strings of a list."""
    items = _member(content, member)
    texts = enumerate(items if isinstance(items, list) else ())
    return [Named(f"/{member}/{index}", item) for index, item in texts if isinstance(item, str)]


def _texts_of_objects(content: object, member: str, inner: str) -> list[Named]:
    """The strings under one member of a list's objects."""
    items = _member(content, member)
    texts = enumerate(_member(item, inner) for item in (items if isinstance(items, list) else ()))
    return [Named(f"/{member}/{index}/{inner}", text) for index, text in texts if isinstance(text, str)]


def _below_city(named: Iterable[Named], place: str = "") -> list[Named]:
    return [Named(f"/onecity{place}{each.pointer}", each.text) for each in named]
