"""The schemas of one OpenAPI document: references followed, 3.0 read as 3.1, each made a document of its own.

Only references within the document are followed, to `#/components/…`: what is compiled is what was registered.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from miniapps.errors import RegisterRefused

Schema = Mapping[str, Any] | bool
_SCHEMAS = "#/components/schemas/"
_ONE = (
    "additionalProperties",
    "items",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_REBASING = ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$defs", "definitions")
_DIALECTS = frozenset(
    {"https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base"}
)
_MOST_HOPS = 20
_MOST_BACKTRACKS = 10_000


class Schemas:
    """`document` is an OpenAPI 3.0 or 3.1 document; every method raises RegisterRefused."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._old = str(document.get("openapi", "")).startswith("3.0")
        dialect = document.get("jsonSchemaDialect")
        if dialect is not None and dialect not in _DIALECTS:
            raise RegisterRefused("openapi: jsonSchemaDialect is JSON Schema 2020-12, or left out")

    def resolved(self, content: object, where: str) -> Mapping[str, Any]:
        """An object of the document, or the one that it refers to."""
        for _ in range(_MOST_HOPS):
            if not isinstance(content, Mapping):
                raise RegisterRefused(f"{where}: an object is wanted here")
            if "$ref" not in content:
                return content
            content = self._at(content["$ref"], where)
        raise RegisterRefused(f"{where}: the references lead in a circle")

    def named(self, reference: object, where: str) -> Schema:
        """The schema that a `$ref` within a schema names."""
        return _schema(self._at(_local(reference, where), where), where)

    def validator(self, schema: object, where: str) -> jsonschema_rs.Validator:
        """The schema compiled (draft 2020-12, formats checked); patterns may not run away."""
        try:
            return jsonschema_rs.Draft202012Validator(
                self._closed(schema, where),
                validate_formats=True,
                offline=True,
                pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_MOST_BACKTRACKS),
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            raise RegisterRefused(f"{where}: the schema cannot be compiled: {error.message}") from error
        except RecursionError as error:
            raise RegisterRefused(f"{where}: the schema nests too deep") from error

    def _at(self, reference: object, where: str) -> object:
        """What stands at a local reference (RFC 6901, section 6)."""
        if not isinstance(reference, str) or not reference.startswith("#/components/"):
            raise RegisterRefused(f"{where}: {reference!r} is no reference to #/components/…, others are not followed")
        found: object = self._document
        for part in unquote(reference[2:]).split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise RegisterRefused(f"{where}: {reference} leads nowhere")
        return found

    def _closed(self, schema: object, where: str) -> dict[str, Any] | bool:
        """The schema with every component that it reaches, so that it can be compiled alone."""
        if isinstance(schema, bool):
            return schema
        reached: dict[str, Any] = {}
        waiting = [schema]
        while waiting:
            for name in sorted(self._components(waiting.pop(), where) - reached.keys()):
                component = self._at(_SCHEMAS + name.replace("~", "~0").replace("/", "~1"), where)
                reached[name] = self._converted(component, f"{where}: {name}")
                waiting.append(component)
        converted = self._converted(schema, where)
        return {"allOf": [converted], "components": {"schemas": reached}}

    def _components(self, schema: object, where: str) -> set[str]:
        """The components that a schema names itself."""
        found: set[str] = set()
        for each in walked(schema):
            if "$ref" in each:
                name = unquote(_local(each["$ref"], where)[len(_SCHEMAS) :]).partition("/")[0]
                found.add(name.replace("~1", "/").replace("~0", "~"))
        return found

    def _converted(self, schema: object, where: str) -> Any:
        """A schema as JSON Schema 2020-12 understands it, for a request: what is `readOnly` need not be sent."""
        schema = _schema(schema, where)
        if isinstance(schema, bool):
            return schema
        if base := next((each for each in _REBASING if each in schema), None):
            raise RegisterRefused(f"{where}: {base} is not taken in a schema: refer to #/components/schemas/… instead")
        if self._old and "$ref" in schema:  # OpenAPI 3.0.3, section 4.7.23: beside a reference nothing counts
            return {"$ref": schema["$ref"]}
        converted = {name: value for name, value in schema.items() if not _is_remark(name)}
        for keyword, value in list(converted.items()):
            converted[keyword] = self._keyword(keyword, value, where)
        if isinstance(converted.get("required"), list):
            converted["required"] = _to_be_sent(converted["required"], schema.get("properties"))
        return _from_old(converted) if self._old else converted

    def _keyword(self, keyword: str, value: Any, where: str) -> Any:
        if keyword in _ONE:
            return self._converted(value, f"{where}/{keyword}")
        if keyword in _LISTS and isinstance(value, list):
            return [self._converted(each, f"{where}/{keyword}") for each in value]
        if keyword in _MAPS and isinstance(value, Mapping):
            return {name: self._converted(each, f"{where}/{name}") for name, each in value.items()}
        return value


def walked(schema: object) -> Iterator[Mapping[str, Any]]:
    """The schema and every schema written inside it; references are not followed."""
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            yield each
            waiting += inner(each)


def inner(schema: Mapping[str, Any]) -> Iterator[object]:
    """The schemas written one level below."""
    for keyword in _ONE:
        if keyword in schema:
            yield schema[keyword]
    for keyword in _LISTS:
        each = schema.get(keyword)
        yield from each if isinstance(each, list) else ()
    for keyword in _MAPS:
        each = schema.get(keyword)
        yield from each.values() if isinstance(each, Mapping) else ()


def _schema(content: object, where: str) -> Schema:
    if not isinstance(content, Mapping | bool):
        raise RegisterRefused(f"{where}: a schema is wanted here")
    return content


def _local(reference: object, where: str) -> str:
    if not isinstance(reference, str) or not reference.startswith(_SCHEMAS):
        raise RegisterRefused(f"{where}: {reference!r} is no reference to {_SCHEMAS}…, others are not followed")
    return reference


def _is_remark(keyword: str) -> bool:
    """Members that say nothing of what is valid, or (`$schema`) what has been said already."""
    return keyword.startswith("x-") or keyword in {
        "$schema",
        "$comment",
        "description",
        "example",
        "examples",
        "default",
    }


def _to_be_sent(required: list[Any], properties: object) -> list[Any]:
    """OpenAPI 3.1, section 4.8.24: `required` holds for the answer alone where the member is `readOnly`."""
    known = properties if isinstance(properties, Mapping) else {}
    return [name for name in required if not _is_read_only(known.get(name) if isinstance(name, str) else None)]


def _is_read_only(schema: object) -> bool:
    return isinstance(schema, Mapping) and schema.get("readOnly") is True


def _from_old(schema: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI 3.0 writes in its own way: bounds that exclude by a boolean, and `nullable`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        excludes = schema.get(exclusive)
        if isinstance(excludes, bool):
            del schema[exclusive]
            if excludes and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if schema.pop("nullable", False) is not True:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
