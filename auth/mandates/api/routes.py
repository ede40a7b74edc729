"""This room's part of the URL space."""

from auth.errors import AccountOnHold, InvalidPhone, LevelTooLow, ReauthenticationNeeded
from auth.mandates.api import mandates
from auth.mandates.api.schemas import ActAnswer, ActQuery, Identities, MandateAnswer, MandateQuery, NewMandate
from auth.mandates.errors import (
    MandateExists,
    MandateToSelf,
    MandateUnknown,
    NoMinor,
    NotAdministrator,
    NotGuardian,
    NotRepresentative,
    TooManyMandates,
    UnderAge,
)
from auth.proofing.errors import InvalidCreditCode, InvalidIdNumber, RegisterUnavailable
from core.access import resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page

_ABLE = (
    ReauthenticationNeeded,
    AccountOnHold,
    LevelTooLow,
    UnderAge,
    MandateExists,
    TooManyMandates,
    MandateToSelf,
    DatabaseBusy,
)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/api/v1/mandates",
        endpoint=mandates.list_mandates,
        guard=resident,
        summary="Who acts for whom: one's mandates, offers and what has ended",
        tag="mandates",
        query=MandateQuery,
        answer=Page[MandateAnswer],
    ),
    Operation(
        method="POST",
        path="/api/v1/mandates",
        endpoint=mandates.create_mandate,
        guard=resident,
        summary="Offer a mandate, or have a register show one",
        tag="mandates",
        status=201,
        body=NewMandate,
        answer=MandateAnswer,
        problems=(
            *_ABLE,
            InvalidPhone,
            InvalidIdNumber,
            InvalidCreditCode,
            NoMinor,
            NotGuardian,
            NotRepresentative,
            NotAdministrator,
            RegisterUnavailable,
        ),
    ),
    Operation(
        method="POST",
        path="/api/v1/mandates/{mandate_id}/acceptance",
        endpoint=mandates.accept_mandate,
        guard=resident,
        summary="Accept what was offered to one's number",
        tag="mandates",
        answer=MandateAnswer,
        problems=(MandateUnknown, *_ABLE),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/mandates/{mandate_id}",
        endpoint=mandates.end_mandate,
        guard=resident,
        summary="End a mandate at once, decline an offer or take it back",
        tag="mandates",
        status=204,
        problems=(MandateUnknown, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/api/v1/mandates/{mandate_id}/acts",
        endpoint=mandates.list_mandate_acts,
        guard=resident,
        summary="What was done on a mandate",
        tag="mandates",
        query=ActQuery,
        answer=Page[ActAnswer],
        problems=(MandateUnknown,),
    ),
    Operation(
        method="GET",
        path="/api/v1/identities",
        endpoint=mandates.list_identities,
        guard=resident,
        summary="Who one can be: oneself, and whom one acts for",
        tag="mandates",
        answer=Identities,
    ),
)
