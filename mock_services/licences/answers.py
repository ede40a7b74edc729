"""What the endpoints take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from mock_services.licences.kinds import Kind
from mock_services.shared.reading import Strict
from mock_services.shared.wire import Answer, Text

NUMBER = "licences:number:read"
LONGEST_SHARE = 90 * 24 * 60

Validity = Literal["valid", "expiring", "expired"]
Recipient = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", description="部门或服务 / department or service")]
Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


class Fact(Answer):
    name: Text
    value: Text


class Licence(Answer):
    id: str
    kind: Kind
    name: Text
    issuer: Text
    holder: str = Field(description="脱敏姓名 / masked")
    number: str = Field(description="脱敏号码 / masked")
    validity: Validity
    issued_on: date
    valid_until: date | None = Field(description="长期有效时为 null / null without end")


class WholeLicence(Licence):
    whole_number: str = Field(
        description="完整号码 / in full",
        json_schema_extra={
            "x-onecity-scope": NUMBER,  # left out by the gateway without it
            "x-onecity-summary": "查看证照完整号码",
            "x-onecity-summary-en": "Read the whole numbers of your licences",
        },
    )
    facts: list[Fact]


class ShowCode(Answer):
    """`code` is worth one showing; `expires_in` in seconds, whatever the phone's clock says."""

    code: str
    text: str = Field(description="二维码的内容 / what the QR code says")
    expires_in: int
    expires_at: datetime


class Shown(Answer):
    """What the window sees of a licence that was shown to it."""

    kind: Kind
    name: Text
    issuer: Text
    holder: str = Field(description="脱敏姓名 / masked")
    number: str = Field(description="脱敏号码 / masked")
    validity: Validity
    valid_until: date | None
    checked_at: datetime


class ShareRequest(Strict):
    recipient: Recipient
    recipient_name: Words | None = Field(default=None, description="给市民看的名称 / what the resident's own list says")
    purpose: Words
    whole_number: bool = False
    minutes: int = Field(default=10, ge=1, le=LONGEST_SHARE)


class Share(Answer):
    id: str
    licence_id: str
    kind: Kind
    name: Text
    recipient: str
    recipient_name: str | None
    purpose: str
    whole_number: bool
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class NewShare(Share):
    """`reference` is told once: the recipient's own system checks it here."""

    holder: str = Field(description="脱敏姓名 / masked")
    number: str = Field(description="同意的号码 / masked, or whole as agreed")
    reference: str


class SignatureRequest(Strict):
    recipient: Recipient
    title: Words
    digest: str = Field(pattern=r"^sha-256=:[A-Za-z0-9+/]{43}=:$", description="内容摘要 / as in RFC 9530")


class Signature(Answer):
    title: str
    digest: str
    signed_at: datetime
    expires_at: datetime
    reference: str
