"""Search as people type: Chinese, full pinyin, initials, English, in any mixture.

Each term of a service (its names, keywords, summary) is kept in the forms in which it may be typed: as written, as
pinyin without tones, and as the initials of the pinyin; a character with several readings gives several forms, up to a
bound. A query word matches a form that contains it (pinyin and initials: that starts with it); all words of the query
must match.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pypinyin import Style, pinyin

_READINGS = 8
_QUERY_WORDS = 8


@dataclass(frozen=True, slots=True)
class Term:
    """One term with its forms; a smaller `rank` is a better place to be found in."""

    rank: int
    written: str
    spelt: tuple[str, ...]

    def matches(self, word: str) -> int | None:
        """How good the match is, smaller is better; None when there is none."""
        if self.written.startswith(word) or any(form == word for form in self.spelt):
            return 3 * self.rank
        if word in self.written:
            return 3 * self.rank + 1
        if any(form.startswith(word) for form in self.spelt):
            return 3 * self.rank + 2
        return None


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: the terms of one service."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, names: Iterable[str], keywords: Iterable[str], others: Iterable[str]) -> "Entry":
        ranked = itertools.chain(
            ((0, text) for text in names), ((1, text) for text in keywords), ((2, text) for text in others)
        )
        return cls(tuple(_term(rank, text) for rank, text in ranked if text))

    def score(self, words: Sequence[str]) -> int | None:
        """The sum over the words of the best match of each; None when a word matches nothing."""
        scores = [self._best(word) for word in words]
        return None if None in scores else sum(score for score in scores if score is not None)

    def _best(self, word: str) -> int | None:
        found = [score for term in self.terms if (score := term.matches(word)) is not None]
        return min(found, default=None)


def words_of(query: str) -> list[str]:
    """The words of a query as they are compared: NFKC, case folded, split at white space and punctuation."""
    return re.findall(r"\w+", _folded(query))[:_QUERY_WORDS]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("'", "")


def _term(rank: int, text: str) -> Term:
    written = "".join(re.findall(r"\w+", _folded(text)))
    return Term(rank, written, _forms(written) if rank < 2 else ())  # noqa: PLR2004 - a summary is not spelt out


def _forms(written: str) -> tuple[str, ...]:
    """Pinyin from each character on, whole and as initials: 居民身份证 is found by shenfenzheng and by sfz."""
    syllables = [_readings(options) for options in pinyin(written, style=Style.NORMAL, heteronym=True)]
    forms: set[str] = set()
    for start in range(len(syllables)):
        for reading in itertools.islice(itertools.product(*syllables[start:]), _READINGS):
            forms.add("".join(reading))
            forms.add("".join(syllable[:1] for syllable in reading))
    return tuple(sorted(forms))


def _readings(options: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(option for option in options if option))[:3] or [""]
