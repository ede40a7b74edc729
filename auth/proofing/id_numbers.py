"""Citizen identity numbers (GB 11643-1999): six digits of a district, a birth date, three of a sequence, a check."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from auth.proofing.errors import InvalidIdNumber

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHANGHAI = timezone(timedelta(hours=8))
"""China keeps no summer time."""
_OF_AGE = 14
"""From this age on a person's own consent is enough for personal data (PIPL, article 31)."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number whose check fits and whose birth date is one; whether anybody bears it, the register knows."""

    text: str
    birth_date: date

    def is_under_14(self, now: datetime) -> bool:
        """Whether a guardian has to agree, on the day that it is in the city."""
        today = now.astimezone(_SHANGHAI).date()
        years = today.year - self.birth_date.year
        return years - ((today.month, today.day) < (self.birth_date.month, self.birth_date.day)) < _OF_AGE

    def digest(self) -> str:
        """What registers and certificates name the holder by: SHA-256 of the number, in hex."""
        return number_digest(self.text)


def number_digest(text: str) -> str:
    """SHA-256 of a number, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def id_number_of(typed: str, now: datetime) -> IdNumber:
    """The number that was typed, spaces and a small x forgiven; raises InvalidIdNumber."""
    text = re.sub(r"\s", "", typed).upper()
    if not _SHAPE.fullmatch(text) or _check_of(text) != text[-1]:
        raise InvalidIdNumber("Look at the 18 characters on the card again.")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError as error:
        raise InvalidIdNumber("Look at the birth date in the number again.") from error
    if not date(1900, 1, 1) <= born <= now.astimezone(_SHANGHAI).date():
        raise InvalidIdNumber("Look at the birth date in the number again.")
    return IdNumber(text, born)


def _check_of(text: str) -> str:
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11]
