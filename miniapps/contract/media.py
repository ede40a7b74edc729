"""Media types (RFC 9110, section 8.3): read once, compared often."""

from collections.abc import Mapping
from typing import Generic, TypeVar

Content = TypeVar("Content")
_UTF_8 = frozenset({"utf-8", "utf8"})


class MediaTypes(Generic[Content]):
    """What is said of each media type; the most exact of `a/b`, `a/*` and `*/*` counts."""

    __slots__ = ("_by_type",)

    def __init__(self, by_type: Mapping[str, Content]) -> None:
        self._by_type = {essence(name): content for name, content in by_type.items()}

    def find(self, media: str) -> Content | None:
        """`media` without parameters, in lower case."""
        found = self._by_type.get(media)
        if found is None:
            found = self._by_type.get(f"{media.partition('/')[0]}/*")
        if found is None:
            found = self._by_type.get("*/*")
        return found

    def __str__(self) -> str:
        return ", ".join(self._by_type)


def essence(media: str) -> str:
    """The type without parameters, in lower case."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """RFC 6839, section 3.1: `application/json`, and whatever ends in `+json`."""
    return media == "application/json" or media.endswith("+json")


def is_utf8(content_type: str) -> bool:
    """Whether no other charset than UTF-8 is named (RFC 8259, section 8.1)."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in _UTF_8:
            return False
    return True
