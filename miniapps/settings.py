"""What can be set about packages and hosting; the gateway reads it from the environment."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class PackageLimits(BaseModel):
    """What a package may be at the most; sizes in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zipped: int = Field(20 * 2**20, ge=1024, description="Size of the zip.")
    entry: int = Field(4 * 2**20, ge=1024, description="Size of one file, unpacked.")
    files: int = Field(2000, ge=1, description="Number of files.")
    unpacked: int = Field(100 * 2**20, ge=1024, description="Size of all files together, unpacked.")
    ratio: int = Field(100, ge=1, description="Unpacked size over packed size, of one file and of all.")
    first_page: int = Field(2 * 2**20, ge=1024, description="Size of what the first page may need; more is a warning.")


class MiniappsSettings(BaseModel):
    """Packages, releases, hosting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: Path = Field(Path("var/packages"), description="Folder for the files of releases, by their content.")
    limits: PackageLimits = Field(default_factory=PackageLimits, description="What a package may be.")
    max_body_bytes: int = Field(
        16 * 2**20,
        ge=1024,
        description="Bytes of the largest body that a department may allow, unless the register says otherwise for it.",
    )
    cache_seconds: float = Field(
        2, ge=0, le=4, description="How long a worker may take to see a release that another one published."
    )
