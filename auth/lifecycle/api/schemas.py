"""Bodies and answers about an account over the years."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from auth.api.schemas import GrantedScope, ServiceName
from auth.lifecycle.exports import State
from auth.lifecycle.merges import Merged
from auth.lifecycle.models import Closure, Export
from auth.lifecycle.ports import FactorMethod
from auth.masking import masked_phone
from auth.models import ConsentEvent
from auth.receipts import revision_of
from core.bodies import Answer, Body
from core.ids import in_base_32

Phone = Annotated[str, Field(max_length=40, description="a mobile number of mainland China")]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="the six digits that were sent to it")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
IdNumber = Annotated[str, Field(min_length=18, max_length=30, description="the 18 characters of the identity number")]
Ticket = Annotated[str, Field(min_length=20, max_length=100, description="of the problem `number-recycled`")]
Device = Annotated[str | None, Field(max_length=200, description="what the list of devices is to show")]


class NewPhone(Body):
    phone: Phone
    code: Code


class NewName(Body):
    name: Name
    id_number: IdNumber


class MergeBody(Body):
    """The other account: its number, the code that was sent there, and a code of its second factor if it has one."""

    phone: Phone
    code: Code
    method: FactorMethod | None = None
    factor_code: Annotated[str | None, Field(min_length=6, max_length=40)] = None


class MergeAnswer(Answer):
    id: str
    phone: str | None = Field(description="the absorbed account's number, masked")
    merged_at: AwareDatetime
    undo_until: AwareDatetime

    @classmethod
    def of(cls, merged: Merged) -> Self:
        phone = masked_phone(merged.phone)
        return cls(id=merged.id, phone=phone, merged_at=merged.merged_at, undo_until=merged.undo_until)


class MergesAnswer(Answer):
    items: list[MergeAnswer]


class DeletionAnswer(Answer):
    deletes_at: datetime | None = Field(description="null: nobody asked for it")


class ExportAnswer(Answer):
    id: str
    state: State
    asked_at: AwareDatetime
    made_at: AwareDatetime | None
    expires_at: AwareDatetime | None = Field(description="when it is removed, or its link ends")

    @classmethod
    def of(cls, export: Export, state: State) -> Self:
        return cls(
            id=export.id,
            state=state,
            asked_at=export.asked_at,
            made_at=export.made_at,
            expires_at=export.link_until or export.expires_at,
        )


class ExportsAnswer(Answer):
    items: list[ExportAnswer]


class LinkAnswer(Answer):
    url: str = Field(description="gives the archive once, to the same account's session")
    expires_in: int = Field(description="seconds")


class BeginAnew(Body):
    ticket: Ticket
    device: Device = None


class ProveOwner(Body):
    ticket: Ticket
    name: Name
    id_number: IdNumber
    device: Device = None


class ClosureAnswer(Answer):
    id: str = Field(description="the cursor to go on after")
    sub: str = Field(description="the resident as this department knows them")
    closed_at: AwareDatetime

    @classmethod
    def of(cls, closure: Closure) -> Self:
        return cls(id=in_base_32(closure.number, 26), sub=closure.sub, closed_at=closure.at)


class ConsentEventAnswer(Answer):
    """A decision, with the text that was shown then."""

    id: str
    service: ServiceName
    action: Literal["granted", "withdrawn"]
    scopes: list[GrantedScope] = Field(description="what was granted, or taken back")
    shown: list[GrantedScope] = Field(description="all that was asked for, with the reasons given")
    version: str
    revision: str = Field(description="SHA-256 over the text that was shown, in hex")
    at: AwareDatetime

    @classmethod
    def of(cls, event: ConsentEvent) -> Self:
        name = event.service_name or {"zh-CN": event.service_id}
        return cls.model_validate(
            {
                "id": event.id,
                "service": {"id": event.service_id, "name": name},
                "action": event.action,
                "scopes": event.scopes,
                "shown": event.shown,
                "version": event.version,
                "revision": revision_of(event.shown),
                "at": event.at,
            }
        )


class ReceiptAnswer(Answer):
    """A consent receipt with the fields of ISO/IEC TS 27560:2023; `jws` signs the others (typ consent-receipt+jwt)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    record_id: str
    services: list[dict[str, Any]]
    purposes: list[dict[str, Any]]
    events: list[dict[str, Any]]
    jws: str
