"""What is wrong with a body, in words for the developer who sent it; what was sent is not repeated."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from jsonschema_rs import ValidationError, Validator

from core.problems import FieldError

MOST = 20
_LONGEST, _MOST_NESTED = 8 * 1024, 256
_WORDS = {
    "const": "must be exactly what the contract names",
    "contains": "must hold an element of the kind that the contract names",
    "enum": "must be one of the values that the contract names",
    "exclusiveMaximum": "must be less than {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "falseSchema": "is not taken here",
    "format": "must have the format {format}",
    "maxItems": "must have at most {limit} elements",
    "maxLength": "must have at most {limit} characters",
    "maxProperties": "must have at most {limit} members",
    "maximum": "must be at most {limit}",
    "minItems": "must have at least {limit} elements",
    "minLength": "must have at least {limit} characters",
    "minProperties": "must have at least {limit} members",
    "minimum": "must be at least {limit}",
    "multipleOf": "must be a multiple of {multiple_of}",
    "not": "has a form that the contract rules out",
    "oneOf": "must fit exactly one of the forms that the contract names",
    "anyOf": "must fit one of the forms that the contract names",
    "pattern": "must match the pattern {pattern}",
    "required": "is missing",
    "uniqueItems": "must not hold the same element twice",
    "unknown": "is not known to the contract",
}
_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def violations(validator: Validator, value: Any, text: bytes) -> list[FieldError]:
    """The first of what `value`, written as `text`, gets wrong, each with its JSON pointer (RFC 6901); at most MOST.

    The library looks for all of them at once, through every form that a schema allows, which for a long text takes it
    seconds, where to say that it does not fit takes milliseconds. So of a long text no more is said than that.
    """
    if len(text) > _LONGEST or text.count(b"[") + text.count(b"{") > _MOST_NESTED:
        return [{"pointer": "", "detail": f"does not fit the schema; single faults are named up to {_LONGEST} bytes"}]
    return list(islice(_all(validator.iter_errors(value)), MOST))


def pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _all(errors: Iterable[ValidationError]) -> Iterator[FieldError]:
    for error in errors:
        yield from _said(error)


def _said(error: ValidationError) -> Iterator[FieldError]:
    keyword, facts, place = error.kind.name, error.kind.as_dict(), pointer(error.instance_path)
    if keyword == "required":
        yield _error(place + pointer([facts["property"]]), "required")
    elif keyword in {"additionalProperties", "unevaluatedProperties", "unevaluatedItems"}:
        yield from (_error(place + pointer([name]), "unknown") for name in facts["unexpected"])
    elif keyword == "type":
        wanted = " or ".join(_TYPES.get(each, each) for each in facts["types"])
        yield {"pointer": place, "detail": f"must be {wanted}"}
    elif keyword == "propertyNames":
        yield {"pointer": place, "detail": "has a member whose name the contract does not allow"}
    elif meant := _meant(error, facts.get("context", ())):
        yield from _all(meant)
    else:
        yield _error(place, keyword, facts)


def _error(place: str, keyword: str, facts: dict[str, Any] | None = None) -> FieldError:
    words = _WORDS.get(keyword)
    detail = words.format_map(facts or {}) if words else f"does not fit the contract ({keyword})"
    return {"pointer": place, "detail": detail}


def _meant(error: ValidationError, forms: Iterable[list[ValidationError]]) -> list[ValidationError]:
    """The faults under the one form that was meant, where all the others are of another type (mostly null)."""
    near = [
        faults
        for faults in forms
        if faults and not any(each.kind.name == "type" and each.instance_path == error.instance_path for each in faults)
    ]
    return near[0] if len(near) == 1 else []
