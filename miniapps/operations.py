"""The operations of a department's OpenAPI document, compiled once: which one a method and path mean."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from core.bodies import Localized
from miniapps.errors import RegisterRefused

Action = Literal["read", "write"]
_METHODS = frozenset({"get", "put", "post", "delete", "head", "patch"})
_READING = frozenset({"GET", "HEAD"})
_SCOPE = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}")
_LEVELS = range(1, 5)
_ID_LENGTH, _SUMMARY_LENGTH, _MOST_SEGMENTS = 80, 200, 50
_BOUNDARIES = frozenset(b"/\\;\x7f")
_SPACE = 0x20
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
    """All operations of one document; finding one looks at each node of the tree of paths once at the most."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = {operation.id: operation for operation in operations}
        self._root = _Node()
        for operation in self.operations.values():
            self._root.add(operation.path.split("/")[1:], operation)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation for a path as it came (percent-encoded); a literal segment wins over a parameter.

        Segments are compared decoded, as the department's system will: `n%65w` is `new`, and no parameter.
        """
        segments = [unquote_to_bytes(segment) for segment in path.split("/")[1:]]
        node = None if any(map(_unsafe, segments)) else self._root.find(segments)
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
        self.literal: dict[bytes, _Node] = {}
        self.any: _Node | None = None
        self.operations: dict[str, Operation] = {}

    def add(self, segments: list[str], operation: Operation) -> None:
        if not segments:
            if operation.method in self.operations:
                other = self.operations[operation.method].id
                raise RegisterRefused(f"openapi: {operation.id} and {other} have the same method and path")
            self.operations[operation.method] = operation
            return
        first, rest = segments[0], segments[1:]
        if _PARAMETER.fullmatch(first):
            self.any = self.any or _Node()
            self.any.add(rest, operation)
        else:
            self.literal.setdefault(first.encode(), _Node()).add(rest, operation)

    def find(self, segments: list[bytes]) -> "_Node | None":
        if not segments:
            return self if self.operations else None
        first, rest = segments[0], segments[1:]
        literal = self.literal.get(first)
        found = literal.find(rest) if literal else None
        if found is None and self.any and first:
            found = self.any.find(rest)
        return found


def _unsafe(segment: bytes) -> bool:
    """A segment that two readers may read in two ways, or that climbs."""
    return segment in {b".", b".."} or any(byte in _BOUNDARIES or byte < _SPACE for byte in segment)


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Compile an OpenAPI 3 document; raises RegisterRefused with the place of what is wrong."""
    if not str(_object(document, "openapi").get("openapi", "")).startswith("3."):
        raise RegisterRefused("openapi: give an OpenAPI 3.0 or 3.1 document")
    operations = list(_operations(document))
    counts = Counter(operation.id for operation in operations)
    if twice := sorted(each for each, count in counts.items() if count > 1):
        raise RegisterRefused(f"openapi: operationId stands twice: {', '.join(twice)}")
    if not operations:
        raise RegisterRefused("openapi: the document has no operation")
    return Contract(operations)


def _operations(document: Mapping[str, Any]) -> Iterable[Operation]:
    for path, item in _object(document.get("paths", {}), "openapi: paths").items():
        where = f"openapi: {path}"
        _check_path(path, where)
        if "$ref" in _object(item, where):
            raise RegisterRefused(f"{where}: write the path out, references are not followed")
        for method in sorted(_METHODS & _object(item, where).keys()):
            yield _operation(path, method.upper(), _object(item[method], f"openapi: {method.upper()} {path}"))


def _object(content: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise RegisterRefused(f"{where}: an object is wanted here")
    return content


def _check_path(path: str, where: str) -> None:
    if not path.startswith("/"):
        raise RegisterRefused(f"{where}: a path starts with /")
    segments = path.split("/")[1:]
    if len(segments) > _MOST_SEGMENTS:
        raise RegisterRefused(f"{where}: {_MOST_SEGMENTS} segments at the most")
    if any(("{" in each or "}" in each) and not _PARAMETER.fullmatch(each) for each in segments):
        raise RegisterRefused(f"{where}: a parameter takes a whole segment, like /bookings/{{id}}")


def _operation(path: str, method: str, described: Mapping[str, Any]) -> Operation:
    where = f"openapi: {method} {path}"
    scope, loa, name = (described.get(each) for each in ("x-onecity-scope", "x-onecity-loa", "operationId"))
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _ID_LENGTH:
        raise RegisterRefused(f"{where}: give an operationId of at most {_ID_LENGTH} characters")
    if scope is not None and not (isinstance(scope, str) and _SCOPE.fullmatch(scope)):
        raise RegisterRefused(f"{where}: x-onecity-scope has the form area:resource:action")
    level = 1 if loa is None else loa
    if type(level) is not int or level not in _LEVELS:
        raise RegisterRefused(f"{where}: x-onecity-loa is 1 to 4")
    return Operation(name, method, path, scope, level, _summary(described, where))


def _summary(described: Mapping[str, Any], where: str) -> Localized:
    """What the resident reads in the ledger; the id where the document has no words."""
    chinese = _words(described, "summary", where) or str(described["operationId"])
    english = _words(described, "x-onecity-summary-en", where)
    return {"zh-CN": chinese, "en": english} if english else {"zh-CN": chinese}


def _words(described: Mapping[str, Any], member: str, where: str) -> str:
    words = described.get(member, "")
    if not isinstance(words, str) or len(words) > _SUMMARY_LENGTH:
        raise RegisterRefused(f"{where}: {member} is a text of at most {_SUMMARY_LENGTH} characters")
    return words.strip()
