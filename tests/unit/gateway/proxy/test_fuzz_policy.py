"""The decision under generated facts: none passes without a live session, a consent, a scope and a declaration."""

from hypothesis import given
from hypothesis import strategies as st

from auth.mini_sessions import Standing
from auth.mini_tokens import MiniToken
from core.problems import Problem
from gateway.proxy.decide import Facts, Verdict, decide
from miniapps.operations import Operation
from tests.harness.fuzzing import BOUNDED

SCOPES = ("records:record:read", "records:record:write", "profile:name:read")
NAMES = st.sampled_from(("hello", "other"))
SETS = st.frozensets(st.sampled_from(SCOPES))
OPERATIONS = st.builds(
    Operation,
    id=st.sampled_from(("list", "add", "erase")),
    method=st.sampled_from(("GET", "POST")),
    path=st.just("/x"),
    scope=st.none() | st.sampled_from(SCOPES),
    loa=st.integers(1, 4),
    summary=st.just({"zh-CN": "x"}),
)
STANDINGS = st.builds(
    Standing,
    account=st.just("account"),
    session=st.just("session"),
    service=NAMES,
    live=st.booleans(),
    consented=st.booleans(),
    scopes=SETS,
    loa=st.integers(1, 4),
)
TOKENS = st.fixed_dictionaries({"service": NAMES, "scopes": SETS, "loa": st.integers(0, 4)})
DECLARED = st.dictionaries(st.sampled_from(("rec", "tax")), st.frozensets(st.sampled_from(("list", "add", "erase"))))


def token_of(drawn: dict[str, object]) -> MiniToken:
    rest = {
        name: 2**40 if name == "expires_at" else "x" for name in MiniToken.__dataclass_fields__ if name not in drawn
    }
    return MiniToken(**{**rest, **drawn})  # type: ignore[arg-type]  # whatever members it has


FACTS = st.builds(
    Facts,
    service=NAMES,
    asks=st.booleans(),
    declared=DECLARED,
    upstream=st.sampled_from(("rec", "tax")),
    operation=st.none() | OPERATIONS,
    token=TOKENS.map(token_of),
    standing=st.none() | STANDINGS,
)


def may_pass(facts: Facts) -> bool:
    """The rule, in the words of the design."""
    standing, operation = facts.standing, facts.operation
    if standing is None or operation is None:
        return False
    mine = standing.service == facts.service and standing.live
    agreed = standing.consented or not facts.asks
    declared = operation.id in facts.declared.get(facts.upstream, frozenset())
    scoped = operation.scope is None or (operation.scope in standing.scopes and operation.scope in facts.token.scopes)
    return mine and agreed and declared and scoped and standing.loa >= operation.loa


def decided(facts: Facts) -> Verdict | None:
    try:
        return decide(facts)
    except Problem as problem:
        return _refused(problem)


def _refused(problem: Problem) -> None:
    assert problem.status in {401, 403, 404}
    assert problem.hop in {"client", "gateway"}


@BOUNDED
@given(FACTS)
def test_a_call_passes_exactly_when_all_that_it_needs_is_there(facts: Facts) -> None:
    assert (decided(facts) is not None) == may_pass(facts)


@BOUNDED
@given(FACTS)
def test_a_department_is_told_no_more_than_was_agreed_to(facts: Facts) -> None:
    verdict = decided(facts)
    if verdict is None or facts.standing is None:
        return
    assert verdict.scopes <= facts.standing.scopes
    assert verdict.scopes <= facts.token.scopes
    assert verdict.operation.scope is not None or verdict.scopes == frozenset()


@BOUNDED
@given(FACTS, st.sampled_from(("live", "consented", "service", "scopes")))
def test_taking_one_thing_away_never_lets_a_call_through(facts: Facts, taken: str) -> None:
    standing = facts.standing
    if standing is None or decided(facts) is not None:
        return
    less: dict[str, object] = {"live": False, "consented": False, "service": "nobody", "scopes": frozenset()}
    members = {name: getattr(standing, name) for name in Standing.__dataclass_fields__}
    poorer = Standing(**{**members, taken: less[taken]})
    assert (
        decided(Facts(**{**{name: getattr(facts, name) for name in Facts.__dataclass_fields__}, "standing": poorer}))
        is None
    )
