"""Public calls: kept answers are used as long as they hold, and many calls for one answer ask once."""

from ipaddress import ip_network

import pytest

from core.ids import DepartmentId, UpstreamId
from gateway.hosts import Hosts
from gateway.ledger.activity import Activity
from gateway.proxy.answer import AnswerHead, answer_of
from gateway.proxy.figures import SystemFigures
from gateway.proxy.gate import Route
from gateway.proxy.head import block_of, line_of
from gateway.proxy.memo import Memo
from gateway.proxy.paths import Target
from gateway.proxy.public import Given, NotKept, Public, Shared
from gateway.proxy.settings import CacheSettings, ProxySettings
from gateway.proxy.system import System
from miniapps.operations import Contract
from miniapps.traffic import Timeouts
from miniapps.upstreams import Upstream

AT = 784111777.0
HOSTS = Hosts("http://localhost:8000", "localhost:8000")
UPSTREAM = Upstream(
    UpstreamId("city-news"),
    DepartmentId("news"),
    ("http://127.0.0.1:1",),
    (ip_network("127.0.0.0/8"),),
    Timeouts(),
    Contract(()),
)


def a_system() -> System:
    return System(UPSTREAM, ProxySettings(), Memo(8), SystemFigures(), Activity())


SYSTEM = a_system()


class Call:
    """A public GET on its way."""

    def __init__(self, public: Public, headers: bytes = b"", query: bytes = b"", now: float = AT) -> None:
        self.heard: list[Given | None] = []
        target = Target(UPSTREAM.id, "/notices", query)
        line = line_of(b"GET /svc/city-news/notices?%b HTTP/1.1" % query)
        block = block_of(b"host: news.localhost:8000\r\n" + headers, HOSTS)
        self.shared: Shared = public.begin(self, Route(target, SYSTEM, None, line), block, now)

    def shared_answer(self, stored: Given | None) -> None:
        self.heard.append(stored)

    def answered(self, head: AnswerHead, body: bytes = b"{}", now: float = AT) -> Given:
        assert self.shared.asks
        return self.shared.received(head, body, now)


class Failing(Call):
    def shared_answer(self, stored: Given | None) -> None:
        super().shared_answer(stored)
        raise RuntimeError("its client's connection is broken")


def answer(*lines: bytes, status: int = 200) -> AnswerHead:
    head = b"".join(line + b"\r\n" for line in (b"Content-Type: application/json", *lines))
    return answer_of(b"HTTP/1.1 %d Said\r\n" % status + head)


FRESH = answer(b"Cache-Control: max-age=60")
CHECKED = answer(b"Cache-Control: max-age=60, stale-if-error=600", b'ETag: "v1"')


@pytest.fixture
def public() -> Public:
    return Public(CacheSettings())


def test_the_second_call_gets_the_kept_answer_with_its_age(public: Public) -> None:
    first = Call(public)
    assert first.shared.stored(AT) is None
    assert first.answered(FRESH, b'{"a":1}') == (200, FRESH.rendered, b'{"a":1}')
    given = Call(public, now=AT + 7).shared.stored(AT + 7)
    assert given == (200, FRESH.rendered + b"age: 7\r\n", b'{"a":1}')


def test_the_departments_own_age_is_counted_on_not_repeated(public: Public) -> None:
    Call(public).answered(answer(b"Cache-Control: max-age=60", b"Age: 10"))
    given = Call(public, now=AT + 7).shared.stored(AT + 7)
    assert given
    assert given[1].count(b"age: ") == 1
    assert given[1].endswith(b"age: 17\r\n")


def test_what_is_not_to_be_kept_is_asked_for_each_time(public: Public) -> None:
    private = answer(b"Cache-Control: private, max-age=60")
    first = Call(public)
    assert not first.shared.keeps(private)
    first.shared.settle()
    first = Call(public)
    first.answered(private)
    assert Call(public).shared.asks


