"""Good messages from those who may not: tokens that ended, consents withdrawn, keys used twice."""

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.harness.attack import claims_of
from tests.harness.bare_city import READ
from tests.harness.door import NEVER_GIVEN, Outcome, Scene, scene
from tests.harness.hostile_upstream import Scripted, sized
from tests.harness.raw import Connection, Wire, answered
from tests.harness.resident import Resident
from tests.harness.tally import NAME

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("callers-refused"), pytest.mark.timeout(60)]
Record = Callable[[str, object], None]
SCOPED = {"x-onecity-scope": READ}
ANY_BODY = {"requestBody": {"content": {"application/octet-stream": {}, "text/plain": {}}}}
OPERATIONS = (
    ("GET", "/ok", "ok", SCOPED),
    ("GET", "/erased", "erased", {"x-onecity-scope": NEVER_GIVEN}),
    ("GET", "/strict", "strict", {**SCOPED, "x-onecity-loa": 3}),
    ("GET", "/open", "open", {}),
    ("POST", "/items", "items", {**SCOPED, **ANY_BODY}),
    ("POST", "/case/{what}", "send", {**SCOPED, **ANY_BODY}),
)
DECLARED = [name for _, _, name, _ in OPERATIONS]


class Counting:
    """Answers each POST with the number of those before it."""

    def __init__(self) -> None:
        self.count = 0
        self.slowly = threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.count += 1
        if self.slowly.is_set():
            time.sleep(0.7)
        connection.say(sized(b'{"number":%d}' % self.count, status=b"201 Created"))


@pytest.fixture(scope="module")
def counting() -> Counting:
    return Counting()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, counting: Counting) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("callers-refused")
    with scene(folder, OPERATIONS, DECLARED, say=Scripted({"count": counting})) as made:
        made.city.publish("other", {"rec": ["ok"]}, [READ])
        made.city.publish("named", {"rec": ["ok"]}, [READ, "profile:name:read"])
        yield made


@pytest.fixture
def newcomer(door: Scene) -> Iterator[Resident]:
    with Resident(door.city) as resident:
        resident.signs_in().agrees("hello", [READ])
        yield resident


def _asks(door: Scene, token: str, path: str = "/svc/rec/ok") -> Outcome:
    return door.sends(door.get(path).replace(door.token.encode(), token.encode()), answered())


def _refused(got: Outcome, status: int, slug: str, record: Record) -> dict[str, object]:
    assert (got.statuses, got.heard) == ([status], []), got
    content: dict[str, object] = json.loads(got.finals[0].body)
    assert str(content["type"]).endswith(f"/problems/{slug}"), content
    record(NAME, ("standing", str(status)))
    return content


def test_a_token_of_a_session_that_ended_is_refused_at_once(
    door: Scene, newcomer: Resident, record_property: Record
) -> None:
    token = newcomer.token("hello")
    for _ in range(3):  # the last from memory
        assert _asks(door, token).statuses == [200]
    newcomer.signs_out()
    _refused(_asks(door, token), 401, "session-ended", record_property)


def test_a_token_whose_consent_was_withdrawn_is_refused_at_once(
    door: Scene, newcomer: Resident, record_property: Record
) -> None:
    token = newcomer.token("hello")
    for _ in range(3):  # the last from memory
        assert _asks(door, token).statuses == [200]
    newcomer.withdraws("hello")
    _refused(_asks(door, token), 403, "consent-needed", record_property)


def test_a_token_of_another_service_is_refused(door: Scene, newcomer: Resident, record_property: Record) -> None:
    newcomer.agrees("other")
    _refused(_asks(door, newcomer.token("other")), 401, "token-invalid", record_property)


def test_a_token_is_worth_nothing_at_another_services_host(
    door: Scene, newcomer: Resident, record_property: Record
) -> None:
    asked = door.get("/svc/rec/ok").replace(b"Host: hello.", b"Host: other.")
    got = door.sends(asked.replace(door.token.encode(), newcomer.token("hello").encode()), answered())
    _refused(got, 401, "token-invalid", record_property)


def test_a_scope_that_the_resident_did_not_give_is_missing(
    door: Scene, newcomer: Resident, record_property: Record
) -> None:
    refused = _refused(_asks(door, newcomer.token("hello"), "/svc/rec/erased"), 403, "scope-missing", record_property)
    assert refused["scope"] == NEVER_GIVEN


def test_a_level_that_the_resident_has_not_is_asked_for(
    door: Scene, newcomer: Resident, record_property: Record
) -> None:
    got = _asks(door, newcomer.token("hello"), "/svc/rec/strict")
    _refused(got, 401, "step-up-needed", record_property)
    challenge = got.finals[0].one("www-authenticate")
    assert b'error="insufficient_user_authentication"' in challenge
    assert b"urn:onecity:loa:3" in challenge


def test_a_service_that_is_not_live_has_no_door(door: Scene, record_property: Record) -> None:
    got = door.sends(door.get("/svc/rec/ok").replace(b"Host: hello.", b"Host: nobody."), answered())
    _refused(got, 404, "service-unknown", record_property)


# Idempotency keys


def _posts(door: Scene, token: str, key: str, body: bytes = b"hello", path: str = "count") -> bytes:
    head = (
        f"POST /svc/rec/case/{path} HTTP/1.1\r\nHost: {door.host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n{key}\r\n"
    )
    return head.encode("latin-1") + body


