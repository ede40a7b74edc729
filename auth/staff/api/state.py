"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.staff.services import StaffServices


class StaffState(AuthState):
    staff: StaffServices
