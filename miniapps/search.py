"""Search as people type: Chinese, full pinyin, initials, English, in any mixture.

A word of the query matches a term (a name, a keyword, the summary) that contains it as written or, for names and
keywords, that can be spelt so: from some character on, each is typed as its whole pinyin or only its initial, and the
last may be unfinished. 身份证 is found by shenfenzheng, sfz, shenfz, sfzheng and fenz. A character with several
readings may be typed by any of them. All words of the query must match.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pypinyin import Style, pinyin

_QUERY_WORDS = 8
_READINGS = 6
_SPELT_RANKS = 2
_HAN = "〇㐀-鿿豈-\ufaff\U00020000-\U000323af"
_WORDS = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")
_TWO_LETTER_INITIALS = ("zh", "ch", "sh")

Readings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One term; a smaller `rank` is a better place to be found in. `spelling` has the readings of each character."""

    rank: int
    written: str
    spelling: tuple[Readings, ...]

    def match(self, word: str) -> int | None:
        """How good the match is, smaller is better; None when there is none."""
        for quality, matches in enumerate(self._matches(word)):
            if matches:
                return 4 * self.rank + quality
        return None

    def _matches(self, word: str) -> Iterator[bool]:
        yield self.written.startswith(word)
        yield word in self.written
        starts = self._starts(word)
        yield 0 in starts and _spelt(word, self.spelling)
        yield any(_spelt(word, self.spelling[start:]) for start in starts if start)

    def _starts(self, word: str) -> list[int]:
        """Where the word may begin, by its first letter: a search looks at every term of the city."""
        first = word[0]
        return [at for at, readings in enumerate(self.spelling) if any(each[0] == first for each in readings)]


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
        total = 0
        for word in words:
            best = min((found for term in self.terms if (found := term.match(word)) is not None), default=None)
            if best is None:
                return None
            total += best
        return total


def words_of(query: str) -> list[str]:
    """The words of a query as they are compared, split at spaces, punctuation, and where Chinese begins or ends."""
    return _WORDS.findall(_folded(query))[:_QUERY_WORDS]


def _folded(text: str) -> str:
    """Without what typing varies: case, width, tone marks, the apostrophe of xi'an; ü is typed as v."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return "".join(each for each in unicodedata.normalize("NFKD", plain) if each not in "'’" and not _is_mark(each))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _term(rank: int, text: str) -> Term:
    runs = _WORDS.findall(_folded(text))
    spelling = tuple(itertools.chain.from_iterable(map(_spelling, runs))) if rank < _SPELT_RANKS else ()
    return Term(rank, "".join(runs), spelling)


def _spelling(run: str) -> list[Readings]:
    """The readings of each character; letters and digits are read as they are, as one."""
    return [_readings(options) for options in pinyin(run, style=Style.NORMAL, heteronym=True)]


def _readings(options: Sequence[str]) -> Readings:
    readings = [option for option in options if option][:_READINGS]
    return tuple(dict.fromkeys(readings + [each.replace("v", "u") for each in readings]))


def _spelt(word: str, spelling: Sequence[Readings]) -> bool:
    """Whether the word is typed so, from the first character on, however it is cut; in time of length times length."""
    ends = {0}
    for readings in spelling:
        ends_after: set[int] = set()
        for end in ends:
            rest = word[end:]
            if any(reading.startswith(rest) for reading in readings):
                return True
            ends_after.update(end + len(typed) for each in readings for typed in _typed(each) if rest.startswith(typed))
        if not ends_after:
            return False
        ends = ends_after
    return False


def _typed(reading: str) -> Iterator[str]:
    """What may stand for a reading within a word: all of it, its initial letter, or its initial of two letters."""
    yield reading
    yield reading[0]
    if reading.startswith(_TWO_LETTER_INITIALS):
        yield reading[:2]
