"""Which licences a demo resident holds: made from the identity number, the same ones each time."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from zlib import crc32

from mock_services.licences.kinds import Kind
from mock_services.shared.residents import DemoResident

SHANGHAI = "310"
DRIVING_AGES = range(27, 70)
PARENT_AGES = range(32, 49)
SENIOR_AGE = 65
ID_CARDS = ((46, None), (26, 20), (16, 10), (0, 5))
"""The age an identity card is issued at, and for how many years (居民身份证法, article 5)."""

Fact = tuple[str, str, str, str]
"""A line of a licence: its name and its value, each in Chinese and English."""


class Issued(NamedTuple):
    """A licence as its issuer wrote it; `valid_until` None: without end."""

    kind: Kind
    holder: str
    number: str
    issued_on: date
    valid_until: date | None
    facts: tuple[Fact, ...]


class _Life(NamedTuple):
    """What an identity number says (GB 11643), and the chance of this person."""

    id_number: str

    @property
    def born(self) -> date:
        return date(int(self.id_number[6:10]), int(self.id_number[10:12]), int(self.id_number[12:14]))

    @property
    def male(self) -> bool:
        return int(self.id_number[16]) % 2 == 1

    @property
    def chance(self) -> int:
        return crc32(self.id_number.encode())

    def turns(self, age: int, month: int | None = None) -> date:
        """A day in the year of that birthday, never 29 February."""
        return date(self.born.year + age, month or self.born.month, min(self.born.day, 28))


def licences_of(resident: DemoResident, today: date) -> Iterator[Issued]:
    life = _Life(resident.id_number)
    age = today.year - life.born.year
    yield _id_card(resident, life, age)
    if not resident.id_number.startswith(SHANGHAI):
        yield _residence_permit(resident, today)
    if age in DRIVING_AGES:
        yield _driving_licence(resident, life, age)
    yield _social_card(resident, life)
    if age in PARENT_AGES:
        yield _birth_certificate(resident, life)
    if age > SENIOR_AGE:
        yield _senior_card(resident, life)


def _id_card(resident: DemoResident, life: _Life, age: int) -> Issued:
    at, years = next(card for card in ID_CARDS if age > card[0])
    until = None if years is None else life.turns(at + years)
    sex = ("男", "male") if life.male else ("女", "female")
    facts = (("性别", "Sex", *sex), ("民族", "Ethnicity", "汉", "Han"), _born(life))
    return Issued(Kind.ID_CARD, resident.name, resident.id_number, life.turns(at), until, facts)


def _driving_licence(resident: DemoResident, life: _Life, age: int) -> Issued:
    first = life.turns(18 + life.chance % 3, 9)
    at = 36 if age > 36 else 26  # noqa: PLR2004 - good for ten years
    facts = (
        ("准驾车型", "Class", "C1", "C1"),
        ("初次领证", "First issued", *_day(first)),
        ("累积记分", "Penalty points", "0 分", "0"),
    )
    return Issued(
        Kind.DRIVING_LICENCE, resident.name, resident.id_number, life.turns(at, 9), life.turns(at + 10, 9), facts
    )


def _social_card(resident: DemoResident, life: _Life) -> Issued:
    number = f"A{life.chance % 10**8:08d}"
    facts = (("开户银行", "Bank", "上海银行", "Bank of Shanghai"), ("用卡状态", "State", "正常", "active"))
    return Issued(Kind.SOCIAL_CARD, resident.name, number, date(2022, 5, 18), None, facts)


def _residence_permit(resident: DemoResident, today: date) -> Issued:
    facts = (("居住地", "Address", "浦东新区张江镇", "Zhangjiang, Pudong"),)
    since, until = date(today.year, 1, 8), date(today.year + 1, 1, 7)
    return Issued(Kind.RESIDENCE_PERMIT, resident.name, resident.id_number, since, until, facts)


def _birth_certificate(resident: DemoResident, life: _Life) -> Issued:
    """Of a child: the holder is the child, the resident its parent."""
    child = resident.name[0] + ("小禾", "子墨", "一诺")[life.chance % 3]
    born = life.turns(31, 6)
    facts = (
        ("出生日期", "Born", *_day(born)),
        ("父亲" if life.male else "母亲", "Father" if life.male else "Mother", resident.name, resident.name),
    )
    return Issued(Kind.BIRTH_CERTIFICATE, child, f"S31{life.chance // 7 % 10**7:07d}", born, None, facts)


def _senior_card(resident: DemoResident, life: _Life) -> Issued:
    facts = (("综合津贴", "Allowance", "按季发放", "paid each quarter"),)
    return Issued(
        Kind.SENIOR_CARD, resident.name, f"J{life.chance // 11 % 10**9:09d}", life.turns(SENIOR_AGE), None, facts
    )


def _born(life: _Life) -> Fact:
    return ("出生", "Born", *_day(life.born))


def _day(day: date) -> tuple[str, str]:
    """In Chinese and English."""
    return f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%b} {day.year}"
