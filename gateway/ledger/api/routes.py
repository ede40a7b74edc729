"""The resident's view of the ledger: who read what, when, for which service."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from core.access import resident, resident_of
from core.bodies import Answer, Localized, answer, read_query
from core.ids import LABEL_PATTERN, DepartmentId, ServiceId
from core.operations import Operation
from core.pages import Page, PageQuery, page_of
from gateway.ledger.api.state import LedgerState
from gateway.ledger.entries import Action
from gateway.ledger.models import LedgerEntry
from gateway.ledger.ports import Directory, Names


class LedgerQuery(PageQuery):
    service: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="only this service's")] = None


class Named(Answer):
    id: str
    name: Localized


class Access(Answer):
    id: str
    at: datetime
    service: Named
    department: Named
    upstream: str
    operation: str
    action: Action
    summary: Localized
    scopes: list[str]
    outcome: int = Field(description="HTTP status of the answer; 499 when the mini-service left before its end")


async def list_accesses(request: Request[LedgerState]) -> Response:
    query = read_query(request, LedgerQuery)
    service = ServiceId(query.service) if query.service else None
    entries = await request.state["ledger"].page(resident_of(request).account, query.limit, query.cursor, service)
    names = await _names(entries, request.state["ledger_directory"])
    return answer(page_of(entries, query.limit, lambda entry: entry.id, lambda entry: _access(entry, names)))


Pair = tuple[str, str]


async def _names(entries: list[LedgerEntry], directory: Directory) -> dict[Pair, Names]:
    pairs = {(entry.service_id, entry.department_id) for entry in entries}
    return {pair: await directory.names(ServiceId(pair[0]), DepartmentId(pair[1])) for pair in pairs}


def _access(entry: LedgerEntry, names: dict[Pair, Names]) -> Access:
    named = names[entry.service_id, entry.department_id]
    return Access(
        id=entry.id,
        at=entry.at,
        service=Named(id=entry.service_id, name=named.service),
        department=Named(id=entry.department_id, name=named.department),
        upstream=entry.upstream_id,
        operation=entry.operation,
        action="write" if entry.action == "write" else "read",
        summary={"zh-CN": entry.summary["zh-CN"], "en": entry.summary.get("en", entry.summary["zh-CN"])},
        scopes=entry.scopes,
        outcome=entry.outcome,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/ledger",
        endpoint=list_accesses,
        guard=resident,
        summary="Who read or wrote the resident's data",
        tag="ledger",
        query=LedgerQuery,
        answer=Page[Access],
    ),
)
