"""What can be set about national cryptography; auth/settings.py nests it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from auth.shangmi.keys import PublicKey


def _checked(text: str) -> str:
    PublicKey.of_hex(text)
    return text


class ShangmiSettings(BaseModel):
    """National cryptography: SM2, SM3."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message_keys: dict[str, Annotated[str, AfterValidator(_checked)]] = Field(
        default_factory=dict,
        description="SM2 public keys (130 hexadecimal digits) by client id: they sign each call to `/dept/v1/`.",
    )
    message_seconds: int = Field(
        300,
        ge=30,
        le=3600,
        description="A department's signature is taken for so long, and its clock may differ by it.",
    )