@pytest.mark.parametrize(
    "headers", [b"Range: bytes=0-1\r\n", b'If-Match: "v1"\r\n', b"Prefer: return=minimal\r\n", b"Content-Length: 3\r\n"]
)
def test_a_call_for_a_part_or_with_a_body_passes_by(public: Public, headers: bytes) -> None:
    Call(public).answered(FRESH)
    by = Call(public, headers)
    assert by.shared.stored(AT) is None
    assert by.shared.asks
    assert by.shared.conditions == b""
    assert not by.shared.keeps(FRESH)
    assert by.answered(answer(b"Cache-Control: max-age=60"), b"part") == (200, FRESH.rendered, b"part")
    assert Call(public).shared.stored(AT) == (200, FRESH.rendered + b"age: 0\r\n", b"{}")


def test_header_lines_of_one_name_all_choose(public: Public) -> None:
    """The department sees both, so an answer to both is not for one who sent the last alone."""
    by_language = answer(b"Cache-Control: max-age=60", b"Vary: Accept-Language")
    Call(public, b"Accept-Language: zh\r\nAccept-Language: en\r\n").answered(by_language)
    assert Call(public, b"Accept-Language: en\r\n").shared.stored(AT) is None
    assert Call(public, b"Accept-Language: zh, en\r\n").shared.stored(AT)


def test_a_client_that_has_it_is_told_so_from_memory(public: Public) -> None:
    Call(public).answered(CHECKED)
    given = Call(public, b'If-None-Match: "v1"\r\n').shared.stored(AT)
    assert given
    assert (given[0], given[2]) == (304, b"")
    assert b'etag: "v1"' in given[1]
    assert b"application/json" not in given[1]


def test_only_if_cached_is_answered_from_memory_or_not_at_all(public: Public) -> None:
    with pytest.raises(NotKept):
        Call(public, b"Cache-Control: only-if-cached\r\n")
    Call(public).answered(FRESH)
    assert Call(public, b"Cache-Control: only-if-cached\r\n").shared.stored(AT)


def test_a_stale_answer_is_confirmed_and_holds_on(public: Public) -> None:
    Call(public).answered(CHECKED, b"news")
    later = AT + 100
    asking = Call(public, now=later)
    assert asking.shared.stored(later) is None
    assert asking.shared.conditions == b'if-none-match: "v1"\r\n'
    not_modified = answer(b"Cache-Control: max-age=30", b'ETag: "v1"', status=304)
    assert asking.shared.keeps(not_modified)
    status, head, body = asking.answered(not_modified, b"", later)
    assert (status, body) == (200, b"news")
    assert b"cache-control: max-age=30" in head
    assert Call(public, now=later + 29).shared.stored(later + 29)
    assert Call(public, now=later + 31).shared.stored(later + 31) is None


def test_a_304_to_the_clients_own_condition_reaches_it_and_confirms_what_is_kept(public: Public) -> None:
    Call(public).answered(CHECKED, b"news")
    later = AT + 100
    asking = Call(public, b'If-None-Match: "v1"\r\n', now=later)
    assert asking.shared.conditions == b"", "the client's condition is passed on as it is"
    not_modified = answer(b"Cache-Control: max-age=30", b'ETag: "v1"', status=304)
    assert asking.answered(not_modified, b"", later) == (304, not_modified.rendered, b"")
    assert Call(public, now=later).shared.stored(later)


def test_a_304_with_nothing_kept_is_passed_on(public: Public) -> None:
    asking = Call(public, b'If-None-Match: "v1"\r\n')
    assert asking.answered(answer(status=304), b"")[0] == 304


def test_a_304_about_another_answer_keeps_nothing(public: Public) -> None:
    Call(public).answered(CHECKED, b"news")
    later = AT + 100
    given = Call(public, now=later).answered(answer(b'ETag: "v2"', status=304), b"", later)
    assert (given[0], given[2]) == (200, b"news")
    assert len(public.cache) == 0


def test_a_new_answer_takes_the_place_of_a_stale_one_even_if_it_is_not_kept(public: Public) -> None:
    Call(public).answered(CHECKED, b"news")
    later = AT + 100
    Call(public, now=later).answered(answer(b"Cache-Control: no-store", status=404), b"gone", later)
    assert len(public.cache) == 0


def test_while_the_department_fails_the_stale_answer_does(public: Public) -> None:
    Call(public).answered(CHECKED, b"news")
    later = AT + 100
    asking = Call(public, now=later)
    assert asking.shared.keeps(answer(status=503))
    given = asking.answered(answer(status=503), b"broken", later)
    assert (given[0], given[2]) == (200, b"news")
    assert b"age: 100\r\n" in given[1]
    resting = Call(public, now=later)
    assert resting.shared.stale(later), "where nothing may be sent at all"
    assert resting.shared.stale(AT + 660)
    assert resting.shared.stale(AT + 661) is None
    assert len(public.cache) == 1


