"""The shapes of storage on the wire."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.bodies import Answer, Body
from core.ids import ID_PATTERN


class StorageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mandate: Annotated[
        str | None,
        Field(pattern=ID_PATTERN, description="on which one acts for another: each mandate has a storage of its own"),
    ] = None


class StoredValue(Body):
    value: Any = Field(description="any JSON; null removes the key")


class StorageAnswer(Answer):
    keys: list[str]
    used: int = Field(description="bytes of keys and JSON")
    quota: int


class KeptAnswer(Answer):
    key: str
    value: Any
    updated_at: AwareDatetime
