"""Against a running gateway: public answers are asked for once for all, keyed calls are done once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.harness.bare_city import READ
from tests.harness.door import UNLIMITED, Scene, scene
from tests.harness.raw import Answer, Connection, Request, answer_in, answered, exchange

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("once-for-all"), pytest.mark.timeout(60)]

PUBLIC = {"x-onecity-public": True}
TEXT = {"requestBody": {"content": {"text/plain": {}}}, "x-onecity-scope": READ}
OPERATIONS = (
    ("GET", "/ok", "ok", {"x-onecity-scope": READ}),
    ("GET", "/notices/{id}", "notices", PUBLIC),
    ("DELETE", "/notices/{id}", "remove", {"x-onecity-scope": READ}),
    ("POST", "/bookings", "book", TEXT),
)


class Department:
    """Public notices that may be kept, and bookings; what it says can be changed."""

    def __init__(self) -> None:
        self.behave()

    def behave(self) -> None:
        """As each test finds it."""
        self.pause = 0.0
        self.fails = False
        self.control = b"max-age=60, stale-if-error=600"
        self.booked = 0

    def __call__(self, connection: Connection, request: Request) -> None:
        time.sleep(self.pause)
        if request.method == b"POST":
            self.booked += 1
        if self.fails:
            connection.say(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 6\r\n\r\nbroken")
            return
        tag = b'"%b"' % request.target.rpartition(b"/")[2]
        if tag in request.all("if-none-match"):
            connection.say(b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\nCache-Control: max-age=60\r\n\r\n" % tag)
            return
        body = b"booking %d" % self.booked if request.method == b"POST" else b"notice of %b" % request.target
        fields = b"Cache-Control: %b\r\nETag: %b\r\nContent-Type: text/plain\r\n" % (self.control, tag)
        connection.say(b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (fields, len(body), body))


@pytest.fixture(scope="module")
def shared_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Department]]:
    department = Department()
    declared = [name for _, _, name, _ in OPERATIONS]
    with scene(tmp_path_factory.mktemp("once"), OPERATIONS, declared, environment=UNLIMITED, say=department) as made:
        yield made, department


@pytest.fixture
def door(shared_door: tuple[Scene, Department]) -> Scene:
    shared_door[0].recorder.forget()
    return shared_door[0]


@pytest.fixture
def department(shared_door: tuple[Scene, Department]) -> Iterator[Department]:
    made = shared_door[1]
    yield made
    made.behave()


def call(door: Scene, method: str, path: str, more: str = "", body: bytes = b"") -> Answer:
    length = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = (
        f"{method} /svc/rec{path} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n{length}{more}\r\n"
    )
    said = exchange(door.city.port, door.fill(head.encode()) + body, 10, answered(1, method.encode()))
    found = answer_in(said.received, method.encode(), ended=said.closed)
    assert found, said.received
    return found[0]


def book(door: Scene, key: str, body: bytes = b"tuesday") -> Answer:
    return call(door, "POST", "/bookings", f"Idempotency-Key: {key}\r\n", body)


def asked(door: Scene, path: bytes) -> int:
    return sum(request.target == path for request in door.recorder.requests())


def test_a_public_answer_is_kept_and_carries_nothing_of_the_residents(door: Scene, department: Department) -> None:
    first, second = (call(door, "GET", "/notices/a") for _ in range(2))
    assert (first.body, second.body) == (b"notice of /notices/a", b"notice of /notices/a")
    assert first.all("age") == []
    assert second.one("age") in {b"0", b"1", b"2"}
    assert asked(door, b"/notices/a") == 1
    heard = door.recorder.requests()[0]
    assert not {b"authorization", b"x-onecity-assertion", b"cookie"} & set(heard.names)
    assert not [name for name in heard.names if b"resident" in name or b"assertion" in name]


def test_a_client_that_has_the_answer_gets_304_from_memory(door: Scene, department: Department) -> None:
    call(door, "GET", "/notices/b")
    again = call(door, "GET", "/notices/b", 'If-None-Match: "b"\r\n')
    assert (again.status, again.one("etag")) == (304, b'"b"')
    assert asked(door, b"/notices/b") == 1


def test_a_stale_answer_is_confirmed(door: Scene, department: Department) -> None:
    department.control = b"max-age=1"
    call(door, "GET", "/notices/c")
    time.sleep(1.1)
    again = call(door, "GET", "/notices/c")
    assert (again.status, again.body) == (200, b"notice of /notices/c")
    assert again.one("cache-control") == b"max-age=60"
    assert [request.all("if-none-match") for request in door.recorder.requests()] == [[], [b'"c"']]
    assert call(door, "GET", "/notices/c").one("age") in {b"0", b"1", b"2"}


def test_while_the_department_fails_the_stale_answer_serves(door: Scene, department: Department) -> None:
    department.control = b"max-age=1, stale-if-error=600"
    call(door, "GET", "/notices/d")
    time.sleep(1.1)
    department.fails = True
    again = call(door, "GET", "/notices/d")
    assert (again.status, again.body) == (200, b"notice of /notices/d")
    department.fails = False
    assert call(door, "GET", "/notices/d").one("cache-control") == b"max-age=60", "confirmed as soon as it can be asked"


def test_a_hundred_at_once_ask_once(door: Scene, department: Department) -> None:
    department.pause = 0.5
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: call(door, "GET", "/notices/e"), range(100)))
    assert {(each.status, each.body) for each in answers} == {(200, b"notice of /notices/e")}
    assert asked(door, b"/notices/e") == 1


def test_when_the_first_leaves_another_asks_for_all(door: Scene, department: Department) -> None:
    department.pause = 1.0
    leaving = threading.Thread(
        target=lambda: exchange(door.city.port, door.get("/svc/rec/notices/f"), seconds=0.3, until=None)
    )
    leaving.start()
    time.sleep(0.1)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: call(door, "GET", "/notices/f"), range(10)))
    leaving.join()
    assert {(each.status, each.body) for each in answers} == {(200, b"notice of /notices/f")}
    assert asked(door, b"/notices/f") == 2, "the one that left, and the one in its place"


def test_a_change_makes_the_kept_answer_hold_no_more(door: Scene, department: Department) -> None:
    call(door, "GET", "/notices/g")
    assert call(door, "DELETE", "/notices/g").status == 200
    assert call(door, "GET", "/notices/g").all("age") == []
    assert asked(door, b"/notices/g") == 3


def test_only_if_cached_asks_nobody(door: Scene, department: Department) -> None:
    refused = call(door, "GET", "/notices/h", "Cache-Control: only-if-cached\r\n")
    assert refused.status == 504
    assert b"/problems/not-kept" in refused.body
    assert asked(door, b"/notices/h") == 0


def test_a_keyed_call_is_done_once_and_answered_twice(door: Scene, department: Department) -> None:
    first, again = book(door, "k-1"), book(door, "k-1")
    assert (first.status, first.body) == (again.status, again.body) == (200, b"booking 1")
    assert again.one("idempotent-replayed") == b"true"
    assert asked(door, b"/bookings") == 1
    assert door.recorder.requests()[0].one("idempotency-key") == b"k-1"
    assert book(door, "k-2").body == b"booking 2"


def test_the_key_with_another_body_is_refused(door: Scene, department: Department) -> None:
    book(door, "k-3")
    refused = book(door, "k-3", b"wednesday")
    assert refused.status == 422
    assert b"/problems/idempotency-key-reused" in refused.body
    assert asked(door, b"/bookings") == 1


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "two words", '"open'])
def test_a_key_that_cannot_be_used_is_refused(key: str, door: Scene, department: Department) -> None:
    refused = book(door, key)
    assert refused.status == 400
    assert b"/problems/idempotency-key-unusable" in refused.body
    assert asked(door, b"/bookings") == 0


def test_while_a_keyed_call_is_under_way_its_double_waits(door: Scene, department: Department) -> None:
    department.pause = 1.0
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: book(door, "k-4"), range(10)))
    assert sorted(each.status for each in answers) == [200] + [409] * 9
    told = next(each for each in answers if each.status == 409)
    assert told.one("retry-after") == b"1"
    assert b"/problems/idempotency-key-in-flight" in told.body
    assert asked(door, b"/bookings") == 1
    assert book(door, "k-4").one("idempotent-replayed") == b"true"


def test_a_failed_keyed_call_may_be_tried_again_with_the_same_key(door: Scene, department: Department) -> None:
    department.fails = True
    assert book(door, "k-5").status == 503
    department.fails = False
    assert book(door, "k-5").status == 200
    assert book(door, "k-5", b"wednesday").status == 422
    assert asked(door, b"/bookings") == 2
