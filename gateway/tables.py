"""Which packages own tables: what the migrations run over."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.database import configuration

APPS: Mapping[str, str] = MappingProxyType(
    {
        "auth": "auth",
        "credentials": "auth.credentials",
        "external": "auth.external",
        "security": "auth.security",
        "guard": "auth.guard",
        "intents": "miniapps.intents",
        "ledger": "gateway.ledger",
        "lifecycle": "auth.lifecycle",
        "mandates": "auth.mandates",
        "miniapps": "miniapps",
        "proofing": "auth.proofing",
        "provider": "auth.provider",
        "proxy": "gateway.proxy",
        "push": "push",
        "ratings": "miniapps.ratings",
        "reports": "miniapps.reports",
        "staff": "auth.staff",
        "storage": "miniapps.storage",
    }
)

DRAFTING: dict[str, Any] = configuration("sqlite://:memory:", APPS)
"""For Tortoise's command: `tortoise -c gateway.tables.DRAFTING makemigrations`."""
