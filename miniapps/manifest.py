"""The manifest: read, checked against our schema (JSON Schema 2020-12), and all that is wrong said at once."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from core.bodies import Localized, parse_json
from core.ids import DepartmentId, ServiceId, UpstreamId
from core.problems import FieldError, Problem
from miniapps.errors import ManifestRefused

SCHEMA: Mapping[str, Any] = json.loads((Path(__file__).parent / "manifest.schema.json").read_text(encoding="utf-8"))
_HINTS = {
    "required": "add it",
    "pattern": "see the form in the schema at /schemas/manifest.json",
    "enum": "use one of the values listed",
    "type": "use the type that is named",
}


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    reason: Localized


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
    def department(self) -> DepartmentId:
        return DepartmentId(self.city["department"])

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
    def external(self) -> tuple[str, ...]:
        return tuple(self.city.get("external", ()))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(Scope(each["name"], each["reason"]) for each in self.city.get("scopes", ()))

    @property
    def upstreams(self) -> Mapping[UpstreamId, frozenset[str]]:
        """The operations that may be called, by upstream."""
        return {UpstreamId(each["id"]): frozenset(each["operations"]) for each in self.city.get("upstreams", ())}


def read_manifest(text: bytes) -> tuple[Manifest, list[FieldError]]:
    """A manifest and the warnings about it; raises ManifestRefused with every error's JSON pointer."""
    try:
        content = parse_json(text)
    except Problem as error:
        raise ManifestRefused(error.detail, errors=[_error("", error.detail)]) from error
    errors = [_error(_pointer(each.absolute_path), _explained(each)) for each in _violations(content)]
    if errors:
        raise ManifestRefused("Correct the members named in `errors`.", errors=errors)
    return Manifest(content), list(_unknown(content, SCHEMA, ""))


def missing_files(manifest: Manifest, files: Iterable[str]) -> list[FieldError]:
    """Pages and icons that the manifest names and the package lacks."""
    known = set(files)
    named = [(f"/pages/{index}", page) for index, page in enumerate(manifest.content["pages"])]
    named += [(f"/icons/{index}/src", icon["src"]) for index, icon in enumerate(manifest.content["icons"])]
    return [
        _error(pointer, f"the package has no file {name!r}: add it, or correct the name")
        for pointer, name in named
        if name not in known
    ]


def _violations(content: object) -> list[ValidationError]:
    found = Draft202012Validator(SCHEMA).iter_errors(content)
    return sorted(found, key=lambda error: (list(map(str, error.absolute_path)), error.message))


def _explained(error: ValidationError) -> str:
    hint = _HINTS.get(str(error.validator))
    message = error.message if len(error.message) < 300 else f"{error.message[:300]}…"  # noqa: PLR2004 - one screen line
    return f"{message}: {hint}" if hint else message


def _unknown(content: object, schema: Mapping[str, Any], pointer: str) -> Iterator[FieldError]:
    """Members that the schema does not name: most often a slip of the pen."""
    if isinstance(content, dict) and "properties" in schema:
        for name, value in content.items():
            below = f"{pointer}/{_escaped(name)}"
            if name not in schema["properties"]:
                yield _error(below, "this member is not known and is ignored; is it misspelt?")
            else:
                yield from _unknown(value, _resolved(schema["properties"][name]), below)
    elif isinstance(content, list) and "items" in schema:
        for index, value in enumerate(content):
            yield from _unknown(value, _resolved(schema["items"]), f"{pointer}/{index}")


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    defined: Mapping[str, Any] = SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else schema
    return defined


def _localized(content: Mapping[str, Any], member: str) -> Localized:
    text: Localized = {"zh-CN": content[member]}
    english = content.get(f"{member}_localized", {}).get("en")
    if english:
        text["en"] = english
    return text


def _pointer(path: Sequence[str | int] | Iterable[str | int]) -> str:
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _error(pointer: str, detail: str) -> FieldError:
    return {"pointer": pointer, "detail": detail}