def test_without_a_kept_answer_a_failure_passes_as_it_is(public: Public) -> None:
    failed = answer(status=503)
    first = Call(public)
    assert not first.shared.keeps(failed)
    assert first.answered(failed, b"broken") == (503, failed.rendered, b"broken")


# Together


def test_many_ask_once(public: Public) -> None:
    calls = [Call(public) for _ in range(5)]
    assert [call.shared.asks for call in calls] == [True, False, False, False, False]
    calls[0].answered(FRESH, b"news")
    assert all(call.heard == [(200, FRESH.rendered + b"age: 0\r\n", b"news")] for call in calls[1:])
    assert len(public.flights) == 0


def test_other_queries_languages_and_wishes_ask_for_themselves(public: Public) -> None:
    Call(public)
    assert Call(public, query=b"page=2").shared.asks
    assert Call(public, b"Accept-Language: en\r\n").shared.asks
    assert Call(public, b"Cache-Control: no-cache\r\n").shared.asks
    assert Call(public, b"Pragma: no-cache\r\n").shared.asks
    assert Call(public, b'If-None-Match: "v1"\r\n').shared.asks


@pytest.mark.parametrize(
    "said",
    [
        answer(b"Cache-Control: no-store"),
        answer(b"Cache-Control: no-cache", b'ETag: "v1"'),
        answer(b"Cache-Control: max-age=5", b"Age: 5"),
        answer(),
        answer(status=503),
    ],
)
def test_an_answer_that_is_not_for_others_sends_them_to_ask(public: Public, said: AnswerHead) -> None:
    first, second = Call(public), Call(public)
    first.answered(said)
    assert second.heard == [None]
    assert second.shared.asks
    second.answered(FRESH)
    assert Call(public).shared.stored(AT)


def test_a_client_that_leaves_hands_the_asking_on(public: Public) -> None:
    first, second, third = (Call(public) for _ in range(3))
    first.shared.leave()
    assert (second.heard, third.heard) == ([None], [])
    assert second.shared.asks
    assert not third.shared.asks
    second.answered(FRESH)
    assert third.heard[0]


def test_a_waiting_client_that_leaves_hears_nothing(public: Public) -> None:
    first, second = Call(public), Call(public)
    second.shared.settle()
    first.answered(FRESH)
    assert second.heard == []


def test_a_call_that_fails_to_hear_keeps_the_others_from_nothing(public: Public) -> None:
    first, failing, last = Call(public), Failing(public), Call(public)
    first.answered(FRESH)
    assert len(failing.heard) == len(last.heard) == 1


def test_what_was_changed_meanwhile_is_not_kept_nor_joined(public: Public) -> None:
    """A resident who books and then looks must not get what was there before."""
    before, waiting = Call(public), Call(public)
    public.changed("POST", 201, SYSTEM, "/notices")
    assert waiting.heard == [None]
    after = Call(public)
    assert after.shared.asks, "it does not wait for one that asked before the change"
    before.answered(FRESH, b"old")
    assert Call(public, query=b"").shared.stored(AT) is None
    after.answered(FRESH, b"new")
    given = Call(public).shared.stored(AT)
    assert given
    assert given[2] == b"new"


def test_a_change_makes_what_is_kept_of_its_path_go_and_an_error_does_not(public: Public) -> None:
    Call(public).answered(FRESH)
    public.changed("POST", 422, SYSTEM, "/notices")
    public.changed("POST", 201, a_system(), "/notices")
    assert Call(public).shared.stored(AT)
    public.changed("DELETE", 204, SYSTEM, "/notices")
    assert Call(public).shared.stored(AT) is None


def test_nothing_is_left_of_calls_that_ended(public: Public) -> None:
    calls = [Call(public, query=b"%d" % number) for number in range(3)]
    calls[0].answered(FRESH)
    calls[1].shared.settle()
    calls[2].shared.leave()
    assert len(public.flights) == 0
    assert not public._asking
