"""Numbers of persons and of companies are checked before anybody is asked about them."""

from datetime import UTC, datetime

import pytest

from auth.proofing.credit_codes import credit_code_of
from auth.proofing.errors import InvalidCreditCode, InvalidIdNumber
from auth.proofing.id_numbers import id_number_of

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("440524188001010014", None),
        ("11010519491231002x", "11010519491231002X"),
        (" 310101 19880315 0012 ", "310101198803150012"),
        ("310101198803150011", None),
        ("110105194912310021", None),
        ("31010119880315001", None),
        ("01010119880315001X", None),
        ("３１０１０１１９８８０３１５００１２", None),
        ("310101880315001", None),
        ("", None),
    ],
    ids=[
        "the standard's example",
        "born in 1880",
        "a small x",
        "spaces",
        "another check",
        "X left out",
        "too short",
        "no such district",
        "full-width digits",
        "fifteen digits",
        "nothing",
    ],
)
def test_identity_numbers(typed: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(InvalidIdNumber):
            id_number_of(typed, NOW)
    else:
        assert id_number_of(typed, NOW).text == text


def with_check(seventeen: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True))
    return seventeen + "10X98765432"[total % 11]


@pytest.mark.parametrize("born", ["20270101", "20261124", "19880230", "19881301", "00000101"])
def test_a_birth_date_is_a_day_that_was(born: str) -> None:
    with pytest.raises(InvalidIdNumber):
        id_number_of(with_check(f"310101{born}001"), NOW)


@pytest.mark.parametrize(
    ("born", "under"), [("20121123", False), ("20121124", True), ("20261123", True), ("19880315", False)]
)
def test_who_is_under_14_on_the_day_in_the_city(born: str, under: bool) -> None:
    assert id_number_of(with_check(f"310101{born}001"), NOW).is_under_14(NOW) is under


def test_every_wrong_digit_shows() -> None:
    good = "310101198803150012"
    for place in range(18):
        for digit in "0123456789X":
            if digit == good[place]:
                continue
            with pytest.raises(InvalidIdNumber):
                id_number_of(good[:place] + digit + good[place + 1 :], NOW)


def test_a_number_is_named_by_its_hash_and_not_shown() -> None:
    number = id_number_of("310101198803150012", NOW)
    assert len(number.digest()) == 64
    assert number.birth_date.isoformat() == "1988-03-15"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91310101MA1K3B7T29", "91310101MA1K3B7T29"),
        (" 91310101 ma1k3b7t29", "91310101MA1K3B7T29"),
        ("91350100M000100Y43", "91350100M000100Y43"),
        ("91350100M000100Y44", None),
        ("91310101MA1I3B7T29", None),
        ("91310101MA1K3B7T2", None),
        ("", None),
    ],
    ids=["a code", "small letters", "the standard's example", "another check", "a letter left out", "short", "nothing"],
)
def test_credit_codes(typed: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(InvalidCreditCode):
            credit_code_of(typed)
    else:
        assert credit_code_of(typed) == code
