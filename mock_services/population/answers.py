"""What the endpoints take and give. Numbers of persons travel in bodies only: addresses end up in logs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mock_services.shared.reading import Strict
from mock_services.shared.wire import Answer

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
IdNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9X]$")]


class PersonBody(Strict):
    name: Name
    id_number: IdNumber


class Match(Answer):
    match: bool = Field(description="姓名与证件号一致且在世 / name and number are one living person's")
    reference: str


class SampleBody(Strict):
    sample: Annotated[str | None, StringConstraints(max_length=2_000_000)] = Field(
        default=None, description="人脸图像，base64；不留存 / a picture in base64, not kept"
    )


class FaceTicket(Answer):
    ticket: str
    uri: str | None = Field(description="由人口库自行采集时的页面 / the page where the register takes the picture")
    expires_at: datetime
    reference: str


class FaceResult(Answer):
    result: Literal["same", "other", "waiting"]
    reference: str


class GuardianshipBody(Strict):
    child_name: Name
    child_id_number: IdNumber
    guardian_id_number: IdNumber


class Guardianship(Answer):
    guardian: bool
    reference: str


class LegalPersonAnswer(Answer):
    credit_code: str
    name: str
    representative: str = Field(description="法定代表人证件号的 SHA-256 / SHA-256 of their identity number, in hex")
    state: Literal["active", "revoked", "dissolved"]


class Revocations(Answer):
    crl: str = Field(description="证书吊销列表 (RFC 5280)，DER 的 base64 / in DER, base64")
