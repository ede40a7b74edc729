"""Bodies against the department's document: what passes, and what is said of what does not."""

import json
import time
from typing import Any

import pytest

from core.problems import Problem
from miniapps.contract.bodies import BodyRule
from miniapps.errors import BodyRefused, RegisterRefused
from miniapps.operations import contract_of
from tests.unit.miniapps.documents import JSON, document, operation, taking

PERSON = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 4},
        "age": {"type": "integer", "minimum": 0, "exclusiveMaximum": 150},
        "born": {"type": "string", "format": "date"},
        "kind": {"enum": ["a", "b"]},
        "a/b~c": {"const": 1},
        "tags": {
            "type": "array",
            "maxItems": 2,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^[a-z]+$"},
        },
        "mother": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
        "one": {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}]},
        "any": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        "half": {"multipleOf": 0.5},
        "map": {"type": "object", "propertyNames": {"maxLength": 2}, "maxProperties": 2, "minProperties": 1},
        "none": False,
    },
}


def rule(schema: Any = None, **body: Any) -> BodyRule:
    made = operation(taking(schema or {"$ref": "#/components/schemas/Person"}, {"Person": PERSON}, **body)).body
    assert made is not None
    return made


def refusal(made: BodyRule, body: bytes, media: bytes | None = JSON.encode(), coding: bytes | None = None) -> Problem:
    with pytest.raises(Problem) as refused:
        made.check(media, coding, body)
    assert refused.value.hop == "client"
    return refused.value


PERSONS = rule()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "张三"},
        {"name": "张三", "age": 0, "born": "1988-03-15", "kind": "b", "a/b~c": 1, "tags": ["x", "y"]},
        {"name": "a", "mother": {"name": "b", "mother": {"name": "c", "mother": None}}},
        {"name": "a", "one": 1, "any": True, "half": 1.5, "map": {"a": 1}},
        {"name": '"\\"'},
    ],
    ids=repr,
)
def test_a_body_that_fits_passes(body: Any) -> None:
    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        PERSONS.check(b"application/json", None, text.encode())


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"/name": "is missing"}),
        ([], {"": "must be an object"}),
        ({"name": ""}, {"/name": "must have at least 1 characters"}),
        ({"name": "12345"}, {"/name": "must have at most 4 characters"}),
        ({"name": 1}, {"/name": "must be a string"}),
        ({"name": "a", "age": -1}, {"/age": "must be at least 0"}),
        ({"name": "a", "age": 150}, {"/age": "must be less than 150"}),
        ({"name": "a", "age": 1.5}, {"/age": "must be an integer"}),
        ({"name": "a", "born": "15.3.1988"}, {"/born": "must have the format date"}),
        ({"name": "a", "kind": "c"}, {"/kind": "must be one of the values that the contract names"}),
        ({"name": "a", "a/b~c": 2}, {"/a~1b~0c": "must be exactly what the contract names"}),
        ({"name": "a", "tags": ["a", "b", "c"]}, {"/tags": "must have at most 2 elements"}),
        ({"name": "a", "tags": ["a", "a"]}, {"/tags": "must not hold the same element twice"}),
        ({"name": "a", "tags": ["a", "B"]}, {"/tags/1": "must match the pattern ^[a-z]+$"}),
        ({"name": "a", "mother": {}}, {"/mother/name": "is missing"}),
        ({"name": "a", "mother": 5}, {"/mother": "must fit one of the forms that the contract names"}),
        ({"name": "a", "one": 6}, {"/one": "must fit exactly one of the forms that the contract names"}),
        ({"name": "a", "any": "x"}, {"/any": "must fit one of the forms that the contract names"}),
        ({"name": "a", "half": 0.3}, {"/half": "must be a multiple of 0.5"}),
        ({"name": "a", "map": {}}, {"/map": "must have at least 1 members"}),
        ({"name": "a", "map": {"abc": 1}}, {"/map": "has a member whose name the contract does not allow"}),
        ({"name": "a", "none": 1}, {"/none": "is not taken here"}),
        (
            {"name": "a", "x": 1, "y/z": 2},
            {"/x": "is not known to the contract", "/y~1z": "is not known to the contract"},
        ),
        ({"age": "x"}, {"/name": "is missing", "/age": "must be an integer"}),
    ],
    ids=repr,
)
def test_every_fault_is_named_with_its_place(body: Any, errors: dict[str, str]) -> None:
    refused = refusal(PERSONS, json.dumps(body).encode())
    assert (refused.status, type(refused)) == (422, BodyRefused)
    assert {each["pointer"]: each["detail"] for each in refused.errors} == errors


