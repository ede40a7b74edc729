"""A working life made from an identity number: the same one each time, up to last month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from zlib import crc32

EMPLOYERS = (
    "上海东方明信息科技有限公司",
    "上海浦江机械制造有限公司",
    "上海申城商贸有限公司",
    "上海黄浦纺织品有限公司",
    "上海长风物业管理有限公司",
)

START_AGE = 24
"""Years of age at the first contribution."""

PENSION_AGE = {"男": 60, "女": 55}
HIGHEST_BASE = 3_600_000

FIRST_YEAR = 1993
"""Personal pension accounts began in Shanghai in 1993."""


class Month(NamedTuple):
    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)


class Work(NamedTuple):
    """A month in work: who employed, and the base contributions are counted from, in fen."""

    month: Month
    employer: str
    base: int


class Career(NamedTuple):
    """A person's working life as one identity number tells it."""

    id_number: str

    @property
    def born(self) -> Month:
        return Month(int(self.id_number[6:10]), int(self.id_number[10:12]))

    @property
    def retires(self) -> Month:
        """The first month of the pension; the seventeenth digit is odd for men (GB 11643)."""
        sex = "男" if int(self.id_number[16]) % 2 else "女"
        return Month(self.born.year + PENSION_AGE[sex], self.born.month)

    @property
    def begins(self) -> Month:
        return Month(max(self.born.year + START_AGE, FIRST_YEAR), 7)

    def work(self, today: date) -> Iterator[Work]:
        """Every month in work up to last month, oldest first."""
        for month in months(self.begins, min(self.retires, Month(today.year, today.month))):
            yield Work(month, self._employer(month), self._base(month))

    def retirement(self, today: date) -> Iterator[Month]:
        """Every month with a pension up to last month."""
        yield from months(max(self.retires, self.begins), Month(today.year, today.month))

    def _employer(self, month: Month) -> str:
        jobs_before = (month.year - self.begins.year) // 6
        return EMPLOYERS[(self._chance + jobs_before) % len(EMPLOYERS)]

    def _base(self, month: Month) -> int:
        """Grows each July, as the city's average wage does."""
        insurance_year = month.year - (month.month < 7)  # noqa: PLR2004 - July
        starting = 40_000 + self._chance % 9 * 1_500
        average = int(starting * Decimal("1.12") ** (insurance_year - FIRST_YEAR + 1))
        return min(average, HIGHEST_BASE) // 100 * 100

    @property
    def _chance(self) -> int:
        return crc32(self.id_number.encode())


def months(first: Month, end: Month) -> Iterator[Month]:
    """From `first` until before `end`."""
    month = first
    while month < end:
        yield month
        month = month.next()
