"""Search as people type."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miniapps.search import Entry, words_of

APPOINTMENTS = Entry.of(
    ["办证预约", "Appointments"],
    ["预约", "挂号", "身份证", "居住证", "重庆银行", "绿化", "12345热线", "女性"],
    ["身份证、护照,选好时间,到点直接办。"],
)


def score(query: str) -> int | None:
    return APPOINTMENTS.score(words_of(query))


@pytest.mark.parametrize(
    "query",
    [
        "挂号", "guahao", "gh", "ghao", "guah", "guaha", "预约", "yuyue", "yy", "yyue", "办证预约",
        "banzhengyuyue", "bzyy", "banz", "身份证", "shenfenzheng", "sfz", "shenfz", "sfzheng", "shfzh",
        "fenzheng", "份证", "jzz", "juzhuzheng", "GuaHao", "ＧＨ", "gua hao", "guàhào", "gua'hao", " 挂号  ",
        "挂hao", "预约gh", "appoint", "APPOINTMENTS", "ments", "护照", "预约 护照", "chongqing", "cqyh",
        "yinhang", "lvhua", "luhua", "lühua", "nv", "nuxing", "12345", "12345rx", "rexian", "g", "挂号!",
        "挂号,预约",
    ],
)  # fmt: skip
def test_these_find_the_appointments(query: str) -> None:
    assert score(query) is not None


@pytest.mark.parametrize(
    "query", ["公积金", "gjj", "haogua", "hg", "zzz", "挂号 公积金", "guahaox", "huzhao", "zhongqing"]
)
def test_these_do_not(query: str) -> None:
    assert score(query) is None


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (["预约大厅", "", ""], ["网上预约", "", ""]),
        (["网上预约", "", ""], ["办事", "预约", ""]),
        (["办事", "预约", ""], ["办事", "", "可以预约"]),
    ],
)
def test_a_name_counts_more_than_a_keyword_and_a_keyword_more_than_a_summary(
    better: list[str], worse: list[str]
) -> None:
    scores = [Entry.of(*([text] for text in texts)).score(["预约"]) for texts in (better, worse)]
    assert None not in scores
    assert scores[0] < scores[1]  # type: ignore[operator]


def test_what_is_spelt_from_the_beginning_comes_first() -> None:
    start, within = (Entry.of([name], [], []).score(["yy"]) for name in ("预约挂号", "办证预约"))
    assert start is not None
    assert within is not None
    assert start < within


def test_a_summary_is_found_as_written_only() -> None:
    entry = Entry.of([], [], ["查询余额"])
    assert entry.score(["余额"]) is not None
    assert entry.score(["yue"]) is None


def test_a_query_has_a_bounded_number_of_words() -> None:
    assert len(words_of("预约 " * 1000)) == 8


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100), st.text(max_size=30))
def test_no_query_and_no_name_upsets_the_search(query: str, name: str) -> None:
    Entry.of([name], [name], [name]).score(words_of(query))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_every_name_is_found_by_itself(name: str) -> None:
    words = words_of(name)
    assert len(words) == 8 or Entry.of([name], [], []).score(words) is not None


def test_the_worst_query_is_quick() -> None:
    """A name of one syllable many times over, spelt in every way to cut it."""
    entry = Entry.of(["石室诗士" * 7], ["石室诗士" * 5] * 50, [])
    begun = time.process_time()
    entry.score(["shs" * 30 + "x"])
    assert time.process_time() - begun < 1
