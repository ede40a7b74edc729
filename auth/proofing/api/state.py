"""What the endpoints of this room need."""

from auth.api.state import AuthState
from auth.proofing.services import ProofingServices


class ProofingState(AuthState):
    proofing: ProofingServices
