"""What the endpoints of this room need."""

from auth.guard.api.state import GuardState
from auth.lifecycle.services import LifecycleServices


class LifecycleState(GuardState):
    lifecycle: LifecycleServices
