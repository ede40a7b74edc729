"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.guard.services import GuardServices


class GuardState(AuthState):
    guard: GuardServices
