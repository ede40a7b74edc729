"""The Problems of what stands before an attempt. 403: ChallengeNeeded. 429: TooManyAttempts."""

from dataclasses import asdict, dataclass

from core.problems import Forbidden, TooManyRequests


@dataclass(frozen=True, slots=True)
class Challenge:
    """A proof of work to make: a decimal `nonce` so that SHA-256(salt + ":" + nonce) begins with `bits` zero bits."""

    id: str
    salt: str
    bits: int
    expires_in: int


class TooManyAttempts(TooManyRequests):
    """Too many failures of this browser, from this network, or of strangers at this account."""

    title = "Too many attempts"


class ChallengeNeeded(Forbidden):
    """The attempt counts once it comes with the proof of a little work: nothing to see, to hear or to read."""

    title = "The browser has to do a little work first"

    def __init__(self, challenge: Challenge) -> None:
        super().__init__("Solve the challenge and repeat the request with `proof`.", challenge=asdict(challenge))
