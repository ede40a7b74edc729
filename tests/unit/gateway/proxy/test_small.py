"""The small pieces: the memo, the numbers, the access log, the figures."""

import json
import re
import sys
from io import StringIO

import pytest

from core.ids import ID_PATTERN
from core.telemetry import configure_logs
from gateway.proxy.access_log import AccessLog
from gateway.proxy.figures import BOUNDS, Figures
from gateway.proxy.memo import Memo
from gateway.proxy.numbers import RequestIds, Traces


def test_a_memo_keeps_what_is_asked_for_and_no_more_than_twice_its_size() -> None:
    memo: Memo[int, str] = Memo(10)
    for number in range(1000):
        memo.put(number, str(number))
        assert memo.get(0) == "0", "asked for each time, so never forgotten"
        assert len(memo) <= 20
    assert memo.get(500) is None
    assert memo.get(999) == "999"
    memo.clear()
    assert memo.get(999) is None


def test_a_memo_of_long_keys_keeps_fewer() -> None:
    memo: Memo[bytes, int] = Memo(1000, 10_000)
    for number in range(500):
        memo.put(b"%04d" % number + b"x" * 996, number)
        assert memo.get(b"0000" + b"x" * 996) == 0, "asked for each time, so never forgotten"
        assert len(memo) <= 20
    memo.put(b"x" * 100_000, 1)
    assert memo.get(b"x" * 100_000) == 1


def test_request_ids_are_ids_that_sort_by_time_and_never_repeat() -> None:
    ids = RequestIds()
    made = []
    for second in range(5):
        ids.tell(1_700_000_000 + second)
        made += [ids.new().decode() for _ in range(3000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(ID_PATTERN, each) for each in made)
    assert [each[:10] for each in made] == sorted(each[:10] for each in made)


@pytest.mark.parametrize("given", [None, b"", b"00-zz", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01"])
def test_a_trace_that_cannot_be_read_begins_anew(given: bytes | None) -> None:
    traces = Traces()
    made = {traces.parent(given) for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01", each) for each in made)


def test_a_good_trace_goes_on() -> None:
    trace = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    assert Traces().parent(trace) == trace


def test_the_log_line_is_the_one_that_all_requests_have(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = StringIO()
    monkeypatch.setattr(sys, "stderr", errors)
    configure_logs("json")
    log = AccessLog("json", "/svc/{upstream}/{path}")
    log.write(b"id-1", "GET", 200, 0.01234)
    log.write(b"id-2", "POST", 502, 2)
    assert errors.getvalue() == ""
    log.flush()
    lines = [json.loads(line) for line in errors.getvalue().splitlines()]
    assert [(each["request_id"], each["method"], each["status"], each["ms"]) for each in lines] == [
        ("id-1", "GET", 200, 12.3),
        ("id-2", "POST", 502, 2000.0),
    ]
    assert {(each["event"], each["route"], each["level"]) for each in lines} == {
        ("answered", "/svc/{upstream}/{path}", "info")
    }
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["timestamp"]) for each in lines)


def test_nothing_is_logged_below_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = StringIO()
    monkeypatch.setattr(sys, "stderr", errors)
    configure_logs("json", "WARNING")
    log = AccessLog("json", "/x")
    log.write(b"id-1", "GET", 200, 0.1)
    log.flush()
    assert errors.getvalue() == ""


def test_figures_tell_under_which_bound_most_answers_stayed() -> None:
    figures = Figures().of("records")  # type: ignore[arg-type]  # a plain string will do
    assert figures.percentile(0.5) is None
    for seconds in [0.0005] * 90 + [0.2] * 9 + [99]:
        figures.answered(200, seconds)
    assert (figures.percentile(0.5), figures.percentile(0.99), figures.percentile(1)) == (BOUNDS[0], 0.25, float("inf"))
    assert figures.answers == {200: 100}
