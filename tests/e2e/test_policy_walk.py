"""A random walk of one resident: agrees, withdraws, signs out, and calls with tokens new and old.

After each step every call is answered as the model says, from memory or not: a call never passes without a live
session, a consent that stands, a scope given then and now, and an operation that was declared.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.harness.bare_city import READ
from tests.harness.door import NEVER_GIVEN as OTHER
from tests.harness.door import Scene, scene
from tests.harness.raw import answered
from tests.harness.resident import Resident

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("policy-walk"), pytest.mark.timeout(120)]
STEPS, SEED = 250, 20_261_126
MANY_CODES = {
    "ONECITY_AUTH__RESEND_SECONDS": "0",
    "ONECITY_AUTH__LIMITS": '{"phone_hour": 1000, "phone_day": 1000, "address_hour": 1000}',
}
OPERATIONS = (
    ("GET", "/ok", "ok", {"x-onecity-scope": READ}),
    ("GET", "/other", "other", {"x-onecity-scope": OTHER}),
    ("GET", "/open", "open", {}),
    ("GET", "/strict", "strict", {"x-onecity-scope": READ, "x-onecity-loa": 3}),
    ("GET", "/undeclared", "undeclared", {"x-onecity-scope": READ}),
)
NEEDS = {"ok": READ, "other": OTHER, "open": None, "strict": READ, "undeclared": READ, "nothing": None}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    declared = ("ok", "other", "open", "strict")
    with scene(tmp_path_factory.mktemp("policy-walk"), OPERATIONS, declared, environment=MANY_CODES) as made:
        yield made


@dataclass
class Token:
    text: str
    session: int
    scopes: frozenset[str]


@dataclass
class Model:
    """What is true by now."""

    session: int = 0
    signed_in: bool = False
    consent: frozenset[str] | None = None
    tokens: list[Token] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)

    def status(self, token: Token, operation: str) -> int:
        """What a call gets: who first, then what, then how well known."""
        needs = NEEDS[operation]
        if token.session in self.ended:
            return 401
        if self.consent is None:
            return 403
        if operation == "nothing":
            return 404
        if operation == "undeclared" or (needs and needs not in token.scopes & self.consent):
            return 403
        return 401 if operation == "strict" else 200


class Walk:
    def __init__(self, door: Scene, resident: Resident) -> None:
        self.door = door
        self.resident = resident
        self.model = Model()
        self.chance = random.Random(SEED)  # noqa: S311 - a plan, no secret
        self.signs_in()

    def signs_in(self) -> None:
        if not self.model.signed_in:
            self.resident.signs_in()
            self.model.session += 1
            self.model.signed_in = True

    def signs_out(self) -> None:
        if self.model.signed_in:
            self.resident.signs_out()
            self.model.signed_in = False
            self.model.ended.add(self.model.session)

    def agrees(self) -> None:
        self.signs_in()
        scopes = [each for each in (READ, OTHER) if self.chance.random() < 0.6]
        self.resident.agrees("hello", scopes)
        self.model.consent = frozenset(scopes)

    def withdraws(self) -> None:
        self.signs_in()
        if self.model.consent is not None:
            self.resident.withdraws("hello")
            self.model.consent = None

    def takes_a_token(self) -> None:
        self.signs_in()
        if self.model.consent is None:
            assert self.resident.api("POST", "/api/v1/services/hello/tokens").status_code == 403
        else:
            self.model.tokens.append(Token(self.resident.token("hello"), self.model.session, self.model.consent))

    def calls(self) -> None:
        """With the newest tokens and an old one, each operation."""
        tokens = [*self.model.tokens[-2:], *self.model.tokens[:1]]
        asked = [(token, operation) for token in tokens for operation in self.chance.sample(sorted(NEEDS), 3)]
        for token, operation in asked:
            content = self.door.get(f"/svc/rec/{operation}").replace(self.door.token.encode(), token.text.encode())
            got = self.door.sends(content, answered())
            assert got.statuses == [self.model.status(token, operation)], (operation, got)
            assert len(got.heard) == (got.statuses == [200]), got


def test_every_call_of_a_random_walk_is_answered_as_the_model_says(door: Scene) -> None:
    with Resident(door.city) as resident:
        walk = Walk(door, resident)
        for _ in range(STEPS):
            steps = (walk.agrees, walk.agrees, walk.withdraws, walk.signs_out, walk.takes_a_token, walk.takes_a_token)
            walk.chance.choice(steps)()
            walk.calls()
        assert len(walk.model.tokens) > 10
        assert len(walk.model.ended) > 5
