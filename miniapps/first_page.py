"""What a resident waits for: the first page and the files that it, its scripts and its styles name at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from miniapps.package import suffix_of

# The bounds keep each pattern linear, whatever a package holds; _READ keeps the whole within a second.
_IN_HTML = re.compile(
    rb"<(?:script|img|source|link)\b[^>]{0,500}?\b(?:src|href)\s{0,9}=\s{0,9}[\"']?([^\"'\s>]{1,300})"
)
_IN_SCRIPT = re.compile(rb"\b(?:from|import)\s{0,9}[\"']([^\"'\n]{1,300})[\"']")
_IN_STYLE = re.compile(rb"(?:url\(|@import)\s{0,9}[\"']?([^\"')\s]{1,300})")
_REFERENCES = {"html": _IN_HTML, "js": _IN_SCRIPT, "mjs": _IN_SCRIPT, "css": _IN_STYLE}
_HOST = "package.invalid"
_READ = 64 * 1024
"""Bytes of a file that are searched: pages and modules name what they need at their top."""


def bytes_of_first_page(files: Mapping[str, bytes], page: str, enough: int) -> int:
    """The size, unpacked, of everything the page needs to be there; lazy imports and data do not count.

    Once it is more than `enough`, no further file is searched.
    """
    needed, waiting = {page}, [page]
    while waiting and _size(files, needed) <= enough:
        fresh = {name for name in _named_in(files, waiting.pop()) if name in files} - needed
        needed |= fresh
        waiting += fresh
    return _size(files, needed)


def _size(files: Mapping[str, bytes], names: Iterable[str]) -> int:
    return sum(len(files[name]) for name in names)


def _named_in(files: Mapping[str, bytes], name: str) -> Iterator[str]:
    references = _REFERENCES.get(suffix_of(name))
    for reference in references.findall(files[name], 0, _READ) if references else ():
        try:
            parts = urlsplit(urljoin(f"http://{_HOST}/{name}", reference.decode("utf-8", "replace")))
        except ValueError:  # no URL at all: the browser will not load it either
            continue
        if parts.netloc == _HOST:
            yield unquote(parts.path).removeprefix("/")