TREE = {
    "anyOf": [
        {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
        {"type": "integer"},
    ]
}
ROWS = {"type": "array", "items": PERSON | {"properties": {}}}


@pytest.mark.parametrize(
    "schema", [TREE, ROWS, {"uniqueItems": True, "type": "array", "not": {}}], ids=["tree", "rows", "not"]
)
@pytest.mark.parametrize(
    "body",
    [
        ["a"] * 1_900,
        ["a"] * 250_000,
        [{"x": "a"}] * 100_000,
        [json.loads("[" * 60 + '"a"' + "]" * 60)] * 8_000,
        {f"x{number}": "a" for number in range(80_000)},
    ],
    ids=["short", "long", "objects", "deep", "names"],
)
def test_a_body_made_to_be_wrong_everywhere_costs_little(schema: Any, body: Any) -> None:
    made = operation(taking(schema, {"Tree": TREE})).body
    assert made is not None
    started = time.process_time()
    assert refusal(made, json.dumps(body, separators=(",", ":")).encode()).errors
    assert time.process_time() - started < 5, "seconds, where the library alone took minutes"


def test_at_most_twenty_faults_are_named() -> None:
    body = {"name": "a", **{f"x{number}": 1 for number in range(50)}}
    assert len(refusal(PERSONS, json.dumps(body).encode()).errors) == 20


def test_what_was_sent_is_not_repeated() -> None:
    refused = refusal(PERSONS, b'{"name": "310101198803150012", "born": "secret", "kind": "hidden"}')
    told = json.dumps(refused.content("https://city", "r"))
    assert not any(each in told for each in ("310101198803150012", "secret", "hidden"))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"name": "a", "name": "b"}', "name stands twice"),
        (b'{"name": "\\u0061", "name": "b"}', "name stands twice"),
        (b'{"name": "a", "mother": {"name": ":", "name": ""}}', "name stands twice"),
        (b'{"name": 1, "name": "\\u003a"}', "name stands twice"),
        (b"{" + b",".join(b'"%d":1' % each for each in range(90_000)) + b',"a":1,"a":1}', "a stands twice"),
        (b"NaN", "not JSON"),
        (b'{"name": "\\ud800"}', "not Unicode"),
        (b'{"\\ud800": 1}', "not Unicode"),
        (b"[" * 65 + b"]" * 65, "nests too deep"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "nests too deep"),
        (b'["\\n",' + b"[" * 64 + b"]" * 65, "nests too deep"),
        (b"9" * 5000, "a number is too long"),
        (b"\xef\xbb\xbf{}", "not JSON"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_what_is_no_json_is_a_400(body: bytes, says: str) -> None:
    refused = refusal(PERSONS, body)
    assert refused.status == 400
    assert says in refused.detail


def test_sixty_four_levels_are_read() -> None:
    rule(True).check(b"application/json", None, b"[" * 64 + b"]" * 64)
    rule(True).check(b"application/json", None, b'["\\n",' + b"[" * 63 + b"]" * 64)


@pytest.mark.parametrize("bomb", [b"[" * 2**20, b'{"a":' * 2**17, b'["\\n",' * 2**17, b"[[]," * 2**18], ids=str)
def test_a_nesting_bomb_costs_little(bomb: bytes) -> None:
    started = time.process_time()
    assert refusal(PERSONS, bomb).status == 400
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("media", "coding", "status"),
    [
        ("application/json", None, None),
        ("Application/JSON", None, None),
        ("application/json; charset=utf-8", None, None),
        ('application/json;charset="UTF-8"', "identity", None),
        ("application/json; charset=gbk", None, 415),
        ("application/json", "gzip", 415),
        ("application/json", "identity, gzip", 415),
        ("text/plain", None, 415),
        ("application/jsonp", None, 415),
        ("application", None, 415),
        ("", None, 415),
        (None, None, 415),
        ("applicatio\xff/json", None, 415),
        ("application/merge-patch+json", None, 415),
    ],
)
def test_the_media_type_must_be_one_of_the_documents(media: str | None, coding: str | None, status: int | None) -> None:
    head = (media and media.encode("latin-1"), coding and coding.encode())
    if status is None:
        assert PERSONS.check_head(*head)
        PERSONS.check(*head, b'{"name": "a"}')
        return
    assert refusal(PERSONS, b'{"name": "a"}', *head).status == status
    with pytest.raises(Problem) as refused:
        PERSONS.check_head(*head)
    assert refused.value.status == status


