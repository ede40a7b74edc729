"""The operations of a department's OpenAPI document, compiled once: which one a method and path mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.bodies import Localized
from miniapps.errors import RegisterRefused

Action = Literal["read", "write"]
_METHODS = frozenset({"get", "put", "post", "delete", "head", "patch"})
_READING = frozenset({"GET", "HEAD"})
_SCOPE = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}")
_PARAMETER = re.compile(r"\{[^/{}]+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `scope` is what the resident must have agreed to (None: it gives nothing personal away)."""

    id: str
    method: str
    path: str
    scope: str | None
    loa: int
    summary: Localized

    @property
    def action(self) -> Action:
        return "read" if self.method in _READING else "write"


class Contract:
    """All operations of one document, found in time that grows with the path's length and not with their number."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = {operation.id: operation for operation in operations}
        self._root = _Node()
        for operation in self.operations.values():
            self._root.add(operation.path.split("/")[1:], operation)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation for a path as it came (percent-encoded); a literal segment wins over a parameter."""
        node = self._root.find(path.split("/")[1:])
        if node is None:
            return None
        return node.operations.get(method) or (node.operations.get("GET") if method == "HEAD" else None)

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(operation.scope for operation in self.operations.values() if operation.scope)


class _Node:
    """One segment of the tree of paths."""

    __slots__ = ("any", "literal", "operations")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.operations: dict[str, Operation] = {}

    def add(self, segments: list[str], operation: Operation) -> None:
        if not segments:
            self.operations[operation.method] = operation
            return
        first, rest = segments[0], segments[1:]
        if _PARAMETER.fullmatch(first):
            self.any = self.any or _Node()
            self.any.add(rest, operation)
        else:
            self.literal.setdefault(first, _Node()).add(rest, operation)

    def find(self, segments: list[str]) -> "_Node | None":
        if not segments:
            return self if self.operations else None
        first, rest = segments[0], segments[1:]
        literal = self.literal.get(first)
        found = literal.find(rest) if literal else None
        if found is None and self.any and first:
            found = self.any.find(rest)
        return found


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Compile an OpenAPI 3 document; raises RegisterRefused with the place of what is wrong."""
    if not str(document.get("openapi", "")).startswith("3."):
        raise RegisterRefused("openapi: give an OpenAPI 3.0 or 3.1 document")
    operations = list(_operations(document))
    ids = [operation.id for operation in operations]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise RegisterRefused(f"openapi: operationId stands twice: {', '.join(sorted(twice))}")
    if not operations:
        raise RegisterRefused("openapi: the document has no operation")
    return Contract(operations)


def _operations(document: Mapping[str, Any]) -> Iterable[Operation]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS & item.keys():
            yield _operation(path, method.upper(), item[method])


def _operation(path: str, method: str, described: Mapping[str, Any]) -> Operation:
    where = f"openapi: {method} {path}"
    if not path.startswith("/") or not described.get("operationId"):
        raise RegisterRefused(f"{where}: give a path that starts with / and an operationId")
    scope, loa = described.get("x-onecity-scope"), described.get("x-onecity-loa", 1)
    if scope is not None and not (isinstance(scope, str) and _SCOPE.fullmatch(scope)):
        raise RegisterRefused(f"{where}: x-onecity-scope has the form area:resource:action")
    if loa not in {1, 2, 3, 4}:
        raise RegisterRefused(f"{where}: x-onecity-loa is 1 to 4")
    return Operation(str(described["operationId"]), method, path, scope, loa, _summary(described))


def _summary(described: Mapping[str, Any]) -> Localized:
    chinese = str(described.get("summary") or described["operationId"])
    english = described.get("x-onecity-summary-en")
    return {"zh-CN": chinese, "en": str(english)} if english else {"zh-CN": chinese}