UNUSABLE = (
    ("nothing", "Idempotency-Key:\r\n"),
    ("a space", "Idempotency-Key: \r\n"),
    ("5 KB", f"Idempotency-Key: {'x' * 5120}\r\n"),
    ("256 characters", f"Idempotency-Key: {'x' * 256}\r\n"),
    ("a space inside", "Idempotency-Key: a b\r\n"),
    ("a tab inside", "Idempotency-Key: a\tb\r\n"),
    ("high bytes", "Idempotency-Key: \xff\xfe\r\n"),
    ("UTF-8", "Idempotency-Key: \xc3\xa4\r\n"),
    ("twice", "Idempotency-Key: one\r\nIdempotency-Key: two\r\n"),
    ("twice the same", "Idempotency-Key: one\r\nIdempotency-Key: one\r\n"),
    ("empty quotes", 'Idempotency-Key: ""\r\n'),
)


@pytest.mark.parametrize("key", [key for _, key in UNUSABLE], ids=[name for name, _ in UNUSABLE])
def test_a_key_that_is_none_is_refused(key: str, door: Scene, counting: Counting, record_property: Record) -> None:
    before = counting.count
    got = door.sends(_posts(door, door.token, key), answered())
    assert (got.statuses, counting.count) == ([400], before), got
    record_property(NAME, ("keys", "400"))


def test_the_same_call_under_the_same_key_is_done_once(door: Scene, newcomer: Resident, counting: Counting) -> None:
    asked = _posts(door, newcomer.token("hello"), "Idempotency-Key: once\r\n")
    before = counting.count
    first, again = door.sends(asked, answered()), door.sends(asked, answered())
    assert (first.statuses, again.statuses) == ([201], [201])
    assert first.finals[0].body == again.finals[0].body
    assert again.finals[0].one("idempotent-replayed") == b"true"
    assert counting.count == before + 1


def test_another_body_under_the_same_key_is_refused(
    door: Scene, newcomer: Resident, counting: Counting, record_property: Record
) -> None:
    token = newcomer.token("hello")
    door.sends(_posts(door, token, "Idempotency-Key: body\r\n"), answered())
    before = counting.count
    for body in (b"other", b"hello\n", b"", b"x" * 200_000):
        got = door.sends(_posts(door, token, "Idempotency-Key: body\r\n", body), answered())
        assert got.statuses == [422], (body[:10], got)
        record_property(NAME, ("keys", "422"))
    assert counting.count == before


def test_the_same_key_in_flight_is_a_409(
    door: Scene, newcomer: Resident, counting: Counting, record_property: Record
) -> None:
    asked = _posts(door, newcomer.token("hello"), "Idempotency-Key: flight\r\n")
    before = counting.count
    counting.slowly.set()
    with Wire(door.city.port) as first:
        first.say(asked)
        time.sleep(0.2)
        counting.slowly.clear()
        second = door.sends(asked, answered())
        assert second.statuses == [409], second
        assert int(second.finals[0].one("retry-after")) > 0
        first.hear(3, answered())
        assert first.received.startswith(b"HTTP/1.1 201 "), first.received
    assert counting.count == before + 1
    record_property(NAME, ("keys", "409"))


def test_a_key_is_one_residents_and_one_targets_own(door: Scene, newcomer: Resident, counting: Counting) -> None:
    """No answer of one resident ever reaches another by a key that both chose."""
    mine = door.sends(_posts(door, door.token, "Idempotency-Key: shared\r\n"), answered())
    theirs = door.sends(_posts(door, newcomer.token("hello"), "Idempotency-Key: shared\r\n"), answered())
    elsewhere = door.sends(_posts(door, door.token, "Idempotency-Key: shared\r\n", path="count?a=b"), answered())
    bodies = [got.finals[0].body for got in (mine, theirs, elsewhere)]
    assert len(set(bodies)) == 3, bodies


def test_twenty_at_once_under_one_key_are_done_once(door: Scene, newcomer: Resident, counting: Counting) -> None:
    asked = _posts(door, newcomer.token("hello"), "Idempotency-Key: race\r\n")
    before = counting.count
    wires = [Wire(door.city.port) for _ in range(20)]
    try:
        for wire in wires:
            wire.say(asked)
        statuses = sorted(int(wire.hear(5, answered())[9:12]) for wire in wires)
    finally:
        for wire in wires:
            wire.close()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert counting.count == before + 1


# What a resident's own data may not do

NAMES = (
    "张\r\nX-Resident-Id: f0rged\r\n\r\nGET /smuggled HTTP/1.1",
    "李\x00\x0b\u2028\u0085",
    '王", "acr": "urn:onecity:loa:4',
)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_name_with_line_breaks_stays_a_claim(number: int, door: Scene, record_property: Record) -> None:
    """The assertion is base64url: whatever a name holds, the request has one reading and the claim is the name."""
    phone = f"1370000000{number}"
    entry = {"phone": phone, "name": NAMES[number], "id_number": f"31010119880315{number:04}", "loa": 2}
    door.city.apply({}, [entry])
    with Resident(door.city, phone) as resident:
        resident.signs_in().agrees("named")
        asked = door.get("/svc/rec/ok").replace(b"Host: hello.", b"Host: named.")
        got = door.sends(asked.replace(door.token.encode(), resident.token("named").encode()), answered())
    assert got.statuses == [200], got
    assert len(got.heard) == 1, got
    assert got.heard[0].all("x-resident-id") == []
    claims = claims_of(got.heard[0].one("authorization").decode())
    assert (claims["name"], claims["acr"]) == (NAMES[number], "urn:onecity:loa:2")
    record_property(NAME, ("claims", "200"))
