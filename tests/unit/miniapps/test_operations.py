"""What an operation may say of itself to the gateway, and what the operator allows it."""

from typing import Any

import pytest

from miniapps.errors import RegisterRefused
from miniapps.operations import Ceilings, Operation, contract_of
from tests.unit.miniapps.documents import answering, document, operation

CEILINGS = Ceilings(max_body=2 * 2**20, first_byte=10, total=30)


def saying(**members: Any) -> Operation:
    """The operation that says `x-onecity-` so and so."""
    return operation(document(**named(members)))


def named(members: dict[str, Any]) -> dict[str, Any]:
    return {f"x-onecity-{name.replace('_', '-')}": value for name, value in members.items()}


def reading(path: str = "/a", **members: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": {path: {"get": {"operationId": "op", **named(members)}}}}


def test_an_operation_that_says_nothing_has_the_usual() -> None:
    plain = operation(document())
    assert (plain.public, plain.priority, plain.max_body, plain.encoded_slash) == (False, "normal", 2**20, False)
    assert (plain.first_byte, plain.total, plain.body, plain.fields) == (None, None, None, None)
    assert plain.scopes == frozenset()


def test_an_operation_is_as_it_says() -> None:
    made = saying(
        priority="high", max_body=5, first_byte_seconds=1, total_seconds=2.5, encoded_slash=True, scope="a:b:c"
    )
    assert (made.priority, made.max_body, made.first_byte, made.total, made.encoded_slash) == (
        "high",
        5,
        1.0,
        2.5,
        True,
    )
    assert made.scopes == {"a:b:c"}
    assert operation(reading(public=True)).public


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"public": "yes"}, "x-onecity-public is true or false"),
        ({"public": True}, "x-onecity-public is for GET and HEAD"),
        ({"encoded_slash": 1}, "x-onecity-encoded-slash is true or false"),
        ({"priority": "highest"}, "low, normal or high"),
        ({"priority": ["low"]}, "low, normal or high"),
        ({"max_body": 0}, "number of bytes"),
        ({"max_body": True}, "number of bytes"),
        ({"max_body": 1.5}, "number of bytes"),
        ({"max_body": "1"}, "number of bytes"),
        ({"first_byte_seconds": 0}, "number of seconds"),
        ({"first_byte_seconds": True}, "number of seconds"),
        ({"total_seconds": "5"}, "number of seconds"),
        ({"total_seconds": 3601}, "number of seconds"),
        ({"total_seconds": float("nan")}, "number of seconds"),
        ({"first_byte_seconds": 5, "total_seconds": 4}, "longer than x-onecity-total-seconds"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(members: dict[str, Any], says: str) -> None:
    with pytest.raises(RegisterRefused, match=f"POST /a/{{id}}: .*{says}"):
        saying(**members)


@pytest.mark.parametrize(
    "openapi",
    [
        reading(public=True, scope="a:b:c"),
        reading(public=True, loa=2),
        {**answering({"properties": {"a": {"x-onecity-scope": "a:b:c"}}}, None)},
    ],
)
def test_what_is_public_has_nothing_to_agree_to(openapi: dict[str, Any]) -> None:
    for item in openapi["paths"].values():
        for each in item.values():
            each["x-onecity-public"] = True
    with pytest.raises(RegisterRefused, match="the answer is the same for everybody"):
        contract_of(openapi)


def test_an_encoded_slash_needs_a_parameter_to_be_in() -> None:
    with pytest.raises(RegisterRefused, match="a path with a parameter"):
        contract_of(reading(encoded_slash=True))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/files/a%2Fb", True),
        ("/files/a%2fb%2Fc", True),
        ("/files/%2F", True),
        ("/files/a%2F..%2Fb", False),
        ("/files/..%2Fb", False),
        ("/files/a%2F.", False),
        ("/files/a%2F%5C", False),
        ("/files/a%2F;b", False),
        ("/files/a%252Fb", True),
        ("/files/a/b", False),
        ("/files%2Fa", False),
        ("/plain/a%2Fb", False),
        ("/plain/a", True),
    ],
)
def test_an_encoded_slash_passes_only_where_the_operation_allows_it(path: str, found: bool) -> None:
    contract = contract_of(
        {
            "openapi": "3.1.0",
            "paths": {
                "/files/{name}": {"get": {"operationId": "files", "x-onecity-encoded-slash": True}},
                "/plain/{name}": {"get": {"operationId": "plain"}},
            },
        }
    )
    assert (contract.find("GET", path) is not None) is found


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"max_body": 2 * 2**20 + 1}, "x-onecity-max-body is 2097152 at the most here"),
        ({"first_byte_seconds": 11}, "x-onecity-first-byte-seconds is 10 at the most here"),
        ({"total_seconds": 31}, "x-onecity-total-seconds is 30 at the most here"),
    ],
    ids=str,
)
def test_more_than_the_operator_allows_is_refused(members: dict[str, Any], says: str) -> None:
    contract = contract_of(document(**named(members)))
    with pytest.raises(RegisterRefused, match=says):
        contract.check_within(CEILINGS)
    held = contract.within(CEILINGS).operations["op"]
    assert held.max_body <= CEILINGS.max_body
    assert (held.first_byte or 0) <= CEILINGS.first_byte
    assert (held.total or 0) <= CEILINGS.total


def test_what_the_operator_allows_stays_as_it_is() -> None:
    contract = contract_of(document(**named({"max_body": 7, "first_byte_seconds": 1, "total_seconds": 30})))
    contract.check_within(CEILINGS)
    assert contract.within(CEILINGS).operations == contract.operations
    assert contract.within(CEILINGS).find("POST", "/a/1") == contract.operations["op"]


def test_an_operation_that_asks_for_no_size_is_held_to_the_operators() -> None:
    contract, low = contract_of(document()), Ceilings(max_body=10, first_byte=1, total=1)
    contract.check_within(low)
    assert contract.within(low).operations["op"].max_body == 10
