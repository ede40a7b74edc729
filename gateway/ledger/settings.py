from pydantic import BaseModel, ConfigDict, Field


class LedgerSettings(BaseModel):
    """The record of access."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    checkpoint_seconds: float = Field(
        60, ge=1, le=3600, description="The tree's size and root are signed so often, when it grew."
    )
    sm2: bool = Field(
        False, description="Sign each checkpoint a second time, with SM2 and SM3; needs libcrypto of OpenSSL 3."
    )
    index_seconds: float = Field(
        1, ge=0.1, le=60, description="New entries are sorted into the residents' views so often."
    )
    keys: int = Field(100_000, ge=100, description="Accounts whose ledger key a worker keeps in memory.")