def test_other_bodies_pass_unread_by_their_type() -> None:
    made = operation(
        document(
            requestBody={
                "content": {"image/*": {}, "multipart/form-data": {}, "application/vnd.a+json": {"schema": {}}}
            }
        )
    ).body
    assert made is not None
    assert made.buffered
    for media, whole in {
        "image/png": False,
        "multipart/form-data; boundary=x": False,
        "application/vnd.a+json": True,
    }.items():
        assert made.check_head(media.encode(), None) is whole
        if not whole:
            made.check(media.encode(), None, b"\xff")
    assert refusal(made, b"{", b"application/vnd.a+json").status == 400
    assert refusal(made, b"{}", b"application/json").status == 415


def test_many_media_types_take_no_memory() -> None:
    for number in range(200):
        PERSONS.check(b"application/json; q=%d" % number, None, b'{"name": "a"}')
    assert len(PERSONS._known) <= 32


@pytest.mark.parametrize("required", [True, False])
def test_a_missing_body_is_refused_where_one_is_required(required: bool) -> None:
    made = rule(required=required)
    if required:
        refused = refusal(made, b"", None)
        assert (refused.status, refused.errors[0]["pointer"]) == (422, "")
    else:
        made.check(None, None, b"")


def test_an_operation_without_a_body_takes_none() -> None:
    assert operation(document()).body is None


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, [None, "a"], [1]),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Old"}]}, [None, {"a": 6}], [1]),
        ({"$ref": "#/components/schemas/Old", "nullable": True}, [{"a": 6}], [None]),
        ({"type": "number", "minimum": 5, "exclusiveMinimum": True}, [6], [5]),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": False}, [5], [6]),
        ({"$ref": "#/components/schemas/Old"}, [{"a": 6}, {"b": None}], [{"a": 5}, {"b": 5}]),
        (
            {"type": "object", "additionalProperties": {"type": "integer", "nullable": True}},
            [{"x": None}],
            [{"x": "y"}],
        ),
    ],
)
def test_openapi_3_0_is_read_as_it_was_meant(schema: Any, good: list[Any], bad: list[Any]) -> None:
    old = {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "minimum": 5, "exclusiveMinimum": True},
            "b": {"type": "string", "nullable": True, "example": {"$ref": "nowhere"}},
        },
    }
    made = operation(taking(schema, {"Old": old}, "3.0.3")).body
    assert made is not None
    for value in good:
        made.check(b"application/json", None, json.dumps(value).encode())
    for value in bad:
        assert refusal(made, json.dumps(value).encode()).status == 422


def test_what_is_read_only_need_not_be_sent() -> None:
    schema = {"required": ["id", "name"], "properties": {"id": {"type": "string", "readOnly": True}, "name": {}}}
    rule(schema).check(b"application/json", None, b'{"name": 1}')
    assert refusal(rule(schema), b'{"id": "x"}').errors[0]["pointer"] == "/name"


