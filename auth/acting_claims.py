"""Who acts for the subject of a token that a department reads."""

from typing import Any

from auth.ports import Mandated
from auth.subjects import Subjects, department_sector, mandate_sector
from core.ids import AccountId, DepartmentId, ServiceId


def called_by(service: ServiceId) -> dict[str, Any]:
    """`act` where residents come for themselves: the mini-service that calls."""
    return {"act": {"sub": f"urn:onecity:service:{service}"}}


async def acting_claims(
    subjects: Subjects, department: DepartmentId, service: ServiceId, mandate: Mandated
) -> dict[str, Any]:
    """The service calls (outer `act`) for the actor within (RFC 8693, section 4.1), on a mandate."""
    sector = department_sector(department)
    actor = {"sub": await subjects.of(mandate.actor, sector)}
    known_as = await subjects.of(AccountId(mandate.id), mandate_sector(sector))
    return {
        "act": {**called_by(service)["act"], "act": actor},
        "mandate": {"id": known_as, "kind": mandate.kind, "roles": list(mandate.roles)},
    }
