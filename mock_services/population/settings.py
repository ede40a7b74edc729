from pathlib import Path

from pydantic import Field

from mock_services.shared.settings import DepartmentSettings


class PopulationSettings(DepartmentSettings):
    authority: Path = Field(description="folder of the certificate authority; made if missing")
