"""What one call reached, as the data path tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Action = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Access:
    """Whose data, on which mandate and by whom, through which service, at which department, and under which scopes.

    It is the same for every call of a resident to an operation; what varies is given with each entry.
    """

    account: str
    mandate: str | None
    service: str
    department: str
    upstream: str
    operation: str
    action: Action
    summary: Mapping[str, str]
    scopes: tuple[str, ...]
    actor: str | None = None
