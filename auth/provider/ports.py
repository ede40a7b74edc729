"""What the OpenID provider asks of others."""

from typing import Protocol

from core.bodies import Localized
from core.ids import DepartmentId


class DepartmentNames(Protocol):
    """Knows what departments are called."""

    async def name(self, department_id: DepartmentId) -> Localized:
        """Its name; the id itself for one that was never entered."""
        ...
