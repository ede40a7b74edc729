"""Sectors of clients: who knows a resident by the same pairwise name (OpenID Connect Core, section 8.1)."""

from auth.provider.models import Client
from auth.secrecy import digest

_ROOM = 50
"""What the column of sectors leaves beside our prefix."""


def client_sector(client: Client) -> str:
    """The sector's key: clients of one department and environment that name the same sector, and nobody else."""
    name = f"{client.department_id}/{client.environment}/{client.sector}"
    return f"client:{name if len(name) <= _ROOM else digest(name)[:_ROOM]}"
