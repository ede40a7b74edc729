"""Request bodies: what an operation takes, and whether this is such a one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Validator
from pydantic_core import to_json

from core.bodies import parse_json
from core.problems import BadRequest
from miniapps.contract.media import MediaTypes, essence, is_json, is_utf8
from miniapps.contract.schemas import Schemas
from miniapps.contract.violations import violations
from miniapps.errors import BodyRefused, BodyTypeRefused, RegisterRefused

_MOST_KNOWN = 32


@dataclass(frozen=True, slots=True)
class Taken:
    """One media type that is taken; with a validator, the body is JSON that must fit it."""

    json: bool
    validator: Validator | None


class BodyRule:
    """What an operation says of its request body. `buffered`: some of it must be there as a whole to be checked."""

    __slots__ = ("_by_media", "_known", "buffered", "required")

    def __init__(self, by_media: Mapping[str, Taken], *, required: bool) -> None:
        self._by_media = MediaTypes(by_media)
        self._known: dict[bytes | None, Taken] = {}
        self.required = required
        self.buffered = any(each.json for each in by_media.values())

    def check_head(self, content_type: bytes | None, content_encoding: bytes | None) -> bool:
        """Before any byte of the body: whether all of it must be there for `check` before any may pass.

        Raises BodyTypeRefused.
        """
        return self._taken(content_type, content_encoding).json

    def check(self, content_type: bytes | None, content_encoding: bytes | None, body: bytes) -> None:
        """The whole body; raises BodyTypeRefused, BadRequest where it is no JSON, BodyRefused with JSON pointers."""
        if not body:
            self.check_missing()
            return
        taken = self._taken(content_type, content_encoding)
        if not taken.json:
            return
        value = _json(body)
        if taken.validator is not None and not taken.validator.is_valid(value):
            raise BodyRefused(
                "Correct the members named in `errors`.", hop="client", errors=violations(taken.validator, value, body)
            )

    def check_missing(self) -> None:
        """There is no body, or an empty one; raises BodyRefused where one is required."""
        if self.required:
            raise BodyRefused("Send a body.", hop="client", errors=[{"pointer": "", "detail": "a body is required"}])

    def _taken(self, content_type: bytes | None, content_encoding: bytes | None) -> Taken:
        if content_encoding is not None and content_encoding.strip().lower() not in {b"", b"identity"}:
            raise BodyTypeRefused("Send the body as it is, without Content-Encoding.", hop="client")
        known = self._known.get(content_type)
        if known is None:
            known = self._read(content_type)
            if len(self._known) < _MOST_KNOWN:  # clients write few, an attacker any number
                self._known[content_type] = known
        return known

    def _read(self, content_type: bytes | None) -> Taken:
        given = (content_type or b"").decode("latin-1")
        media = essence(given)
        taken = self._by_media.find(media) if "/" in media else None
        if taken is None:
            raise BodyTypeRefused(f"Send the body as {self._by_media}.", hop="client")
        if taken.json and not (is_json(media) and is_utf8(given)):
            raise BodyTypeRefused("Send the body as JSON in UTF-8.", hop="client")
        return taken


def body_rule(schemas: Schemas, described: Mapping[str, Any], where: str) -> BodyRule | None:
    """The rule of an operation's `requestBody`, None where it takes no body; raises RegisterRefused."""
    if "requestBody" not in described:
        return None
    where = f"{where}: requestBody"
    body = schemas.resolved(described["requestBody"], where)
    content = schemas.resolved(body.get("content", {}), f"{where}/content")
    if not content:
        raise RegisterRefused(f"{where}: name the media types that it takes in content")
    by_media = {essence(name): _taken(schemas, name, media, f"{where}: {name}") for name, media in content.items()}
    return BodyRule(by_media, required=body.get("required") is True)


def _taken(schemas: Schemas, name: str, described: object, where: str) -> Taken:
    media = schemas.resolved(described, where)
    if not is_json(essence(name)):
        return Taken(json=False, validator=None)
    schema = media.get("schema")
    return Taken(json=True, validator=None if schema is None else schemas.validator(schema, where))


def _json(body: bytes) -> Any:
    try:
        value = parse_json(body)
        if b"\\" in body:
            _check_unicode(value)
    except BadRequest as refused:
        refused.hop = "client"
        raise
    return value


def _check_unicode(value: Any) -> None:
    """An escape may stand for half of a surrogate pair: readers differ in what they make of it (RFC 8259, 8.2)."""
    try:
        to_json(value)
    except ValueError as error:
        raise BadRequest("The body is not Unicode: an escape stands for half of a character.") from error
