"""The register of departments."""

from core.bodies import Localized
from core.database import transaction
from core.ids import DepartmentId
from miniapps.changes import announce
from miniapps.models import Department


class Departments:
    async def add(self, department_id: DepartmentId, name: Localized) -> None:
        """Enter a department, or change its name."""
        async with transaction():
            await Department.update_or_create({"name": name}, id=department_id)
            await announce("services")

    async def name(self, department_id: DepartmentId) -> Localized:
        """Its name; the id itself for one that was never entered."""
        department = await Department.get_or_none(id=department_id)
        return localized(department.name) if department else {"zh-CN": department_id}


def localized(text: dict[str, str]) -> Localized:
    """A text out of the database, in the languages it has."""
    known: Localized = {"zh-CN": text["zh-CN"]}
    if "en" in text:
        known["en"] = text["en"]
    return known
