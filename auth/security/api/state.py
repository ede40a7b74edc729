"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.security.services import SecurityServices


class SecurityState(AuthState):
    security: SecurityServices
