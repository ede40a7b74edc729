"""Which passwords are taken (NIST SP 800-63B-4, section 3.1.1).

Ten characters at least: NIST asks for 15 of a password that is the only factor and for 8 of one among several. Ours can
open a session alone, but nothing of value: the owner's acts ask for a fresh authentication, levels 3 and 4 for two
factors. Guessing is bounded online (attempts) and the common ones of ten and more are refused, so that ten is what
people on a telephone's keyboard still bring themselves to. There are no rules of composition and no expiry.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pypinyin import lazy_pinyin

from auth.credentials.breached import BreachedPasswords
from auth.credentials.errors import PasswordRefused

LONGEST = 128
Reason = Literal["too-short", "too-long", "breached", "contains-own-data"]
_PHONE_SHAPED = re.compile(r"[a-z]{0,3}(?:86)?1[3-9][0-9]{9}[a-z]{0,3}")
_TAIL = re.compile(r"[\W\d_]{1,6}$")
_SHORT_PART = 4
"""Characters of a part that makes no password, however often it is repeated."""
_SHORTEST_NAME = 5
"""Letters of a name in pinyin that a password may not contain: `li` stands in too many words."""


def prepared(password: str) -> str:
    """As it is hashed and compared: NFKC, the same on every keyboard (SP 800-63B-4, section 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is to be."""

    phone: str | None
    name: str | None

    @property
    def words(self) -> tuple[str, ...]:
        """What is not to stand in the password, in small letters."""
        pinyin = "".join(lazy_pinyin(self.name or "")).casefold()
        spelled = pinyin if len(pinyin) >= _SHORTEST_NAME else ""
        return tuple(word for word in (self.phone, (self.name or "").casefold(), spelled) if word)


class PasswordPolicy:
    """The rules; the length is a setting."""

    def __init__(self, shortest: int, breached: BreachedPasswords) -> None:
        self._shortest = shortest
        self._breached = breached

    def check(self, password: str, owner: Owner) -> None:
        """Let a prepared password pass; raises PasswordRefused with the reasons."""
        reasons = self.reasons(password, owner)
        if reasons:
            detail = f"Choose another: {', '.join(reasons)}."
            raise PasswordRefused(detail, reasons=reasons, errors=[{"pointer": "/password", "detail": detail}])

    def reasons(self, password: str, owner: Owner) -> list[Reason]:
        found: list[tuple[bool, Reason]] = [
            (len(password) < self._shortest, "too-short"),
            (len(password) > LONGEST, "too-long"),
            (self.breached(password), "breached"),
            (any(word in password.casefold() for word in owner.words), "contains-own-data"),
        ]
        return [reason for true, reason in found if true]

    def breached(self, password: str) -> bool:
        """Whether it is on the list, with or without a short tail, one thing over and over, or a mobile number."""
        folded = password.casefold()
        once = _repeated(folded)
        return (
            folded in self._breached
            or _TAIL.sub("", folded) in self._breached
            or (once != folded and (len(once) <= _SHORT_PART or once in self._breached))
            or bool(_PHONE_SHAPED.fullmatch(folded))
        )


def _repeated(text: str) -> str:
    """The part that the text repeats, `abcabc` gives `abc`; the text itself when it repeats none."""
    return text[: (text + text).find(text, 1)] if text else text
