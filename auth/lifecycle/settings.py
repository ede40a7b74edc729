"""What can be set about this room; auth/settings.py nests it."""

from pydantic import BaseModel, ConfigDict, Field


class LifecycleSettings(BaseModel):
    """An account over the years: another phone, another name, merged, exported, deleted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recycled_idle_days: int = Field(
        90,
        ge=30,
        description="A number whose account is worth protecting and was not used for so long may be somebody else's by "
        "now: a text message alone does not open that account any more.",
    )
    newcomer_seconds: int = Field(
        900, ge=60, le=3600, description="Time that somebody with such a number has to say that they are new."
    )
    merge_undo_days: int = Field(
        30, ge=1, le=90, description="Two accounts that were merged can be parted for so long."
    )
    deletion_days: int = Field(
        15,
        ge=0,
        le=90,
        description="A deletion that departments are to hear of waits for so long, and can be cancelled.",
    )
    work_seconds: float = Field(
        5, gt=0, le=300, description="Deletions and exports that are due are looked for so often."
    )
    lease_seconds: int = Field(
        600, ge=30, le=3600, description="A deletion or export that a process left undone is taken up after so long."
    )
    export_days: int = Field(7, ge=1, le=30, description="An archive that nobody fetched is removed after so long.")
    exports_day: int = Field(3, ge=1, le=100, description="Archives that one account may ask for in a day.")
    link_hours: int = Field(24, ge=1, le=72, description="Life of an archive's one link.")
