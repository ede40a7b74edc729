"""Bodies and answers of what residents prove themselves by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints

from auth.credentials.models import Passkey
from auth.credentials.passkeys import NAME_LIMIT
from auth.credentials.strength import Estimate
from auth.guard.api.callers import ProofBody
from core.bodies import Answer, Body, Localized
from core.ids import ID_PATTERN

Typed = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=256)]
"""A password: its blanks count."""
Credential = Annotated[dict[str, Any], Field(description="what the browser's PublicKeyCredential.toJSON() gives")]
Device = Annotated[str | None, Field(max_length=200, description="what the list of devices is to show")]
ChallengeId = Annotated[str, Field(pattern=ID_PATTERN, description="as it came with the options")]
SixDigits = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
PasskeyName = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT, description="what the resident calls it")]


class Nothing(Body):
    """An empty object."""


class PasswordSignIn(Body):
    phone: Annotated[str, Field(max_length=40, description="a mobile number of mainland China")]
    password: Typed
    device: Device = None
    proof: Annotated[ProofBody | None, Field(description="the answer to the challenge of `challenge-needed`")] = None


class SecondFactor(Body):
    ticket: Annotated[str, Field(min_length=1, max_length=100, description="as `second-factor-needed` gave it")]
    method: Literal["totp", "recovery-code"]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class SecondFactorSignIn(SecondFactor):
    device: Device = None
    proof: Annotated[ProofBody | None, Field(description="the answer to the challenge of `challenge-needed`")] = None


class AssertionBody(Body):
    challenge: ChallengeId
    credential: Credential


class PasskeySignIn(AssertionBody):
    device: Device = None


class OptionsAnswer(Answer):
    """What to hand to navigator.credentials, after parse…OptionsFromJSON."""

    challenge: str = Field(description="comes back with the credential")
    public_key: dict[str, Any]


class CodeBody(Body):
    code: SixDigits


class PasswordBody(Body):
    password: Typed


class MethodsAnswer(Answer):
    methods: list[Literal["passkey", "totp", "password", "code"]]


class PasswordState(Answer):
    set: bool
    changed_at: AwareDatetime | None


class PasskeyAnswer(Answer):
    id: str
    name: str
    created_at: AwareDatetime
    last_used_at: AwareDatetime | None
    synced: bool = Field(description="whether the resident's other devices have it too")

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        return cls(
            id=passkey.id,
            name=passkey.name,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
            synced=passkey.backed_up,
        )


class TOTPState(Answer):
    on: bool
    since: AwareDatetime | None


class RecoveryState(Answer):
    left: int


class CredentialsAnswer(Answer):
    """All that an account can prove itself by, beside its phone number."""

    password: PasswordState
    passkeys: list[PasskeyAnswer]
    totp: TOTPState
    recovery_codes: RecoveryState

    @classmethod
    def of(cls, password: datetime | None, passkeys: Sequence[Passkey], totp: datetime | None, left: int) -> Self:
        return cls(
            password=PasswordState(set=password is not None, changed_at=password),
            passkeys=[PasskeyAnswer.of(each) for each in passkeys],
            totp=TOTPState(on=totp is not None, since=totp),
            recovery_codes=RecoveryState(left=left),
        )


class StrengthAnswer(Answer):
    score: Annotated[int, Field(ge=0, le=4)]
    breached: bool
    advice: list[Localized]

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        return cls(score=estimate.score, breached=estimate.breached, advice=estimate.advice)


class NewPasskeyBody(AssertionBody):
    name: PasskeyName


class PasskeyNameBody(Body):
    name: PasskeyName


class RemovalQuery(Body):
    confirmed: Annotated[bool, Field(description="the resident knows that no strong factor is left then")] = False


class TOTPSecret(Answer):
    secret: str = Field(description="base32, for typing")
    uri: str = Field(description="otpauth:, for a QR code")


class RecoveryCodesAnswer(Answer):
    recovery_codes: list[str] = Field(description="shown this once")
