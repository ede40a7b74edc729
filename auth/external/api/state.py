"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.external.services import ExternalServices


class ExternalState(AuthState):
    external: ExternalServices
