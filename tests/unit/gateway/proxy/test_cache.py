"""What is kept stays within its bounds, and is found by those it was for."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.proxy.cache import Cache, Place, Stored, varies_by

AT = 1_000_000.0
PLACE: Place = ("system", "/notices", b"")


def stored(place: Place = PLACE, body: bytes = b"{}", vary: bytes = b"", **request: bytes) -> Stored:
    return Stored(
        place,
        {name.replace("_", "-").encode(): value for name, value in request.items()},
        status=200,
        fields=[(b"cache-control", b"max-age=60"), (b"vary", vary)],
        head=b"HTTP/1.1 200 OK\r\n",
        body=body,
        asked_at=AT,
        answered_at=AT,
    )


@pytest.fixture
def cache() -> Cache:
    return Cache(most_bytes=1_000_000, entry_bytes=100_000)


def test_what_was_put_is_found_by_path_and_query_of_one_system(cache: Cache) -> None:
    one = stored()
    assert cache.put(one)
    assert cache.find(PLACE, {}) is one
    assert cache.find(("system", "/notices", b"page=2"), {}) is None
    assert cache.find(("another", "/notices", b""), {}) is None


def test_each_language_has_its_own(cache: Cache) -> None:
    chinese = stored(vary=b"Accept-Language", accept_language=b"zh-CN, en")
    english = stored(vary=b"Accept-Language", accept_language=b"en")
    cache.put(chinese)
    cache.put(english)
    assert cache.find(PLACE, {b"accept-language": b"zh-CN ,en"}) is chinese
    assert cache.find(PLACE, {b"accept-language": b"en", b"accept": b"text/plain"}) is english
    assert cache.find(PLACE, {b"accept-language": b"fr"}) is None
    assert cache.find(PLACE, {}) is None


def test_the_newer_answer_takes_the_olders_place(cache: Cache) -> None:
    cache.put(stored(body=b"old"))
    cache.put(stored(body=b"new"))
    found = cache.find(PLACE, {})
    assert found
    assert found.body == b"new"
    assert len(cache) == 1


def test_a_compressed_answer_is_for_those_who_asked_the_same_way() -> None:
    assert varies_by([(b"content-encoding", b"gzip")]) == (b"accept-encoding",)


def test_an_answer_that_is_too_large_is_not_kept(cache: Cache) -> None:
    assert not cache.put(stored(body=b"x" * 100_001))
    assert not Cache(most_bytes=0, entry_bytes=100).put(stored())
    assert len(cache) == 0


def test_what_was_not_used_for_the_longest_time_goes_first() -> None:
    cache = Cache(most_bytes=4 * stored(("s", "/0", b"")).size, entry_bytes=1000)
    for number in range(4):
        cache.put(stored(("s", f"/{number}", b"")))
    cache.find(("s", "/0", b""), {})
    cache.put(stored(("s", "/4", b"")))
    assert cache.find(("s", "/0", b""), {})
    assert cache.find(("s", "/1", b""), {}) is None


def test_one_path_does_not_fill_with_variants(cache: Cache) -> None:
    for number in range(100):
        cache.put(stored(vary=b"accept", accept=str(number).encode()))
    assert len(cache) == 16
    assert cache.find(PLACE, {b"accept": b"99"})


def test_a_change_makes_all_answers_of_its_path_go(cache: Cache) -> None:
    cache.put(stored())
    cache.put(stored(("system", "/notices", b"page=2")))
    other = stored(("system", "/notices/1", b""))
    cache.put(other)
    cache.invalidate("system", "/notices")
    cache.invalidate("system", "/unheard-of")
    assert cache.find(PLACE, {}) is None
    assert cache.find(("system", "/notices", b"page=2"), {}) is None
    assert cache.find(("system", "/notices/1", b""), {}) is other


class Model(RuleBasedStateMachine):
    """Whatever is put, dropped and invalidated: the size is the sum of what can be found."""

    paths = st.sampled_from(["/a", "/b"])
    queries = st.sampled_from([b"", b"1", b"2"])
    languages = st.sampled_from([b"zh", b"en"])

    def __init__(self) -> None:
        super().__init__()
        self.cache = Cache(most_bytes=6000, entry_bytes=1500)
        self.every: list[Stored] = []

    @rule(path=paths, query=queries, language=languages, varies=st.booleans(), size=st.integers(0, 2000))
    def one_comes(self, path: str, query: bytes, language: bytes, varies: bool, size: int) -> None:
        vary = b"accept-language" if varies else b""
        one = stored(("s", path, query), b"x" * size, vary, accept_language=language)
        assert self.cache.put(one) == (size <= 1500)
        self.every.append(one)

    @rule(path=paths, query=queries, language=languages)
    def one_is_asked_for(self, path: str, query: bytes, language: bytes) -> None:
        found = self.cache.find(("s", path, query), {b"accept-language": language})
        assert found is None or (found.place == ("s", path, query) and found.wanted in {(), (language,)})

    @rule(which=st.integers(0))
    def one_is_dropped(self, which: int) -> None:
        if self.every:
            self.cache.drop(self.every[which % len(self.every)])

    @rule(path=paths)
    def something_changes(self, path: str) -> None:
        self.cache.invalidate("s", path)
        assert self.cache.find(("s", path, b"1"), {b"accept-language": b"zh"}) is None

    @invariant()
    def the_size_is_right_and_within_bounds(self) -> None:
        there = list(self.cache._order)
        assert self.cache.size == sum(each.size for each in there) <= 6000
        shelved = [each for shelf in self.cache._places.values() for each in shelf]
        assert sorted(map(id, shelved)) == sorted(map(id, there))
        assert all(self.cache._places.values()), "no empty shelf stays"
        assert all(self.cache._paths.values())
        assert {place for places in self.cache._paths.values() for place in places} == set(self.cache._places)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
