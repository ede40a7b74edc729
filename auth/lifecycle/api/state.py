"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.lifecycle.services import LifecycleServices


class LifecycleState(AuthState):
    lifecycle: LifecycleServices
