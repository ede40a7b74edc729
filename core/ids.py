"""Identifiers: what they are called and how they are made."""

import secrets
from datetime import datetime
from typing import NewType

AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
DepartmentId = NewType("DepartmentId", str)
ServiceId = NewType("ServiceId", str)
UpstreamId = NewType("UpstreamId", str)
ReleaseId = NewType("ReleaseId", str)
NoticeId = NewType("NoticeId", str)
MandateId = NewType("MandateId", str)
Subject = NewType("Subject", str)
"""A pairwise identifier (OpenID Connect Core 8.1): one resident as one sector knows them."""

ID_PATTERN = r"^[0-9a-hjkmnp-tv-z]{26}$"
"""What `new_id` makes, for schemas and paths."""

BEYOND_IDS = "z" * 26
"""Sorts behind every id, in each database's order of letters: signs like `~` stand before digits in many."""

LABEL_PATTERN = r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$"
"""Names that people choose for services, upstreams and departments: one DNS label (RFC 1035, section 2.3.1)."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: datetime) -> str:
    """26 characters that sort by time: 48 bits of milliseconds, 80 of chance (a lower-case ULID)."""
    return in_base_32(int(now.timestamp() * 1000) << 80 | secrets.randbits(80), 26)


def new_secret() -> str:
    """256 bits of chance, safe in a URL and a cookie."""
    return secrets.token_urlsafe(32)


def in_base_32(number: int, length: int) -> str:
    """`number` in Crockford's base 32, lower case, with leading zeros."""
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -5, -5))
