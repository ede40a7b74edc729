"""What the endpoints take and give."""

from datetime import datetime
from typing import Any

from pydantic import Field

from mock_services.shared.reading import Strict
from mock_services.shared.wire import Answer

LONGEST_WAIT = 20
MOST_PARTS = 20
LONGEST_TOKEN = 20 * 1024
"""The result of an intent with 4 kB in it, as a token writes them."""
LARGEST_DOWNLOAD = 4 * 1024 * 1024


class EchoRequest(Strict):
    text: str = Field(max_length=1000)


class Echo(Answer):
    text: str
    at: datetime


class WaitQuery(Strict):
    seconds: float = Field(default=2, ge=0, le=LONGEST_WAIT, description="等待秒数 / how long to wait")


class Waited(Answer):
    seconds: float


class Survived(Answer):
    tries: int = Field(description="第几次才成功 / how often it was asked")


class PartsQuery(Strict):
    parts: int = Field(default=5, ge=1, le=MOST_PARTS, description="分几段 / how many parts")


class BytesQuery(Strict):
    bytes: int = Field(default=512 * 1024, ge=0, le=LARGEST_DOWNLOAD, description="字节数 / how many bytes")


class Received(Answer):
    bytes: int
    media_type: str
    digest: str = Field(description="如 RFC 9530 / as in RFC 9530")


class NoteRequest(Strict):
    text: str = Field(min_length=1, max_length=200)


class Note(Answer):
    """Also a finished event: its `id` is what `city.rate` is given."""

    id: str
    text: str
    made_at: datetime


class TokenRequest(Strict):
    token: str = Field(max_length=LONGEST_TOKEN)


class Verified(Answer):
    """What the city signed, as this department's own server read it."""

    claims: dict[str, Any]
