"""The operations of a department's OpenAPI document, compiled once: which one a call means, and what it takes."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from core.bodies import Localized
from miniapps.contract.bodies import BodyRule, body_rule
from miniapps.contract.fields import FieldRule, field_rule
from miniapps.contract.members import (
    DEFAULT_BODY,
    Priority,
    flag_of,
    loa_of,
    localized,
    max_body_of,
    priority_of,
    scope_of,
    seconds_of,
    words_of,
)
from miniapps.contract.schemas import Schemas
from miniapps.errors import RegisterRefused

Action = Literal["read", "write"]
_METHODS = frozenset({"get", "put", "post", "delete", "head", "patch"})
_READING = frozenset({"GET", "HEAD"})
_ID_LENGTH, _MOST_SEGMENTS = 80, 50
_SLASH = 0x2F
_BOUNDARIES = frozenset(b"\\;\x7f")
_SPACE = 0x20
_DOTS = frozenset({b".", b".."})
_PARAMETER = re.compile(r"\{[^/{}]+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `scope` is what the resident must have agreed to (None: it gives nothing personal away).

    `public`: the same for everybody, so that it is called without the resident's assertion and may be kept (RFC 9111).
    `max_body` in bytes. `first_byte` and `total` in seconds; None: the upstream's. `encoded_slash`: a parameter of its
    path may hold `%2F`. `body` None: it takes no body. `fields` None: no member of its answers has a scope of its own.
    """

    id: str
    method: str
    path: str
    scope: str | None
    loa: int
    summary: Localized
    public: bool = False
    priority: Priority = "normal"
    max_body: int = DEFAULT_BODY
    first_byte: float | None = None
    total: float | None = None
    encoded_slash: bool = False
    body: BodyRule | None = None
    fields: FieldRule | None = None

    @property
    def action(self) -> Action:
        return "read" if self.method in _READING else "write"

    @property
    def scopes(self) -> frozenset[str]:
        """Every scope that has to do with it: its own, and those of fields of its answers."""
        own = frozenset({self.scope} if self.scope else ())
        return own | self.fields.scopes if self.fields else own


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What the operator allows at the most, whatever a document asks for: bytes, seconds."""

    max_body: int
    first_byte: float
    total: float


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
        found = node.operations.get(method) or (node.operations.get("GET") if method == "HEAD" else None)
        if found is not None and not found.encoded_slash and any(_SLASH in segment for segment in segments):
            return None
        return found

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(operation.scope for operation in self.operations.values() if operation.scope)

    def check_within(self, ceilings: Ceilings) -> None:
        """Raises RegisterRefused for an operation that asks for more than the operator allows."""
        for each in self.operations.values():
            where = f"openapi: {each.method} {each.path}"
            if each.max_body > max(ceilings.max_body, DEFAULT_BODY):  # who asks for nothing is not refused
                raise RegisterRefused(f"{where}: x-onecity-max-body is {ceilings.max_body} at the most here")
            if (each.first_byte or 0) > ceilings.first_byte:
                raise RegisterRefused(
                    f"{where}: x-onecity-first-byte-seconds is {ceilings.first_byte:g} at the most here"
                )
            if (each.total or 0) > ceilings.total:
                raise RegisterRefused(f"{where}: x-onecity-total-seconds is {ceilings.total:g} at the most here")

    def within(self, ceilings: Ceilings) -> "Contract":
        """The same, each operation held to what the operator allows by now."""
        return Contract(_held(each, ceilings) for each in self.operations.values())


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
    return any(byte in _BOUNDARIES or byte < _SPACE for byte in segment) or not _DOTS.isdisjoint(segment.split(b"/"))


def _held(operation: Operation, ceilings: Ceilings) -> Operation:
    return replace(
        operation,
        max_body=min(operation.max_body, ceilings.max_body),
        first_byte=None if operation.first_byte is None else min(operation.first_byte, ceilings.first_byte),
        total=None if operation.total is None else min(operation.total, ceilings.total),
    )


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Compile an OpenAPI 3 document; raises RegisterRefused with the place of what is wrong."""
    if not str(_object(document, "openapi").get("openapi", "")).startswith("3."):
        raise RegisterRefused("openapi: give an OpenAPI 3.0 or 3.1 document")
    try:
        operations = list(_operations(document))
    except RecursionError as error:
        raise RegisterRefused("openapi: the document nests too deep") from error
    counts = Counter(operation.id for operation in operations)
    if twice := sorted(each for each, count in counts.items() if count > 1):
        raise RegisterRefused(f"openapi: operationId stands twice: {', '.join(twice)}")
    if not operations:
        raise RegisterRefused("openapi: the document has no operation")
    return Contract(operations)


def _operations(document: Mapping[str, Any]) -> Iterable[Operation]:
    schemas = Schemas(document)
    for path, item in _object(document.get("paths", {}), "openapi: paths").items():
        where = f"openapi: {path}"
        _check_path(path, where)
        if "$ref" in _object(item, where):
            raise RegisterRefused(f"{where}: write the path out, references are not followed")
        for method in sorted(_METHODS & _object(item, where).keys()):
            yield _operation(schemas, path, method.upper(), _object(item[method], f"openapi: {method.upper()} {path}"))


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


def _operation(schemas: Schemas, path: str, method: str, described: Mapping[str, Any]) -> Operation:
    where = f"openapi: {method} {path}"
    name = described.get("operationId")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _ID_LENGTH:
        raise RegisterRefused(f"{where}: give an operationId of at most {_ID_LENGTH} characters")
    operation = Operation(
        id=name,
        method=method,
        path=path,
        scope=scope_of(described, where),
        loa=loa_of(described, where),
        summary=_summary(described, where),
        public=flag_of(described, "x-onecity-public", where),
        priority=priority_of(described, where),
        max_body=max_body_of(described, where),
        first_byte=seconds_of(described, "x-onecity-first-byte-seconds", where),
        total=seconds_of(described, "x-onecity-total-seconds", where),
        encoded_slash=flag_of(described, "x-onecity-encoded-slash", where),
        body=body_rule(schemas, described, where),
        fields=field_rule(schemas, described, where),
    )
    _check_fits(operation, where)
    return operation


def _check_fits(operation: Operation, where: str) -> None:
    """Members that contradict each other."""
    if operation.public and (operation.scopes or operation.loa > 1 or operation.method not in _READING):
        raise RegisterRefused(
            f"{where}: x-onecity-public is for GET and HEAD without any x-onecity-scope or x-onecity-loa: "
            "the answer is the same for everybody"
        )
    if operation.fields and not operation.scope:
        raise RegisterRefused(f"{where}: an answer with an x-onecity-scope is personal: give the operation one as well")
    if operation.encoded_slash and not _PARAMETER.search(operation.path):
        raise RegisterRefused(f"{where}: x-onecity-encoded-slash is for a path with a parameter")
    if operation.first_byte and operation.total and operation.first_byte > operation.total:
        raise RegisterRefused(f"{where}: x-onecity-first-byte-seconds is longer than x-onecity-total-seconds")


def _summary(described: Mapping[str, Any], where: str) -> Localized:
    """What the resident reads in the ledger; the id where the document has no words."""
    chinese = words_of(described, "summary", where) or str(described["operationId"])
    return localized(chinese, words_of(described, "x-onecity-summary-en", where))
