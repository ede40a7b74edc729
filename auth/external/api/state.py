"""What the endpoints of this room need."""

from auth.external.services import ExternalServices
from auth.guard.api.state import GuardState


class ExternalState(GuardState):
    external: ExternalServices
