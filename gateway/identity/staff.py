"""The services of auth/staff."""

from auth.staff.services import StaffServices
from gateway.identity.foundation import Foundation


def compose_staff(base: Foundation) -> StaffServices:  # noqa: ARG001 - the room is being furnished
    return StaffServices()
