"""Fields of answers that stand under a scope of their own (`x-onecity-scope`): left out for residents without it.

Decided once for each set of consents, not per call: a resident who agreed to all of it costs nothing. It fails closed:
an answer that cannot be read, or that the document does not describe, is no answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import from_json, to_json

from core.bodies import Localized
from miniapps.contract.masks import Mask, NotDescribed, Place, Places, mask_of, scopes_of
from miniapps.contract.media import MediaTypes, essence, is_json
from miniapps.contract.members import SCOPE
from miniapps.contract.schemas import Schemas
from miniapps.errors import AnswerNotAsDescribed, RegisterRefused

_PROBLEM = "application/problem+json"
_BODILESS = frozenset({204, 205, 304})
_SUCCESS = range(200, 300)
_MOST_KNOWN = 64
CLEAR, UNDESCRIBED = Mask(), Mask()
"""Stand for a body that shows nothing hidden, and for one that nobody described."""


class Hidden:
    """What one set of missing consents takes out of an operation's answers; compare by identity."""

    __slots__ = ("_answers",)

    def __init__(self, answers: Mapping[str, MediaTypes[Mask]]) -> None:
        self._answers = answers

    def concerns(self, status: int, content_type: bytes | None, content_encoding: bytes | None) -> bool:
        """By the answer's head: whether its body must be there as a whole and go through `strip`.

        False: it passes as it is. Raises AnswerNotAsDescribed (502) where it may not pass at all.
        """
        if self._mask(status, content_type) is CLEAR:
            return False
        if content_encoding is not None and content_encoding.strip().lower() not in {b"", b"identity"}:
            raise _not_described("It is compressed, which was not asked for.")
        return True

    def strip(self, status: int, content_type: bytes | None, body: bytes) -> bytes:
        """The body without what is hidden, as compact JSON; raises AnswerNotAsDescribed (502) when it is not sure."""
        mask = self._mask(status, content_type)
        if mask is CLEAR or not body:
            return body
        if mask is UNDESCRIBED:
            raise _not_described(f"Its contract describes no such body for the status {status}.")
        return _stripped(mask, body)

    def _mask(self, status: int, content_type: bytes | None) -> Mask:
        """CLEAR: the body passes as it is; UNDESCRIBED: only an empty one passes."""
        if status in _BODILESS:
            return CLEAR
        answers, succeeded = self._answers, status in _SUCCESS
        described = answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")
        if described is None and succeeded:
            raise _not_described(f"Its contract does not describe the status {status}.")
        media = essence((content_type or b"").decode("latin-1"))
        mask = described.find(media) if described is not None else None
        if mask is None:
            return CLEAR if media == _PROBLEM and not succeeded else UNDESCRIBED
        return UNDESCRIBED if succeeded and not is_json(media) else mask


class FieldRule:
    """The scoped fields of one operation's answers, by status (`200`, `2XX`, `default`) and media type."""

    __slots__ = ("_answers", "_known", "scopes", "titles")

    def __init__(self, answers: Mapping[str, Mapping[str, Place]], titles: Mapping[str, Localized]) -> None:
        self._answers = answers
        self._known: dict[frozenset[str], Hidden] = {}
        self.titles = titles
        """What each scope's fields are called, where the document says it."""
        self.scopes = frozenset(
            scope for each in answers.values() for place in each.values() for scope in scopes_of(place)
        )

    def hidden(self, scopes: frozenset[str]) -> Hidden | None:
        """What is hidden from a resident who agreed to `scopes`; None: nothing. The same object for the same need."""
        missing = self.scopes - scopes
        if not missing:
            return None
        known = self._known.get(missing)
        if known is None:
            known = self._hidden(missing)
            if len(self._known) < _MOST_KNOWN:
                self._known[missing] = known
        return known

    def _hidden(self, missing: frozenset[str]) -> Hidden:
        return Hidden(
            {
                status: MediaTypes({name: mask_of(place, missing) or CLEAR for name, place in by_media.items()})
                for status, by_media in self._answers.items()
            }
        )


def field_rule(schemas: Schemas, described: Mapping[str, Any], where: str) -> FieldRule | None:
    """The rule of an operation's `responses`, None where no field has a scope; raises RegisterRefused."""
    places = Places(schemas)
    answers = {
        status if status == "default" else status.upper(): dict(
            _by_media(schemas, places, answer, f"{where}: {status}")
        )
        for status, answer in schemas.resolved(described.get("responses", {}), f"{where}: responses").items()
    }
    rule = FieldRule(answers, places.titles)
    return rule if rule.scopes else None


def _by_media(schemas: Schemas, places: Places, answer: object, where: str) -> Iterator[tuple[str, Place]]:
    content = schemas.resolved(schemas.resolved(answer, where).get("content", {}), f"{where}: content")
    for name, media in content.items():
        place = places.of(schemas.resolved(media, f"{where}: {name}").get("schema", True), f"{where}: {name}")
        if place.scopes:
            raise RegisterRefused(f"{where}: {SCOPE} stands on the whole answer: give the operation that scope instead")
        yield name, place


def _stripped(mask: Mask, body: bytes) -> bytes:
    try:
        value = from_json(body, allow_inf_nan=False)
        mask.strip(value)
        return to_json(value, inf_nan_mode="strings")
    except NotDescribed as error:
        raise _not_described("An array or an object stands where its contract describes none.") from error
    except ValueError as error:
        raise _not_described("It is not JSON that can be read.") from error


def _not_described(why: str) -> AnswerNotAsDescribed:
    return AnswerNotAsDescribed(
        f"{why} Part of the answer is not for this mini-service, so none of it passes.", hop="upstream"
    )
