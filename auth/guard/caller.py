"""Who makes an attempt, as far as it shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge's id, and the nonce that answers it."""

    challenge: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Caller:
    """`browser` and `device` are the values of the two cookies, empty where there is none.

    `browser` is of a sign-in that is under way; `device` stays for years and was given after a sign-in.
    """

    address: str
    browser: str = ""
    device: str = ""
    proof: Proof | None = None
