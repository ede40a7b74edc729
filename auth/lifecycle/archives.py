"""What an archive looks like: a zip with a page to read and a JSON file for each kind of thing, made piece by piece.

Nothing is held but the record at hand, a piece of the zip, and the first few records of each file for the page.
"""

import html
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auth.lifecycle.ports import Record
from core.bodies import Localized

PIECE = 256 * 1024
_ON_THE_PAGE = 50
_LONGEST = 300
"""Characters of one value on the page; the JSON file has all of it."""


@dataclass(slots=True)
class _File:
    """A file of the archive, as the page tells of it."""

    name: str
    title: Localized
    count: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)


class Archive:
    """Writes one zip; `take` what it has written so far."""

    def __init__(self, made_at: datetime) -> None:
        self._made_at = made_at
        self._out = _Sink()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._files: dict[str, _File] = {}

    async def add(self, name: str, title: Localized, records: AsyncIterator[Record]) -> AsyncIterator[bytes]:
        """One JSON array, under a name that is new; pieces of the zip as they come."""
        file = self._files[name] = _File(name, title)
        with self._zip.open(self._info(f"{name}.json"), "w") as target:
            target.write(b"[")
            async for record in records:
                target.write(b"\n" if file.count == 0 else b",\n")
                target.write(_json(record.members))
                file.count += 1
                if file.count <= _ON_THE_PAGE:
                    file.first.append(dict(record.members))
                if self._out.waiting >= PIECE:
                    yield self._out.take()
            target.write(b"\n]\n")

    def finish(self) -> bytes:
        """The page, the zip's directory, and whatever was not taken yet."""
        page = _page(list(self._files.values()), self._made_at)
        self._zip.writestr(self._info("index.html"), page.encode(errors="replace"))
        self._zip.close()
        return self._out.take()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        return info


class _Sink(io.RawIOBase):
    """Takes what zipfile writes, and cannot be sought: so sizes come after each entry (APPNOTE 4.3.9)."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        content = bytes(piece)
        if content:  # a compressor keeps most of what it is given for later
            self._pieces.append(content)
            self.waiting += len(content)
        return len(content)

    def take(self) -> bytes:
        content = b"".join(self._pieces)
        self._pieces, self.waiting = [], 0
        return content


def _json(members: object) -> bytes:
    """In UTF-8; where a service kept half a character, which UTF-8 has not, by escapes alone."""
    try:
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(members, separators=(",", ":")).encode()


def _page(files: list[_File], made_at: datetime) -> str:
    parts = "".join(_section(file) for file in files)
    links = "".join(
        f'<li><a href="#{_text(file.name)}">{_text(file.title["zh-CN"])} '
        f'<span lang="en">{_text(file.title.get("en", ""))}</span></a> ({file.count})</li>'
        for file in files
    )
    return _FRAME.format(at=f"{made_at:%Y-%m-%d %H:%M} UTC", links=links, parts=parts)


def _section(file: _File) -> str:
    more = f'<p>{file.count} … <a href="{_text(file.name)}.json">{_text(file.name)}.json</a></p>'
    title = f'{_text(file.title["zh-CN"])} <span lang="en">{_text(file.title.get("en", ""))}</span>'
    columns = list(dict.fromkeys(name for record in file.first for name in record))
    head = "".join(f"<th scope=col>{_text(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(record.get(name))}</td>" for name in columns) + "</tr>" for record in file.first
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if file.first else ""
    return f'<section id="{_text(file.name)}"><h2>{title}</h2>{table}{more}</section>'


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _text(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _text(value: str) -> str:
    return html.escape(value)


_FRAME = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>我的数据 My data</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:18px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}}
table{{border-collapse:collapse;display:block;overflow-x:auto}}td,th{{border:1px solid #767676;padding:.3em .6em;
text-align:left;vertical-align:top}}</style></head>
<body><h1>我的数据 <span lang="en">My data</span></h1>
<p>{at}。这里是本市账号保存的关于您的全部数据。每类数据的完整内容在同名的 JSON 文件中。请妥善保管。</p>
<p lang="en">All that your account in this city holds about you. Each kind of data is complete in the JSON file of that
name; this page shows the first of each. Keep it safe: nothing in it is masked.</p>
<ul>{links}</ul>{parts}</body></html>
"""
