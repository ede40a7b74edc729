"""Chunked bodies, read strictly and piece by piece (RFC 9112, section 7.1), in both directions."""

import re

_SIZE_LINE = re.compile(
    rb"([0-9A-Fa-f]{1,15})"
    rb"(?:[ \t]*;[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[ \t]*=[ \t]*"
    rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|\"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*\"))?)*"
)
_TRAILERS = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*")
_SIZE_LINE_LIMIT = 512
_TRAILERS_LIMIT = 8 * 1024

_SIZE, _DATA, _DATA_END, _TRAILER, _DONE = range(5)


class ChunksBroken(Exception):
    """The bytes are no chunked body; the text says where."""


class Chunks:
    """A reader of one chunked body; extensions and trailers are dropped.

    `feed` gives the content that is there so far; once `done`, `rest` holds the bytes after the body's end.
    """

    __slots__ = ("_left", "_state", "_waiting", "done", "rest")

    def __init__(self) -> None:
        self._state = _SIZE
        self._left = 0
        self._waiting = b""
        self.done = False
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """The content in `data`; raises ChunksBroken."""
        if self._waiting:
            data = self._waiting + data
            self._waiting = b""
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and not self.done:
            if self._state == _DATA:
                piece = data[at : at + self._left]
                pieces.append(piece)
                self._left -= len(piece)
                at += len(piece)
                if self._left == 0:
                    self._state = _DATA_END
                continue
            end = self._step(data, at)
            if end < 0:
                self._waiting = data[at:]
                return b"".join(pieces)
            at = end
        if self.done:
            self.rest = data[at:]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _step(self, data: bytes, at: int) -> int:
        """Read one line from `at` on; where it ended, or -1 while it is not there as a whole."""
        if self._state == _SIZE:
            return self._size(data, at)
        if self._state == _DATA_END:
            if data[at : at + 2] == b"\r\n":
                self._state = _SIZE
                return at + 2
            if data[at:] == b"\r":
                return -1
            raise ChunksBroken("a chunk is longer or shorter than its size")
        return self._trailer(data, at)

    def _size(self, data: bytes, at: int) -> int:
        end = data.find(b"\r\n", at, at + _SIZE_LINE_LIMIT)
        if end < 0:
            seen = data[at : at + _SIZE_LINE_LIMIT]
            if len(seen) >= _SIZE_LINE_LIMIT or b"\n" in seen or b"\r" in seen[:-1]:
                raise ChunksBroken("the line with a chunk's size has no end")
            return -1
        found = _SIZE_LINE.fullmatch(data, at, end)
        if found is None:
            raise ChunksBroken("a chunk's size is no hexadecimal number")
        self._left = int(found[1], 16)
        self._state = _DATA if self._left else _TRAILER
        return end + 2

    def _trailer(self, data: bytes, at: int) -> int:
        if data[at : at + 2] == b"\r\n":
            self._finish()
            return at + 2
        end = data.find(b"\r\n\r\n", at)
        if end < 0:
            if len(data) - at > _TRAILERS_LIMIT:
                raise ChunksBroken("the trailers are too long")
            return -1
        if end + 2 - at > _TRAILERS_LIMIT or _TRAILERS.fullmatch(data, at, end + 2) is None:
            raise ChunksBroken("a trailer is not of the form name: value")
        self._finish()
        return end + 4

    def _finish(self) -> None:
        self._state = _DONE
        self.done = True


def chunk(data: bytes) -> bytes:
    """`data`, which is not empty, as one chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
