"""Request ids and trace ids, cheaply: unique and unguessable enough to correlate by, never a secret."""

import re
import secrets
import time

from core.ids import in_base_32

_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PAIRS = tuple(in_base_32(number, 2).encode() for number in range(1024))
_COUNTED_BITS = 20
_STEM_BITS = 60
_HEX = tuple(b"%02x" % number for number in range(256))
_TRACED_BITS = 16
_FIRST = b"0001"


class RequestIds:
    """Ids in the form of core.ids.new_id: a time, which is a little late, then chance, then a count within it."""

    __slots__ = ("_count", "_prefix")

    def __init__(self) -> None:
        self._prefix = b""
        self._count = 0
        self.tell(time.time())

    def tell(self, unix: float) -> None:
        """The time now, in Unix seconds; fresh chance with it."""
        stem = in_base_32(secrets.randbits(_STEM_BITS), _STEM_BITS // 5)
        self._prefix = f"{in_base_32(int(unix * 1000), 10)}{stem}".encode()
        self._count = 0

    def new(self) -> bytes:
        count = self._count
        if count >> _COUNTED_BITS:
            self.tell(time.time())
            count = 0
        self._count = count + 1
        return self._prefix + _PAIRS[count >> 10] + _PAIRS[count & 1023]


class Traces:
    """The trace context of calls (W3C Trace Context, section 3.2)."""

    __slots__ = ("_count", "_prefix", "_span")

    def __init__(self) -> None:
        self._prefix = b""
        self._span = b""
        self._count = 0
        self.renew()

    def renew(self) -> None:
        """Fresh chance: 96 bits in front of the trace id, 16 in front of the span id; a count follows each."""
        chance = b"%028x" % (secrets.randbits(112) | 1 << 111)
        self._prefix = b"00-" + chance[:24]
        self._span = b"-" + chance[24:]
        self._count = 0

    def parent(self, given: bytes | None) -> bytes:
        """The caller's, or a new one where there is none that can be read."""
        if given is not None and _TRACEPARENT.fullmatch(given) is not None:
            return given
        count = self._count
        if count >> _TRACED_BITS:
            self.renew()
            count = 0
        self._count = count + 1
        number = _HEX[count >> 8] + _HEX[count & 255]
        return self._prefix + _FIRST + number + self._span + _FIRST + _FIRST + number + b"-01"
