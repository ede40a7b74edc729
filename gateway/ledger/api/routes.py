"""The resident's view of the ledger: who read what, when, for which service."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.access import public, resident, resident_of
from core.bodies import Answer, Localized, answer, read_query
from core.ids import LABEL_PATTERN, AccountId, DepartmentId, ServiceId
from core.operations import Operation
from core.pages import Page, PageQuery
from gateway.ledger.access import Action
from gateway.ledger.api.state import LedgerState
from gateway.ledger.entries import Ledger
from gateway.ledger.errors import CheckpointUnknown, EntryNotCovered, EntryUnknown
from gateway.ledger.ports import Directory, Names, Sides
from gateway.ledger.proofs import ConsistencyProof, EntryProof
from gateway.ledger.proving import Proving
from gateway.ledger.residents import LAST, Entry, Filter


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


class ActedOn(Answer):
    """By whom for whom: persons' names are masked, null where somebody is no more."""

    id: str
    kind: Literal["guardian", "family", "legal-person"] | None
    by: str | None
    on_behalf_of: str | None
    by_me: bool = Field(description="whether it was the resident who acted")


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
    mandate: ActedOn | None = Field(description="on which somebody acted for another; null: in one's own name")


class ExportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    proofs: Annotated[bool, Field(description="with the proof of each entry that a checkpoint covers")] = False


class ExportedAccess(Answer):
    """One line of the export."""

    access: Access
    proof: EntryProof | None


class SignedCheckpoint(Answer):
    size: int = Field(description="number of entries")
    checkpoint: str = Field(description="signed note (C2SP tlog-checkpoint)")
    key: str = Field(description="the key that it is verified with (vkey); compare it with one from elsewhere")


class ConsistencyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: Annotated[int, Field(alias="from", ge=1, le=LAST, description="the earlier checkpoint's size")]
    second: Annotated[int, Field(alias="to", ge=1, le=LAST, description="the later checkpoint's size")]


async def list_accesses(request: Request[LedgerState]) -> Response:
    query = read_query(request, LedgerQuery)
    account = resident_of(request).account
    found = await request.state["ledger"].page(account, query.limit, query.cursor, query.filter)
    words = await _words(found.entries, request.state["ledger_directory"])
    return answer(Page(items=[_access(entry, words, account) for entry in found.entries], next=found.next))


async def export_accesses(request: Request[LedgerState]) -> Response:
    """One JSON object a line, so that a long record is written as it is read."""
    ledger, proofs = request.state["ledger"], read_query(request, ExportQuery).proofs
    lines = _exported(ledger, request.state["ledger_directory"], resident_of(request).account, proofs)
    headers = {"Content-Disposition": 'attachment; filename="ledger.jsonl"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, headers=headers, media_type="application/jsonl")


async def _exported(ledger: Ledger, directory: Directory, account: AccountId, proofs: bool) -> AsyncIterator[str]:
    chunk: list[Entry] = []
    async for entry in ledger.every(account):
        chunk.append(entry)
        if len(chunk) == _CHUNK:
            yield await _lines(ledger, directory, account, chunk, proofs)
            chunk = []
    yield await _lines(ledger, directory, account, chunk, proofs)


async def _lines(ledger: Ledger, directory: Directory, account: AccountId, entries: list[Entry], proofs: bool) -> str:
    words = await _words(entries, directory)
    proving = await ledger.proving() if proofs and entries else None
    lines = []
    for entry in entries:
        proof = await _proof_or_none(ledger, account, entry, proving)
        line = ExportedAccess(access=_access(entry, words, account), proof=proof)
        lines.append(line.model_dump_json(by_alias=True) + "\n")
    return "".join(lines)


async def _proof_or_none(
    ledger: Ledger, account: AccountId, entry: Entry, proving: Proving | None
) -> EntryProof | None:
    """None for those that no checkpoint covers yet."""
    try:
        return await ledger.prove(account, entry, proving) if proving else None
    except EntryNotCovered:
        return None


async def show_entry_proof(request: Request[LedgerState]) -> Response:
    ledger, account = request.state["ledger"], resident_of(request).account
    entry = await ledger.entry(account, request.path_params["entry_id"])
    return answer(await ledger.prove(account, entry))


async def show_latest_checkpoint(request: Request[LedgerState]) -> Response:
    checkpoints = request.state["ledger"].checkpoints
    newest = await checkpoints.newest()
    if newest is None:
        raise CheckpointUnknown("Nothing was recorded yet; ask again in a minute.")
    key = await checkpoints.key()
    return answer(SignedCheckpoint(size=newest.size, checkpoint=newest.note, key=key.vkey), headers=_SHORT)


async def show_consistency(request: Request[LedgerState]) -> Response:
    query = read_query(request, ConsistencyQuery)
    checkpoints = request.state["ledger"].checkpoints
    first, second = await checkpoints.of_size(query.first), await checkpoints.of_size(query.second)
    if first is None or second is None or first.size > second.size:
        raise CheckpointUnknown("Name the sizes of two checkpoints, the smaller one first.")
    return answer(await Proving(second).consistency(first))


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Words:
    """What the entries of a page call by their ids."""

    names: Mapping[Pair, Names]
    sides: Mapping[str, Sides]


async def _words(entries: Collection[Entry], directory: Directory) -> _Words:
    pairs = {(entry.service, entry.department) for entry in entries}
    names = {pair: await directory.names(ServiceId(pair[0]), DepartmentId(pair[1])) for pair in pairs}
    return _Words(names, await directory.sides({entry.mandate for entry in entries if entry.mandate}))


def _access(entry: Entry, words: _Words, account: AccountId) -> Access:
    named = words.names[entry.service, entry.department]
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
        mandate=_acted_on(entry, words, account),
    )


def _acted_on(entry: Entry, words: _Words, account: AccountId) -> ActedOn | None:
    if entry.mandate is None:
        return None
    sides = words.sides.get(entry.mandate)
    if sides is None:
        return ActedOn(id=entry.mandate, kind=None, by=None, on_behalf_of=None, by_me=False)
    return ActedOn(
        id=entry.mandate,
        kind=sides.kind,
        by=sides.by,
        on_behalf_of=sides.on_behalf_of,
        by_me=sides.actor == account,
    )


_CHUNK = 100
_SHORT = {"Cache-Control": "public, max-age=10"}
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
    Operation(
        method="GET",
        path="/api/v1/ledger/export",
        endpoint=export_accesses,
        guard=resident,
        summary="All of it, one JSON object a line",
        tag="ledger",
        query=ExportQuery,
        answer_media="application/jsonl",
    ),
    Operation(
        method="GET",
        path="/api/v1/ledger/{entry_id}/proof",
        endpoint=show_entry_proof,
        guard=resident,
        summary="The proof that an entry is in the ledger",
        tag="ledger",
        answer=EntryProof,
        problems=(EntryUnknown, EntryNotCovered),
    ),
    Operation(
        method="GET",
        path="/api/v1/ledger/checkpoints/latest",
        endpoint=show_latest_checkpoint,
        guard=public,
        summary="The ledger's newest signed size and root",
        tag="ledger",
        answer=SignedCheckpoint,
        problems=(CheckpointUnknown,),
    ),
    Operation(
        method="GET",
        path="/api/v1/ledger/consistency",
        endpoint=show_consistency,
        guard=public,
        summary="The proof that a checkpoint's ledger begins with an earlier one's",
        tag="ledger",
        query=ConsistencyQuery,
        answer=ConsistencyProof,
        problems=(CheckpointUnknown,),
    ),
)
