"""The manifest's form: our schema (JSON Schema 2020-12), its violations in words, and members it does not know."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from core.bodies import parse_json
from core.problems import FieldError, Problem
from miniapps.errors import ManifestRefused

SCHEMA: Mapping[str, Any] = json.loads((Path(__file__).parent / "manifest.schema.json").read_text(encoding="utf-8"))
MANIFEST_BYTES = 256 * 1024
_MOST_ERRORS = 100
_LINE = 300
_HINTS = {
    "required": "add it",
    "pattern": "see the form in the schema at /schemas/manifest.json",
    "enum": "use one of the values listed",
    "type": "use the type that is named",
    "minItems": "name at least one",
}


def read(text: bytes) -> Any:
    """The manifest's JSON; raises ManifestRefused for text that is none."""
    if len(text) > MANIFEST_BYTES:
        raise ManifestRefused("Shorten the manifest.", errors=[error_at("", f"more than {MANIFEST_BYTES} bytes")])
    try:
        return parse_json(text)
    except Problem as error:
        raise ManifestRefused(error.detail, errors=[error_at("", error.detail)]) from error


def violations_of(content: Any) -> list[FieldError]:
    """Where the content breaks the schema, in the order of the pointers, each with a hint."""
    try:
        found = list(_VALIDATOR.iter_errors(content))
        return [error_at(pointer(each.absolute_path), _explained(each)) for each in _sorted(found)[:_MOST_ERRORS]]
    except RecursionError:
        return [error_at("", "it nests too deep: no member of a manifest is deeper than six levels")]


def unknown_members(content: object) -> list[FieldError]:
    """Members that the schema does not name: most often a slip of the pen."""
    return list(_unknown(content, SCHEMA, ""))[:_MOST_ERRORS]


def error_at(where: str, detail: str) -> FieldError:
    return {"pointer": where, "detail": detail}


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[ValidationError]:
    """As ECMA-262 reads it, and JSON Schema with it: `$` is the end, where Python lets a line break follow."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_VALIDATOR: Validator = extend(Draft202012Validator, {"pattern": _pattern})(SCHEMA)  # type: ignore[no-untyped-call]


def _sorted(found: list[ValidationError]) -> list[ValidationError]:
    return sorted(found, key=lambda error: ([str(step) for step in error.absolute_path], error.message))


def _explained(error: ValidationError) -> str:
    message = error.message if len(error.message) < _LINE else f"{error.message[:_LINE]}…"
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    examples = schema.get("examples", ())
    example = f"for example {json.dumps(examples[0], ensure_ascii=False)}" if examples else ""
    return ": ".join(filter(None, [message, "; ".join(filter(None, [_HINTS.get(str(error.validator)), example]))]))


def _unknown(content: object, schema: Mapping[str, Any], where: str) -> Iterator[FieldError]:
    if isinstance(content, dict) and "properties" in schema:
        known = schema["properties"]
        for name, value in content.items():
            below = where + pointer([name])
            if name not in known:
                yield error_at(below, f"this member is not known and is ignored{_meant(name, known)}")
            else:
                yield from _unknown(value, _resolved(known[name]), below)
    elif isinstance(content, list) and "items" in schema:
        for index, value in enumerate(content):
            yield from _unknown(value, _resolved(schema["items"]), f"{where}/{index}")


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name[:40], list(known), 1, 0.7)
    return f": did you mean {close[0]!r}?" if close else ""


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    defined: Mapping[str, Any] = SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else schema
    return defined
