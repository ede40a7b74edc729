"""Records are found by identity number, and only one's own."""

import json
from datetime import date
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from miniapps.operations import contract_of
from mock_services.queries import fund, insurance
from mock_services.queries.careers import Career, Month
from mock_services.queries.operations import document
from mock_services.shared.residents import demo_residents
from tests.unit.mock_services.platform_twin import Gateway, ManualClock

ZHANG, LI = "310101198803150012", "310106195209180022"
SCOPES = "social-insurance:record:read housing-fund:record:read"
PATHS = ("/social-insurance", "/social-insurance/records", "/housing-fund", "/housing-fund/records")
LEVEL_TWO = "urn:onecity:loa:2"


def person(gateway: Gateway, id_number: str | None = ZHANG, **changes: Any) -> dict[str, str]:
    whole = {"scope": SCOPES, "acr": LEVEL_TWO, "id_number": id_number} | changes
    return gateway.bearer("social-records", **whole)


async def get(client: httpx2.AsyncClient, path: str, headers: dict[str, str], **params: Any) -> Any:
    answer = await client.get(path, headers=headers, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_the_demo_residents_identity_numbers_have_the_right_checksum() -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for resident in demo_residents():
        digits = resident.id_number
        total = sum(int(digit) * weight for digit, weight in zip(digits[:17], weights, strict=True))
        assert digits[17] == "10X98765432"[total % 11], resident.name


async def test_someone_in_work_sees_balances_and_a_masked_employer(
    queries: httpx2.AsyncClient, gateway: Gateway
) -> None:
    overview = await get(queries, "/social-insurance", person(gateway))
    assert (overview["status"], overview["name"], overview["id_number"]) == ("active", "张*", "****0012")
    assert overview["employer"].startswith("上海****")
    accounts = {account["insurance"]: account for account in overview["accounts"]}
    assert list(accounts) == ["pension", "medical", "unemployment"]
    assert accounts["pension"]["months_paid"] == 172
    assert accounts["pension"]["balance"]["amount"] > accounts["medical"]["balance"]["amount"] > 0
    assert overview["years"][0] == 2026
    assert overview["years"][-1] == 2012


async def test_someone_retired_sees_the_pension_and_a_closed_fund(
    queries: httpx2.AsyncClient, gateway: Gateway
) -> None:
    overview = await get(queries, "/social-insurance", person(gateway, LI))
    records = (await get(queries, "/social-insurance/records", person(gateway, LI), limit=1))["items"]
    account = await get(queries, "/housing-fund", person(gateway, LI))
    assert (overview["status"], overview["employer"]) == ("retired", None)
    assert overview["monthly_pension"] == records[0]["received"]
    assert (records[0]["month"], records[0]["kind"], records[0]["base"]) == ("2026-10", "benefit", None)
    assert records[0]["received"]["amount"] > 0
    assert (account["status"], account["balance"]["amount"]) == ("closed", 0)


async def test_records_of_a_year_come_newest_first(queries: httpx2.AsyncClient, gateway: Gateway) -> None:
    page = await get(queries, "/social-insurance/records", person(gateway), year=2026, limit=100)
    assert [record["month"] for record in page["items"]] == [f"2026-{month:02d}" for month in range(10, 0, -1)]
    assert page["next"] is None


@pytest.mark.parametrize(
    ("path", "count"), [("/social-insurance/records", 172), ("/housing-fund/records", 190)], ids=["insurance", "fund"]
)
async def test_pages_join_up_to_the_whole(queries: httpx2.AsyncClient, gateway: Gateway, path: str, count: int) -> None:
    headers, cursor = person(gateway), dict[str, str]()
    seen: list[Any] = []
    while True:
        page = await get(queries, path, headers, limit=50, **cursor)
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == count
    assert len({str(record) for record in seen}) == count


async def test_the_fund_is_a_statement_that_adds_up(queries: httpx2.AsyncClient, gateway: Gateway) -> None:
    account = await get(queries, "/housing-fund", person(gateway))
    statement = (await get(queries, "/housing-fund/records", person(gateway), limit=100))["items"]
    assert statement[0]["balance"] == account["balance"]
    for newer, older in pairwise(statement):
        assert newer["balance"]["amount"] == older["balance"]["amount"] + newer["amount"]["amount"]
    assert account["monthly_deposit"] == next(r["amount"] for r in statement if r["kind"] == "deposit")
    assert account["account"].startswith("****")


async def test_two_residents_see_each_their_own(queries: httpx2.AsyncClient, gateway: Gateway) -> None:
    for path in PATHS:
        theirs = await get(queries, path, person(gateway, ZHANG))
        others = await get(queries, path, person(gateway, LI))
        assert theirs != others, path


REFUSALS: dict[str, tuple[dict[str, Any], int, str]] = {
    "no identity number": ({"id_number": None}, 403, "identity-needed"),
    "nobody we know": ({"id_number": "110101199001011237"}, 404, "no-records"),
    "a level of 1": ({"acr": "urn:onecity:loa:1"}, 403, "level-too-low"),
    "no level": ({"acr": None}, 403, "level-too-low"),
    "no scope": ({"scope": "profile:name:read"}, 403, "scope-missing"),
    "another audience": ({"aud": "urn:onecity:upstream:appointments"}, 401, "assertion-invalid"),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("changes", "status", "slug"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_who_may_not_see_records_does_not(  # noqa: PLR0913, PLR0917 - the table's columns
    queries: httpx2.AsyncClient, gateway: Gateway, path: str, changes: dict[str, Any], status: int, slug: str
) -> None:
    answer = await queries.get(path, headers=person(gateway, **changes))
    assert (answer.status_code, answer.json()["type"]) == (status, f"http://localhost:8000/problems/{slug}")


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/social-insurance/records?year=199", "/year"),
        ("/social-insurance/records?cursor=x", "/cursor"),
        ("/housing-fund/records?cursor=WyIyMDI2LTAxIl0", "/cursor"),
        ("/housing-fund/records?year=2026", "/year"),
    ],
)
async def test_a_question_that_is_not_right_is_explained(
    queries: httpx2.AsyncClient, gateway: Gateway, path: str, pointer: str
) -> None:
    answer = await queries.get(path, headers=person(gateway))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_life_is_the_same_each_time_and_grows_by_a_month() -> None:
    career = Career(ZHANG)
    before, after = (list(insurance.records(career, day)) for day in (date(2026, 11, 30), date(2026, 12, 1)))
    assert after[:-1] == before
    assert after[-1].month == "2026-11"
    assert list(fund.records(career, date(2026, 11, 30))) == list(fund.records(career, date(2026, 11, 1)))


def test_men_retire_at_sixty_and_women_at_fifty_five() -> None:
    assert Career(ZHANG).retires == Month(2048, 3)
    assert Career(LI).retires == Month(2007, 9)


async def test_the_store_is_filled_once_a_day(
    queries: httpx2.AsyncClient, gateway: Gateway, clock: ManualClock
) -> None:
    before = await get(queries, "/social-insurance", person(gateway))
    clock.advance(minutes=1)
    after = await get(queries, "/social-insurance", person(gateway))
    assert before | {"as_of": after["as_of"]} == after


async def test_the_base_of_a_contribution_is_for_those_who_agreed_to_it(
    queries: httpx2.AsyncClient, gateway: Gateway
) -> None:
    """As the gateway strips it, by the department's own document."""
    operation = contract_of(document()).operations["listSocialInsuranceRecords"]
    answer = await queries.get("/social-insurance/records", headers=person(gateway), params={"limit": 5})
    assert operation.fields is not None
    assert operation.fields.hidden(operation.scopes) is None
    hidden = operation.fields.hidden(frozenset(SCOPES.split()))
    assert hidden is not None
    whole = answer.json()
    assert all(item.pop("base")["amount"] > 0 for item in whole["items"])
    stripped = hidden.strip(200, answer.headers["content-type"].encode(), answer.content)
    assert json.loads(stripped) == whole
