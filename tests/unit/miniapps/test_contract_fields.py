"""Fields under a scope of their own: left out for residents who did not agree to it, and nothing else."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miniapps.contract.fields import FieldRule, Hidden
from miniapps.errors import AnswerNotAsDescribed, RegisterRefused
from miniapps.operations import contract_of
from tests.unit.miniapps.documents import SCOPE, answering, content, document, operation

PAY, ILL = "a:pay:read", "a:illness:read"
HIDE = {"x-onecity-scope": PAY}
JSON = b"application/json"
NONE: frozenset[str] = frozenset()


def rule(schema: Any, schemas: dict[str, Any] | None = None, **others: Any) -> FieldRule:
    made = operation(answering(schema, schemas, **others)).fields
    assert made is not None
    return made


def hidden(
    schema: Any, schemas: dict[str, Any] | None = None, *, agreed: frozenset[str] = NONE, **others: Any
) -> Hidden:
    found = rule(schema, schemas, **others).hidden(agreed)
    assert found is not None
    return found


def stripped(found: Hidden, value: Any, status: int = 200) -> Any:
    return json.loads(found.strip(status, JSON, json.dumps(value).encode()))


def members(**schemas: Any) -> dict[str, Any]:
    return {"type": "object", "properties": schemas}


SCHEMAS = {
    "Money": members(amount={"type": "integer"}),
    "Pay": {**members(amount={"type": "integer"}), "x-onecity-scope": PAY},
    "Person": members(
        name={"type": "string"},
        pay={"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}], "x-onecity-scope": PAY},
        children={"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        ill={"type": "string", "x-onecity-scope": ILL},
    ),
    "Named": members(name={}),
    "Paid": members(pay=HIDE),
}
PERSON = {"$ref": "#/components/schemas/Person"}


@pytest.mark.parametrize(
    ("schema", "value", "left"),
    [
        (members(a=HIDE, b={}), {"a": 1, "b": 2}, {"b": 2}),
        (members(a=HIDE, b={}), {"b": {"a": 1}}, {"b": {"a": 1}}),
        (members(a=HIDE, b=members(c={}, d=HIDE)), {"a": {}, "b": {"c": 1, "d": 2}}, {"b": {"c": 1}}),
        ({"items": members(a=HIDE, b={})}, [{"a": 1}, {"b": 2, "a": None}, None, 5], [{}, {"b": 2}, None, 5]),
        (members(a={"items": HIDE}), {"a": [1, 2]}, {"a": []}),
        (members(a={"items": {"items": HIDE}}), {"a": [[1], [2, 3]]}, {"a": [[], []]}),
        (members(a={"prefixItems": [{}, HIDE], "items": {}}), {"a": [1, 2, 3]}, {"a": [1, None, 3]}),
        (members(a={"prefixItems": [{}, members(b=HIDE)]}), {"a": [1]}, {"a": [1]}),
        (members(a={"prefixItems": [{}], "items": HIDE}), {"a": [1, 2, 3]}, {"a": [1]}),
        (members(a={"contains": HIDE, "items": {}}), {"a": [1]}, {"a": []}),
        ({"additionalProperties": HIDE, **members(a={})}, {"a": 1, "b": 2, "c": 3}, {"a": 1}),
        ({"additionalProperties": members(b=HIDE)}, {"x": {"b": 1}}, {"x": {}}),
        ({"unevaluatedProperties": HIDE, **members(a={})}, {"a": 1, "b": 2}, {"a": 1}),
        ({"patternProperties": {"^p": HIDE, "^n": {}}}, {"pay": 1, "name": 2}, {"name": 2}),
        ({"patternProperties": {"^p": HIDE}, "additionalProperties": True}, {"pay": 1, "name": 2}, {"name": 2}),
        (
            {"patternProperties": {"^p": members(b=HIDE)}, "additionalProperties": {}},
            {"p": {"b": 1}, "q": {"b": 1}},
            {"p": {}, "q": {"b": 1}},
        ),
        (
            {"patternProperties": {"a": members(x=HIDE, y={}), "b": members(x={}, y=HIDE)}},
            {"ab": {"x": 1, "y": 1}},
            {"ab": {}},
        ),
        ({"patternProperties": {"^p": HIDE}, **members(pay={}, name={})}, {"pay": 1, "name": 2}, {"name": 2}),
        (members(a=HIDE, b=True, c=False), {"a": 1, "b": {"x": 1}, "c": {"y": 1}}, {"b": {"x": 1}, "c": {"y": 1}}),
        (
            {"allOf": [{"$ref": "#/components/schemas/Named"}, {"$ref": "#/components/schemas/Paid"}]},
            {"name": 1, "pay": 2},
            {"name": 1},
        ),
        ({"anyOf": [members(a=HIDE), members(a={}, b={})]}, {"a": 1, "b": 2}, {"b": 2}),
        ({"oneOf": [members(a={}), {"items": members(a=HIDE, b={})}]}, [{"a": 1, "b": 2}], [{"b": 2}]),
        ({"oneOf": [members(a={}), {"items": members(a=HIDE, b={})}]}, {"a": 1}, {"a": 1}),
        ({"if": members(k={"const": 1}), "then": members(a=HIDE), "else": members(a={})}, {"k": 2, "a": 1}, {"k": 2}),
        ({"dependentSchemas": {"b": members(a=HIDE)}, **members(b={})}, {"b": 1, "a": 1}, {"b": 1}),
        ({"allOf": [members(a=members(b=HIDE)), members(a=members(c={}))]}, {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}),
        ({"allOf": [{"additionalProperties": HIDE}, members(a={})]}, {"a": 1}, {}),
        (
            members(a={"$ref": "#/components/schemas/Pay"}, b={"$ref": "#/components/schemas/Money"}),
            {"a": {"amount": 1}, "b": {"amount": 2}},
            {"b": {"amount": 2}},
        ),
        (
            members(a={"anyOf": [{"$ref": "#/components/schemas/Pay"}, {"type": "null"}]}, b={}),
            {"a": {"amount": 1}, "b": 1},
            {"b": 1},
        ),
        (
            PERSON,
            {"name": "a", "pay": {"amount": 1}, "children": [{"name": "b", "pay": None, "ill": "x"}]},
            {"name": "a", "children": [{"name": "b"}]},
        ),
        (
            members(**{"x-onecity-scope": {}, "$ref": {}, "a": HIDE}),
            {"x-onecity-scope": 1, "$ref": 2, "a": 3},
            {"x-onecity-scope": 1, "$ref": 2},
        ),
    ],
    ids=str,
)
def test_what_is_hidden_is_left_out_by_the_structure_of_the_schema(schema: Any, value: Any, left: Any) -> None:
    assert stripped(hidden(schema, SCHEMAS), value) == left


def test_what_the_document_does_not_describe_is_left_out_where_something_is_hidden() -> None:
    schema = members(a=HIDE, b=members(c={}), d=members(e=HIDE))
    value = {"a": 1, "b": {"c": 1, "new": 2}, "copy_of_a": 1, "d": {"f": 1}}
    assert stripped(hidden(schema), value) == {"b": {"c": 1, "new": 2}, "d": {}}
    assert stripped(hidden({**schema, "additionalProperties": True}), value)["copy_of_a"] == 1


@pytest.mark.parametrize(
    ("agreed", "left"),
    [
        (NONE, {"name": "a"}),
        ({"other:x:read"}, {"name": "a"}),
        ({PAY}, {"name": "a", "pay": 1}),
        ({ILL}, {"name": "a", "ill": "x"}),
    ],
    ids=str,
)
def test_each_scope_shows_its_own_fields(agreed: set[str], left: Any) -> None:
    found = hidden(PERSON, SCHEMAS, agreed=frozenset(agreed))
    assert stripped(found, {"name": "a", "pay": 1, "ill": "x"}) == left


def test_nothing_is_hidden_from_those_who_agreed_to_all_of_it() -> None:
    made = rule(PERSON, SCHEMAS)
    assert made.scopes == {PAY, ILL}
    assert made.hidden(frozenset({PAY, ILL, "more:than:enough"})) is None


def test_the_decision_is_made_once_for_each_need() -> None:
    made = rule(PERSON, SCHEMAS)
    assert made.hidden(NONE) is made.hidden(frozenset({"other:x:read"}))
    assert made.hidden(NONE) is not made.hidden(frozenset({PAY}))


def test_an_operation_without_scoped_fields_has_no_rule() -> None:
    assert operation(answering(members(a={}), SCHEMAS)).fields is None
    assert operation(document()).fields is None


def test_scopes_of_fields_belong_to_the_operation() -> None:
    assert operation(answering(PERSON, SCHEMAS)).scopes == {SCOPE, PAY, ILL}


def test_a_field_says_what_its_scope_is_called() -> None:
    named = {**HIDE, "x-onecity-summary": "查看工资", "x-onecity-summary-en": "Read your pay"}
    assert rule(members(a=named, b=HIDE)).titles == {PAY: {"zh-CN": "查看工资", "en": "Read your pay"}}


def test_what_is_left_is_written_as_it_was() -> None:
    body = (
        '{ "z":1.50, "big": 12345678901234567890, "a":[ ], "张": "\\u4e09\\"", '
        '"pay": 5,\n"e": 1e3, "neg": -0.0, "slash": "<\\/"}'
    )
    schema = {**members(pay=HIDE), "additionalProperties": True}
    left = hidden(schema).strip(200, JSON, body.encode())
    whole = json.loads(body)
    del whole["pay"]
    assert json.loads(left) == whole
    assert list(json.loads(left)) == list(whole)
    assert b", " not in left


PROBLEM = b"application/problem+json"
STATUSES = hidden(
    PERSON,
    SCHEMAS,
    status_201={"description": "made"},
    status_204={"description": "none"},
    status_404=content(members(pay=HIDE, detail={})),
    status_409=content(members(detail={})),
    status_4XX=content({}, "application/problem+json"),
    status_206=content(PERSON, "text/csv"),
    status_207={"description": "", "content": {"application/*": {"schema": PERSON}}},
)
WORDS = {"detail": "a", "pay": 1}


@pytest.mark.parametrize(
    ("status", "media", "body", "left"),
    [
        (200, JSON, {"pay": 1, "name": "a"}, {"name": "a"}),
        (200, b"application/json; charset=utf-8", {"pay": 1}, {}),
        (207, b"application/vnd.gov+json", {"pay": 1}, {}),
        (404, JSON, WORDS, {"detail": "a"}),
        (409, JSON, WORDS, WORDS),
        (422, PROBLEM, WORDS, WORDS),
        (500, PROBLEM, WORDS, WORDS),
        (404, PROBLEM, WORDS, WORDS),
        (200, b"text/html", WORDS, None),
        (200, PROBLEM, WORDS, None),
        (200, None, WORDS, None),
        (201, JSON, WORDS, None),
        (202, JSON, WORDS, None),
        (206, b"text/csv", WORDS, None),
        (422, JSON, WORDS, None),
        (500, b"text/html", WORDS, None),
        (500, None, WORDS, None),
    ],
)
def test_an_answer_is_shown_as_its_status_is_described(status: int, media: bytes | None, body: Any, left: Any) -> None:
    if left is None:
        with pytest.raises(AnswerNotAsDescribed) as refused:
            STATUSES.strip(status, media, json.dumps(body).encode())
        assert (refused.value.status, refused.value.hop) == (502, "upstream")
        return
    assert STATUSES.concerns(status, media, None) is (left != body)
    assert json.loads(STATUSES.strip(status, media, json.dumps(body).encode())) == left


def test_the_default_answer_counts_where_no_other_does() -> None:
    found = hidden(PERSON, SCHEMAS, status_default=content(members(pay=HIDE, detail={})))
    assert stripped(found, WORDS, 500) == stripped(found, WORDS, 203) == {"detail": "a"}
    assert found.strip(502, PROBLEM, b'{"detail": 1}') == b'{"detail": 1}'


@pytest.mark.parametrize(
    "body",
    [b"{", b"\x1f\x8b\x08", b'{"name": "\xff"}', b"NaN", b'"\\ud800"', b"[" * 10**6, b"[{}]", b"1" * 5000],
    ids=lambda body: str(body[:10]),
)
def test_what_cannot_be_understood_does_not_pass(body: bytes) -> None:
    with pytest.raises(AnswerNotAsDescribed):
        STATUSES.strip(200, JSON, body)


def test_what_was_answered_is_not_told() -> None:
    with pytest.raises(AnswerNotAsDescribed) as refused:
        STATUSES.strip(200, b"text/html", b"secret")
    assert "secret" not in json.dumps(refused.value.content("https://city", "r"))


@pytest.mark.parametrize("status", [200, 201, 404, 500])
def test_an_empty_body_hides_nothing(status: int) -> None:
    assert STATUSES.strip(status, None, b"") == b""


@pytest.mark.parametrize("status", [204, 205, 304])
def test_an_answer_without_a_body_passes(status: int) -> None:
    assert not STATUSES.concerns(status, None, None)


def test_a_compressed_answer_does_not_pass_where_something_is_hidden() -> None:
    assert STATUSES.concerns(200, JSON, b"identity")
    assert not STATUSES.concerns(409, JSON, b"gzip")
    with pytest.raises(AnswerNotAsDescribed, match="compressed"):
        STATUSES.concerns(200, JSON, b"gzip")
    with pytest.raises(AnswerNotAsDescribed, match="status 202"):
        STATUSES.concerns(202, JSON, None)


@pytest.mark.parametrize(
    ("openapi", "says"),
    [
        (answering(members(a={"x-onecity-scope": "pay"})), "area:resource:action"),
        (answering(members(a={"x-onecity-scope": ["a:b:c"]})), "area:resource:action"),
        (document(responses={"200": content(members(a=HIDE))}), "give the operation one as well"),
        (answering(HIDE), "stands on the whole answer"),
        (answering({"$ref": "#/components/schemas/Pay"}, SCHEMAS), "stands on the whole answer"),
        (answering(members(a={**HIDE, "x-onecity-summary": 5})), "is a text"),
        (answering(members(a={"$ref": "https://x/y"})), "others are not followed"),
        (answering({"patternProperties": {"(": HIDE}}), "is no pattern without look-around"),
        (answering({"patternProperties": {"(?=a)": HIDE}}), "is no pattern without look-around"),
        (answering(members(a=5)), "a schema is wanted"),
        (document(responses={"200": {"$ref": "#/components/responses/x"}}), "leads nowhere"),
        (document(responses=[]), "an object is wanted"),
    ],
)
def test_a_document_that_cannot_be_followed_is_refused(openapi: Any, says: str) -> None:
    with pytest.raises(RegisterRefused, match=says):
        contract_of(openapi)


def test_a_schema_with_too_many_places_is_refused() -> None:
    """The sets of schemas that may hold at once may be 2 to the power of their number."""

    def to(*numbers: int) -> dict[str, Any]:
        return {"anyOf": [{"$ref": f"#/components/schemas/S{number}"} for number in numbers]}

    schemas = {f"S{number}": members(a=to(number + 1), b=to(number + 1)) for number in range(1, 20)}
    schemas |= {"S0": members(a=to(0, 1), b=to(0)), "S20": members(a=HIDE)}
    started = time.process_time()
    with pytest.raises(RegisterRefused, match="more than 5000 places"):
        contract_of(answering(to(0), schemas))
    assert time.process_time() - started < 10


def test_a_long_chain_of_references_is_followed() -> None:
    schemas = {f"S{number}": members(a={"$ref": f"#/components/schemas/S{number + 1}"}) for number in range(2000)}
    schemas["S2000"] = members(pay=HIDE, name={})
    found = hidden({"$ref": "#/components/schemas/S0"}, schemas)
    assert stripped(found, {"a": {"a": {"b": 1}}}) == {"a": {"a": {}}}


def test_references_in_a_circle_end() -> None:
    schemas = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"anyOf": [{"$ref": "#/components/schemas/A"}, members(a=HIDE, b={"$ref": "#/components/schemas/A"})]},
    }
    assert stripped(hidden({"$ref": "#/components/schemas/A"}, schemas), {"a": 1, "b": {"b": {"a": 1}}}) == {
        "b": {"b": {}}
    }


GONE = object()
NAMES = st.sampled_from(["a", "b", "pay", "张", "x-y", "$ref", "items"])
Case = tuple[Any, Any, Any]
"""A schema, a value that it describes, and what is left of it (GONE: nothing)."""


@st.composite
def leaves(draw: st.DrawFn) -> Case:
    value = draw(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5)
    )
    return draw(st.sampled_from([{}, True, {"type": ["string", "null"]}])), value, value


@st.composite
def objects(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    chosen = draw(st.dictionaries(NAMES, cases, max_size=4))
    value = {name: each[1] for name, each in chosen.items()}
    left = {name: each[2] for name, each in chosen.items() if each[2] is not GONE}
    split = draw(st.integers(0, len(chosen)))
    first, second = list(chosen.items())[:split], list(chosen.items())[split:]
    halves = [members(**{name: each[0] for name, each in half}) for half in (first, second)]
    one = members(**{name: each[0] for name, each in chosen.items()})
    return (
        draw(st.sampled_from([one, {"allOf": halves}, {**halves[0], "anyOf": [halves[1], {"type": "null"}]}])),
        value,
        left,
    )


@st.composite
def arrays(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    schema, value, left = draw(cases)
    length = draw(st.integers(0, 3))
    return {"type": "array", "items": schema}, [value] * length, [] if left is GONE else [left] * length


@st.composite
def hiding(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    schema, value, _ = draw(cases)
    marked = (
        {"oneOf": [{"type": "null"}, {"allOf": [schema], **HIDE}]}
        if draw(st.booleans())
        else {"allOf": [schema], **HIDE}
    )
    return marked, value, GONE


@st.composite
def referring(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    schema, value, left = draw(cases)
    return {"allOf": [{"allOf": [schema]}]}, value, left


CASES = st.recursive(
    leaves(), lambda inner: objects(inner) | arrays(inner) | hiding(inner) | referring(inner), max_leaves=12
)


@settings(max_examples=400, deadline=None)
@given(objects(CASES))
def test_nothing_hidden_survives_and_nothing_else_is_touched(case: Case) -> None:
    schema, value, left = case
    made = operation(answering(schema)).fields
    if made is None:
        assert left == value
        return
    found = made.hidden(NONE)
    assert found is not None
    body = json.dumps(value, ensure_ascii=False).encode()
    assert json.loads(found.strip(200, JSON, body)) == left
    assert json.loads(found.strip(200, JSON, found.strip(200, JSON, body))) == left


@settings(max_examples=300, deadline=None)
@given(
    objects(CASES),
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
        max_leaves=20,
    ),
)
def test_no_answer_upsets_the_mask(case: Case, value: Any) -> None:
    """Whatever comes is stripped or refused; a member hidden by its name is never there."""
    made = operation(answering({**members(pay=HIDE), "allOf": [case[0]]})).fields
    found = made.hidden(NONE) if made else None
    assert found is not None
    try:
        left = stripped(found, value)
    except AnswerNotAsDescribed:
        return
    assert not isinstance(left, dict) or "pay" not in left
