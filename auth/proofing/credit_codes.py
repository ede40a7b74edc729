"""Unified social credit codes of legal persons (GB 32100-2015): 18 characters, the last one a check."""

import re

from auth.proofing.errors import InvalidCreditCode

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code_of(typed: str) -> str:
    """The code that was typed, spaces and small letters forgiven; raises InvalidCreditCode."""
    text = re.sub(r"\s", "", typed).upper()
    if not _SHAPE.fullmatch(text) or _check_of(text) != text[-1]:
        raise InvalidCreditCode("Look at the 18 characters on the business licence again.")
    return text


def _check_of(text: str) -> str:
    total = sum(_ALPHABET.index(each) * weight for each, weight in zip(text, _WEIGHTS, strict=False))
    return _ALPHABET[-total % 31]