def test_members_may_be_called_like_keywords() -> None:
    schema = {
        "type": "object",
        "properties": {"$ref": {"type": "string"}, "$id": {"type": "string"}, "items": {"type": "integer"}},
    }
    rule(schema).check(b"application/json", None, b'{"$ref": "x", "$id": "y", "items": 1}')
    assert refusal(rule(schema), b'{"$ref": 1}').errors[0]["pointer"] == "/$ref"


def test_bodies_may_stand_under_components() -> None:
    openapi = document(requestBody={"$ref": "#/components/requestBodies/Whole"})
    openapi["components"]["requestBodies"] = {
        "Whole": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/a~1b"}}}}
    }
    openapi["components"]["schemas"] = {
        "a/b": {"properties": {"x": {"$ref": "#/components/schemas/c%20d/properties/y"}}}
    }
    openapi["components"]["schemas"]["c d"] = {"properties": {"y": {"type": "integer"}}}
    made = operation(openapi).body
    assert made is not None
    assert refusal(made, b'{"x": "y"}').errors == [{"pointer": "/x", "detail": "must be an integer"}]


def test_a_pattern_that_runs_away_is_stopped() -> None:
    made = rule({"type": "string", "pattern": r"^(?=(a+)+$)(a|aa)+\1$"})
    started = time.process_time()
    assert refusal(made, json.dumps("a" * 5000 + "b").encode()).status == 422
    assert time.process_time() - started < 0.5


CIRCLE: dict[str, Any] = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}


@pytest.mark.parametrize(
    ("openapi", "says"),
    [
        (taking({"type": "strin"}), "POST /a/{id}: requestBody: application/json: the schema cannot be compiled"),
        (taking({"pattern": "("}), "cannot be compiled"),
        (taking({"minimum": "1"}), "cannot be compiled"),
        (taking(5), "a schema is wanted"),
        (taking({"allOf": [5]}), "a schema is wanted"),
        (taking({"$ref": "#/components/schemas/Gone"}), "leads nowhere"),
        (taking({"$ref": "#/components/schemas"}), "is no reference to #/components/schemas/"),
        (taking({"$ref": "https://evil.example/a.json"}), "others are not followed"),
        (taking({"$ref": "other.json#/A"}), "others are not followed"),
        (taking({"$ref": 5}), "others are not followed"),
        (taking({"properties": {"a": {"$ref": "file:///etc/passwd"}}}), "others are not followed"),
        (taking({"$ref": "#/components/schemas/A"}, {"A": {"$ref": "x"}}), "others are not followed"),
        (taking({"$id": "https://a/b"}), r"\$id is not taken"),
        (taking({"$dynamicRef": "#a"}), r"\$dynamicRef is not taken"),
        (taking({"$defs": {}}), r"\$defs is not taken"),
        (document(requestBody={}), "name the media types"),
        (document(requestBody=[]), "an object is wanted"),
        (document(requestBody={"$ref": "#/components/requestBodies/x"}), "leads nowhere"),
        (document(requestBody={"$ref": "#/info"}), "is no reference to #/components/"),
        (
            document({"A": {"$ref": "#/components/schemas/A"}}, requestBody={"$ref": "#/components/schemas/A"}),
            "in a circle",
        ),
        ({**document(), "jsonSchemaDialect": "https://json-schema.org/draft-07/schema"}, "jsonSchemaDialect"),
    ],
)
def test_a_schema_that_cannot_be_compiled_is_refused(openapi: Any, says: str) -> None:
    with pytest.raises(RegisterRefused, match=says):
        contract_of(openapi)


def test_a_schema_that_nests_without_end_is_refused() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"not": deep}
    with pytest.raises(RegisterRefused, match="nests too deep"):
        contract_of(taking(deep))


def test_schemas_in_a_circle_end() -> None:
    made = rule({"$ref": "#/components/schemas/Person"})
    assert refusal(made, b'{"name": "a", "mother": {"name": "a", "mother": {"nam": 1}}}').errors
    circle = operation(taking({"$ref": "#/components/schemas/A"}, CIRCLE)).body
    assert circle is not None
    circle.check(b"application/json", None, b"1")
