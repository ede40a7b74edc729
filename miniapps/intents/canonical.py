"""JSON in its one canonical form (RFC 8785), so that whoever has the same value has the same digest.

No library of the lock file writes it; the RFC's own vectors are in the tests.
"""

import base64
import hashlib
import json
from decimal import Decimal
from typing import Any

from core.problems import Unprocessable

_EXACT = 2**53
_PLAIN_BELOW, _SMALLEST_PLAIN = 21, -6


def digest_of(value: Any) -> str:
    """`sha-256=:…:` over the canonical form, as `Content-Digest` has it (RFC 9530, section 2)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(canonical(value)).digest()).decode()}:"


def canonical(value: Any) -> bytes:
    """Raises Unprocessable for what I-JSON (RFC 7493) does not have: halves of characters, endless numbers."""
    try:
        return _text(value).encode()
    except (UnicodeEncodeError, OverflowError) as error:
        raise Unprocessable("Leave out halves of characters and numbers beyond all bounds.") from error


def _text(value: Any) -> str:
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return f"{{{','.join(f'{_text(name)}:{_text(inner)}' for name, inner in members)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """As ECMAScript writes it (ECMA-262, Number::toString), which knows no integers beyond doubles."""
    if isinstance(value, int) and abs(value) <= _EXACT:
        return str(value)
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    if not isinstance(exponent, int):
        raise OverflowError(value)
    written = _placed("".join(map(str, digits)), len(digits) + exponent)
    return f"-{written}" if sign and value else written


def _placed(digits: str, point: int) -> str:
    """The digits with the decimal point behind that many of them."""
    if digits == "0":
        return "0"
    if len(digits) <= point <= _PLAIN_BELOW:
        return digits.ljust(point, "0")
    if 0 < point <= _PLAIN_BELOW:
        return f"{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
