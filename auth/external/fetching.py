"""Calls to providers: each with one deadline for all of it, a limit on what is read, and no redirect followed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.external.errors import ProviderSilent
from core.bodies import parse_json
from core.outbound import Outbound, OutboundError
from core.problems import BadRequest

ANSWER_LIMIT = 128 * 1024
"""Bytes of any answer: a key set of fifty keys has a quarter of it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A JSON object that a provider answered, and the status it came with."""

    status: int
    content: Mapping[str, Any]


class Fetcher:
    """Asks providers; `seconds` bound one whole call."""

    def __init__(self, outbound: Outbound, seconds: float) -> None:
        self._outbound = outbound
        self._seconds = seconds

    async def get(self, url: str) -> Fetched:
        """The JSON object at an address; raises ProviderSilent, for an answer other than 200 as well."""
        fetched = await self._fetch("GET", url, {}, b"")
        if fetched.status != 200:  # noqa: PLR2004 - OK
            raise ProviderSilent(f"the provider answered {fetched.status}")
        return fetched

    async def post(self, url: str, form: bytes, headers: Mapping[str, str]) -> Fetched:
        """What the provider answers to a form; raises ProviderSilent."""
        media = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self._fetch("POST", url, {**media, **headers}, form)

    async def _fetch(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Fetched:
        plain = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._outbound.stream(method, url, headers=plain, content=content) as response,
            ):
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise ProviderSilent("the provider compressed what was to be plain")
                text = await _limited(response.aiter_raw())
        except (OutboundError, TimeoutError) as error:
            raise ProviderSilent("the provider brought no whole answer in time") from error
        return Fetched(response.status_code, _object(text))


async def _limited(pieces: Any) -> bytes:
    text = b""
    async for piece in pieces:
        text += piece
        if len(text) > ANSWER_LIMIT:
            raise ProviderSilent(f"the provider's answer is longer than {ANSWER_LIMIT} bytes")
    return text


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        value = parse_json(text)
    except BadRequest as error:
        raise ProviderSilent("the provider's answer is no JSON") from error
    if not isinstance(value, dict):
        raise ProviderSilent("the provider's answer is no JSON object")
    return value
