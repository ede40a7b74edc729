"""The members that a document may carry for the city, `x-onecity-…`; each function raises RegisterRefused."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from core.bodies import Localized
from miniapps.errors import RegisterRefused

Priority = Literal["low", "normal", "high"]
SCOPE = "x-onecity-scope"
DEFAULT_BODY = 2**20
_SCOPE_FORM = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}")
_SUMMARY_LENGTH = 200
_LEVELS = range(1, 5)
_LARGEST_BODY = 2**40
_LONGEST_SECONDS = 3600
_PRIORITIES: Mapping[object, Priority] = {"low": "low", "normal": "normal", "high": "high"}


def scope_of(described: Mapping[str, Any], where: str) -> str | None:
    scope = described.get(SCOPE)
    if scope is not None and not (isinstance(scope, str) and _SCOPE_FORM.fullmatch(scope)):
        raise RegisterRefused(f"{where}: {SCOPE} has the form area:resource:action")
    return scope


def loa_of(described: Mapping[str, Any], where: str) -> int:
    given = described.get("x-onecity-loa")
    level = 1 if given is None else given
    if type(level) is not int or level not in _LEVELS:
        raise RegisterRefused(f"{where}: x-onecity-loa is 1 to 4")
    return level


def words_of(described: Mapping[str, Any], member: str, where: str) -> str:
    words = described.get(member, "")
    if not isinstance(words, str) or len(words) > _SUMMARY_LENGTH:
        raise RegisterRefused(f"{where}: {member} is a text of at most {_SUMMARY_LENGTH} characters")
    return words.strip()


def localized(chinese: str, english: str) -> Localized:
    return {"zh-CN": chinese, "en": english} if english else {"zh-CN": chinese}


def flag_of(described: Mapping[str, Any], member: str, where: str) -> bool:
    given = described.get(member, False)
    if not isinstance(given, bool):
        raise RegisterRefused(f"{where}: {member} is true or false")
    return given


def priority_of(described: Mapping[str, Any], where: str) -> Priority:
    """Which calls go first when the gateway is short of time."""
    given = described.get("x-onecity-priority", "normal")
    if not isinstance(given, str) or given not in _PRIORITIES:
        raise RegisterRefused(f"{where}: x-onecity-priority is low, normal or high")
    return _PRIORITIES[given]


def max_body_of(described: Mapping[str, Any], where: str) -> int:
    """Bytes of a request's body."""
    given = described.get("x-onecity-max-body", DEFAULT_BODY)
    if type(given) is not int or not 0 < given <= _LARGEST_BODY:
        raise RegisterRefused(f"{where}: x-onecity-max-body is a number of bytes, 1 at the least")
    return given


def seconds_of(described: Mapping[str, Any], member: str, where: str) -> float | None:
    given = described.get(member)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= _LONGEST_SECONDS:
        raise RegisterRefused(f"{where}: {member} is a number of seconds, above 0 and at most {_LONGEST_SECONDS}")
    return float(given)
