"""Bodies and answers of proofing."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints

from auth.proofing.models import ProofOfIdentity
from auth.proofing.standing import Proofing
from core.bodies import Answer, Body

Kind = Literal["name", "face", "counter", "certificate"]
Level = Annotated[int, Field(ge=1, le=4)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
IdNumberText = Annotated[str, StringConstraints(min_length=15, max_length=40)]
SAMPLE_LIMIT = 1_000_000


class EvidenceAnswer(Answer):
    kind: Kind
    level: Level
    at: AwareDatetime
    expires_at: AwareDatetime | None

    @classmethod
    def of(cls, row: ProofOfIdentity) -> Self:
        return cls.model_validate({"kind": row.kind, "level": row.level, "at": row.at, "expires_at": row.expires_at})


class NextStep(Answer):
    kind: Kind
    level: Level = Field(description="the level that it leads to")


class ProofingAnswer(Answer):
    """How well a resident is known, and why."""

    loa: Level
    since: AwareDatetime
    expires_at: AwareDatetime | None = Field(description="when the level falls; null: not by itself")
    evidence: list[EvidenceAnswer] = Field(description="what counts, the highest level first")
    next: list[NextStep] = Field(description="what would raise the level now")
    under_14: bool | None = Field(description="a guardian has to agree; null: the birth date is not known")

    @classmethod
    def of(cls, proofing: Proofing) -> Self:
        return cls(
            loa=proofing.loa,
            since=proofing.since,
            expires_at=proofing.expires_at,
            evidence=[EvidenceAnswer.of(row) for row in proofing.evidence],
            next=[NextStep.model_validate({"kind": kind.value, "level": kind.level}) for kind in proofing.next],
            under_14=proofing.under_14,
        )


class NameBody(Body):
    name: PersonName = Field(description="as on the identity card")
    id_number: IdNumberText = Field(description="the citizen identity number (GB 11643)")


class BeginFaceBody(Body):
    pass


class FaceBegun(Answer):
    id: str
    uri: str | None = Field(description="the register's own page for the picture; null: send the picture here")


class FaceBody(Body):
    sample: Annotated[str | None, StringConstraints(min_length=1, max_length=SAMPLE_LIMIT)] = Field(
        None, description="a picture in base64, which is passed on and not kept; left out where `uri` took it"
    )


class CounterCodeAnswer(Answer):
    code: Annotated[str, Field(pattern=r"^[0-9]{8}$", description="to show at the counter")]
    expires_in: int = Field(description="seconds")


class CertificateChallengeAnswer(Answer):
    challenge: str = Field(description="what the certificate's key is to sign: these characters, in ASCII")
    expires_in: int = Field(description="seconds")


class CertificateBody(Body):
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=16_384)] = Field(
        description="X.509, in PEM or in DER and base64"
    )
    signature: Annotated[str, StringConstraints(min_length=1, max_length=2048)] = Field(
        description="ECDSA (DER) or RSA (PKCS #1 v1.5) with SHA-256, in base64"
    )


class CounterVisit(Body):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")] = Field(description="what the resident shows")
    name: PersonName = Field(description="read off the card")
    id_number: IdNumberText = Field(description="read off the card")


class CounterVisitAnswer(Answer):
    loa: Level
    expires_at: AwareDatetime | None
