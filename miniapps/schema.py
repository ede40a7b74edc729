"""The manifest's form: our schema (JSON Schema 2020-12), its violations in words, and members it does not know."""

import difflib
import itertools
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
_DEPTH = 12
_MOST_ERRORS = 100
_UNREADABLE = frozenset({"Cc", "Cs"})
_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
_WANTED = {"object": "an object", "array": "an array", "string": "a string", "integer": "an integer"}


def read(text: bytes) -> Any:
    """The manifest's JSON; raises ManifestRefused for text that is none, and for what no database could keep."""
    if len(text) > MANIFEST_BYTES:
        raise ManifestRefused("Shorten the manifest.", errors=[error_at("", f"more than {MANIFEST_BYTES} bytes")])
    try:
        content = parse_json(text)
    except Problem as error:
        raise ManifestRefused(error.detail, errors=[error_at("", error.detail)]) from error
    if faults := list(itertools.islice(_unkeepable(content), _MOST_ERRORS)):
        raise ManifestRefused("Correct the members named in `errors`.", errors=faults)
    return content


def violations_of(content: Any) -> list[FieldError]:
    """Where the content breaks the schema, in the order of the pointers, each with what is wanted there."""
    found = [error_at(pointer(each.absolute_path), _explained(each)) for each in _VALIDATOR.iter_errors(content)]
    return sorted(found, key=lambda each: (each["pointer"], each["detail"]))[:_MOST_ERRORS]


def unknown_members(content: object) -> list[FieldError]:
    """Members that the schema does not name: most often a slip of the pen."""
    return list(itertools.islice(_unknown(content, SCHEMA, ""), _MOST_ERRORS))


def error_at(where: str, detail: str) -> FieldError:
    return {"pointer": where, "detail": detail}


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _unkeepable(content: object) -> Iterator[FieldError]:
    """Line breaks and halves of characters in texts, numbers beyond all bounds, and depths where readers give up."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), content)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict | list):
            below = value.items() if isinstance(value, dict) else enumerate(value)
            if len(path) == _DEPTH:
                yield error_at(pointer(path), f"it nests deeper than {_DEPTH} levels")
                continue
            waiting += [((*path, key), inner) for key, inner in below]
        unreadable = any(map(_is_unreadable, (value, path[-1] if path else "")))
        if unreadable or (isinstance(value, float) and not math.isfinite(value)):
            readable = [str(step).encode("ascii", "backslashreplace").decode() for step in path]
            yield error_at(pointer(readable), "leave out control characters, halves of characters, endless numbers")


def _is_unreadable(value: object) -> bool:
    return isinstance(value, str) and any(unicodedata.category(each) in _UNREADABLE for each in value)


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[ValidationError]:
    """As ECMA-262 reads it, and JSON Schema with it: `$` is the end, where Python lets a line break follow."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("")


def _required(_: Any, names: Sequence[str], instance: object, __: Any) -> Iterator[ValidationError]:
    """An error at each member that is missing."""
    missing = [name for name in names if name not in instance] if isinstance(instance, dict) else []
    yield from (ValidationError("", path=[name]) for name in missing)


def _unique_items(_: Any, unique: bool, instance: object, __: Any) -> Iterator[ValidationError]:
    """In one pass: the library compares each with each when they cannot be sorted, and 60,000 of them take hours."""
    if unique and isinstance(instance, list) and len({json.dumps(each) for each in instance}) < len(instance):
        yield ValidationError("")


_VALIDATOR: Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern, "required": _required, "uniqueItems": _unique_items}
)(SCHEMA)

WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "type": lambda wanted, given: f"{_WANTED.get(wanted, f'a {wanted}')} is wanted here, and this is {_kind(given)}",
    "required": lambda _, __: "this member is missing: add it",
    "enum": lambda values, _: f"use one of {', '.join(values)}",
    "pattern": lambda _, __: "this has not the form that is wanted here",
    "minimum": lambda bound, _: f"{bound} at the least",
    "maximum": lambda bound, _: f"{bound} at the most",
    "minLength": lambda bound, given: f"{len(given)} characters: {bound} at the least",
    "maxLength": lambda bound, given: f"{len(given)} characters: {bound} at the most",
    "minItems": lambda bound, _: f"name at least {bound}",
    "maxItems": lambda bound, given: f"{len(given)} items: {bound} at the most",
    "uniqueItems": lambda _, __: "something stands here twice",
    "additionalProperties": lambda _, __: "a member stands here that is not known; is it misspelt?",
}
"""What to say of a keyword's breach, by the keyword's value and what was given instead."""


def _explained(error: ValidationError) -> str:
    """What is wanted, and an example of it; never the value itself, which may be long."""
    detail = WORDS[str(error.validator)](error.validator_value, error.instance)
    examples = _concerned(error).get("examples", ())
    return f"{detail}; for example {json.dumps(examples[0], ensure_ascii=False)}" if examples else detail


def _concerned(error: ValidationError) -> Mapping[str, Any]:
    """The part of the schema that speaks of the place of the error."""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    return _resolved(schema["properties"][error.path[-1]]) if error.validator == "required" else schema


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")


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
