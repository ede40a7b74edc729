"""The resident's view of the ledger: who read what, when, for which service."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from core.access import resident, resident_of
from core.bodies import Answer, Localized, answer, read_query
from core.ids import LABEL_PATTERN, DepartmentId, ServiceId
from core.operations import Operation
from core.pages import Page, PageQuery
from gateway.ledger.access import Action
from gateway.ledger.api.state import LedgerState
from gateway.ledger.ports import Directory, Names
from gateway.ledger.residents import Entry, Filter


class LedgerQuery(PageQuery):
    service: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="only this service's")] = None
    department: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="only this department's")] = None
    action: Annotated[Action | None, Field(description="only reads, or only writes")] = None
    since: Annotated[AwareDatetime | None, Field(alias="from", description="not before this time")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to", description="before this time")] = None

    @property
    def filter(self) -> Filter:
        return Filter(self.service, self.department, self.action, self.since, self.until)


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
    received: int = Field(description="bytes that the department was sent")
    sent: int = Field(description="bytes that the mini-service was answered")
    request_id: str


async def list_accesses(request: Request[LedgerState]) -> Response:
    query = read_query(request, LedgerQuery)
    found = await request.state["ledger"].page(resident_of(request).account, query.limit, query.cursor, query.filter)
    names = await _names(found.entries, request.state["ledger_directory"])
    return answer(Page(items=[_access(entry, names) for entry in found.entries], next=found.next))


Pair = tuple[str, str]


async def _names(entries: Iterable[Entry], directory: Directory) -> dict[Pair, Names]:
    pairs = {(entry.service, entry.department) for entry in entries}
    return {pair: await directory.names(ServiceId(pair[0]), DepartmentId(pair[1])) for pair in pairs}


def _access(entry: Entry, names: dict[Pair, Names]) -> Access:
    named = names[entry.service, entry.department]
    return Access(
        id=entry.id,
        at=entry.at,
        service=Named(id=entry.service, name=named.service),
        department=Named(id=entry.department, name=named.department),
        upstream=entry.upstream,
        operation=entry.operation,
        action=entry.action,
        summary={"zh-CN": entry.summary["zh-CN"], "en": entry.summary.get("en", entry.summary["zh-CN"])},
        scopes=entry.scopes,
        outcome=entry.outcome,
        received=entry.received,
        sent=entry.sent,
        request_id=entry.request_id,
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
