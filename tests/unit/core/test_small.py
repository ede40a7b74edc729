"""Ids, pages, problems, guards, logs and figures."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest
import structlog
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core import problems
from core.access import DepartmentClient, Guard, Resident, Scope, department_of, needs, public, resident, resident_of
from core.clock import SystemClock
from core.ids import BEYOND_IDS, AccountId, DepartmentId, SessionId, in_base_32, new_id, new_secret
from core.operations import Operation, routes
from core.pages import page_of
from core.problems import Problem, TooManyRequests, Unauthenticated, Unavailable
from core.telemetry import Metrics, configure_logs, log


def test_ids_sort_by_time_and_do_not_repeat() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    made = [new_id(start + timedelta(milliseconds=step)) for step in range(1000)]
    assert made == sorted(made)
    assert len({new_id(start) for _ in range(1000)}) == 1000
    assert {len(each) for each in made} == {26}


def test_base_32_is_crockfords() -> None:
    assert in_base_32(31 * 32 + 10, 4) == "00za"


@pytest.mark.parametrize("order", ["C", "und-x-icu"])
async def test_nothing_sorts_behind_what_stands_behind_all_ids(postgres_url: str, order: str) -> None:
    connection = await asyncpg.connect(f"{postgres_url}/postgres")
    try:
        last = in_base_32(2**128 - 1, 26)
        assert await connection.fetchval(f'SELECT $1::text < $2::text COLLATE "{order}"', last, BEYOND_IDS)
        assert not await connection.fetchval(f'SELECT $1::text < $2::text COLLATE "{order}"', BEYOND_IDS, last)
    finally:
        await connection.close()


def test_secrets_are_long() -> None:
    assert len(new_secret()) == 43


def test_the_clock_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(("count", "shown", "following"), [(0, 0, None), (2, 2, None), (3, 2, "1")])
def test_a_page_knows_whether_another_follows(count: int, shown: int, following: str | None) -> None:
    class Item(BaseModel):
        name: str

    page = page_of(list(range(count)), 2, str, lambda row: Item(name=str(row)))
    assert (len(page.items), page.next) == (shown, following)


def test_a_problem_says_what_rfc_9457_asks_for() -> None:
    class SlotTaken(problems.Conflict):
        title = "The slot is taken"

    problem = SlotTaken("Choose another.", hop="upstream", errors=[{"pointer": "/a", "detail": "b"}], free=2)
    assert problem.content("http://city", "r1") == {
        "type": "http://city/problems/slot-taken",
        "title": "The slot is taken",
        "status": 409,
        "detail": "Choose another.",
        "request_id": "r1",
        "hop": "upstream",
        "errors": [{"pointer": "/a", "detail": "b"}],
        "free": 2,
    }


def test_a_slug_reads_initials_as_one_word() -> None:
    class SMSUnavailable(Unavailable): ...

    assert SMSUnavailable.slug == "sms-unavailable"


def test_some_problems_carry_the_headers_that_they_must() -> None:
    assert Unauthenticated().headers == {"WWW-Authenticate": "Cookie"}
    assert TooManyRequests(retry_after=0).headers == {"Retry-After": "1"}
    assert Unavailable(retry_after=7).headers == {"Retry-After": "7"}


class Desk:
    """An authenticator that knows one of each."""

    async def resident(self, _: Request[Any]) -> Resident:
        return Resident(AccountId("a"), SessionId("s"))

    async def department(self, _: Request[Any]) -> DepartmentClient:
        return DepartmentClient("c", DepartmentId("d"), frozenset({Scope.NOTICES_SEND}))


async def show_account(request: Request[Any]) -> Response:
    return PlainTextResponse(resident_of(request).account)


async def show_department(request: Request[Any]) -> Response:
    return PlainTextResponse(department_of(request).department)


async def show_nothing(_: Request[Any]) -> Response:
    return PlainTextResponse("nothing")


def operation(method: Any, endpoint: Any, guard: Guard, path: str = "/x") -> Operation:
    return Operation(method=method, path=path, endpoint=endpoint, guard=guard, summary="", tag="")


async def on_problem(_: Request[Any], error: Exception) -> Response:
    assert isinstance(error, Problem)
    return PlainTextResponse(error.slug, error.status)


def app(*operations: Operation) -> httpx2.AsyncClient:
    starlette = Starlette(routes=routes(operations), exception_handlers={Problem: on_problem})

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"authenticator": Desk()}
        await starlette(scope, receive, send)

    return httpx2.AsyncClient(transport=httpx2.ASGITransport(with_state), base_url="http://city")


async def test_a_guard_lets_in_whom_it_should() -> None:
    client = app(
        operation("GET", show_account, resident),
        operation("POST", show_department, needs(Scope.NOTICES_SEND)),
        operation("PUT", show_department, needs(Scope.RELEASES_WRITE)),
        operation("DELETE", show_nothing, public),
    )
    assert (await client.get("/x")).text == "a"
    assert (await client.head("/x")).status_code == 200
    assert (await client.post("/x")).text == "d"
    assert (await client.put("/x")).text == "scope-not-granted"
    assert (await client.delete("/x")).text == "nothing"
    assert (await client.patch("/x")).headers["allow"].count(",") == 4


def test_logs_are_lines_of_json_with_their_context(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        log("test").info("answered", status=200)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["status"], line["request_id"], line["logger"]) == ("answered", 200, "r1", "test")


def test_logs_for_people_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("console")
    log("test").warning("slow")
    assert "slow" in capsys.readouterr().err


def test_figures_count_by_route() -> None:
    metrics = Metrics()
    metrics.answered("/api/v1/services/{service_id}", "GET", 200, 0.1)
    labels = {"route": "/api/v1/services/{service_id}", "method": "GET", "status": "200"}
    assert metrics.registry.get_sample_value("onecity_http_requests_total", labels) == 1
