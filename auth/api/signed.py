"""A signed request, as auth/shangmi/messages.py verifies it."""

from typing import Any

from starlette.requests import Request

from auth.errors import SignatureRefused
from auth.shangmi.messages import Message, SignedHeaders

MOST_BYTES = 25_000_000
"""More than any endpoint for departments takes; each has its own limit besides."""


async def message_of(request: Request[Any]) -> Message:
    """The request with its whole body, which the endpoint then finds read; raises SignatureRefused."""
    length = request.headers.get("content-length", "")
    if "transfer-encoding" in request.headers or (length and not (length.isdecimal() and int(length) <= MOST_BYTES)):
        raise SignatureRefused(f"Send a signed message with its Content-Length, {MOST_BYTES} bytes at most.")
    return Message(
        method=request.method,
        path=request.scope["raw_path"].partition(b"?")[0].decode("ascii", "replace"),
        query=request.scope["query_string"].decode("ascii", "replace"),
        body=await request.body(),
    )


def signed_headers_of(request: Request[Any]) -> SignedHeaders:
    """The three header fields, empty where they are missing; one that comes twice is no signature."""
    names = ("content-digest", "signature-input", "signature")
    return SignedHeaders(*(", ".join(request.headers.getlist(name)) for name in names))
