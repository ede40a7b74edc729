"""The little of DER (X.690) that signatures and ciphertexts of SM2 need; strict: one text for each value."""

_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_SHORT, _LONG_ONE, _LONG_TWO = 0x80, 0x81, 0x82
_BYTE, _TWO_BYTES = 0x100, 0x10000


def sequence(*parts: bytes) -> bytes:
    return _wrapped(_SEQUENCE, b"".join(parts))


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return _wrapped(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def octets(value: bytes) -> bytes:
    return _wrapped(_OCTETS, value)


def read_sequence(text: bytes) -> bytes:
    """What is in the sequence that is the whole text; raises ValueError."""
    inside, rest = _read(_SEQUENCE, text)
    if rest:
        raise ValueError("something follows")
    return inside


def read_integer(text: bytes) -> tuple[int, bytes]:
    """A number that is not negative, and what follows it; raises ValueError."""
    value, rest = _read(_INTEGER, text)
    number = int.from_bytes(value, signed=True)
    if not value or number < 0 or value != number.to_bytes(number.bit_length() // 8 + 1):
        raise ValueError("the number is not in its one form")
    return number, rest


def read_octets(text: bytes) -> tuple[bytes, bytes]:
    """Octets, and what follows them; raises ValueError."""
    return _read(_OCTETS, text)


def _wrapped(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _length(len(content)) + content


def _length(size: int) -> bytes:
    if size < _SHORT:
        return bytes([size])
    if size < _BYTE:
        return bytes([_LONG_ONE, size])
    if size < _TWO_BYTES:
        return bytes([_LONG_TWO]) + size.to_bytes(2)
    raise ValueError("longer than 65535 octets")


def _read(tag: int, text: bytes) -> tuple[bytes, bytes]:
    if len(text) < 2 or text[0] != tag:  # noqa: PLR2004 - a tag and a length
        raise ValueError("another type was expected")
    head = {_LONG_ONE: 3, _LONG_TWO: 4}.get(text[1], 2)
    size = text[1] if head == 2 else int.from_bytes(text[2:head])  # noqa: PLR2004 - the short form
    if text[1:head] != _length(size) or len(text) < head + size:
        raise ValueError("the length is not right")
    return text[head : head + size], text[head + size :]
