"""This room's part of the URL space."""

from auth.security.api import endpoints
from auth.security.api.schemas import EventAnswer
from core.access import resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page, PageQuery

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/api/v1/security/events",
        endpoint=endpoints.list_security_events,
        guard=resident,
        summary="What happened to the account",
        tag="security",
        query=PageQuery,
        answer=Page[EventAnswer],
    ),
    Operation(
        method="DELETE",
        path="/api/v1/sessions",
        endpoint=endpoints.end_other_sessions,
        guard=resident,
        summary="Sign all other devices out",
        tag="security",
        status=204,
        problems=(DatabaseBusy,),
    ),
)
