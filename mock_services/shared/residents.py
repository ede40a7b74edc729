"""The demo's residents, as other departments' records name them."""

from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

DEMO_RESIDENTS = Path(str(files("mock_services").joinpath("demo_residents.json")))


class DemoResident(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    id_number: str


def demo_residents(path: Path = DEMO_RESIDENTS) -> list[DemoResident]:
    return TypeAdapter(list[DemoResident]).validate_json(path.read_bytes())
