"""One file on the wire: conditional requests and content negotiation (RFC 9110, sections 12.5.3 and 13.1.2)."""

import re
from asyncio import to_thread
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.responses import Response

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_NO_WEIGHT = re.compile(r"q\s*=\s*0(\.0*)?$")


async def answer_file(
    received: Headers, digest: str, headers: Mapping[str, str], read: Callable[[], bytes], *, gzipped: bool
) -> Response:
    """The file, or 304 for a client that has it; `read` runs in a thread. The two codings have a tag each."""
    tag = f"{digest}.gz" if gzipped else digest
    headers = {**headers, "ETag": f'"{tag}"', "Vary": "Accept-Encoding"}
    if has_it(received, tag):
        return Response(status_code=304, headers={name: headers[name] for name in headers if name != "Content-Type"})
    content = await to_thread(read)
    return Response(content, headers={**headers, "Content-Encoding": "gzip"} if gzipped else headers)


def has_it(received: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag; the comparison is the weak one."""
    asked = received.get("if-none-match", "")
    return asked.strip() == "*" or tag in _TAG.findall(asked)


def accepts_gzip(received: Headers) -> bool:
    """Whether the client names gzip, and not to refuse it."""
    offers = [each.strip().lower() for each in received.get("accept-encoding", "").split(",")]
    named = [each.partition(";") for each in offers]
    return any(coding.strip() == "gzip" and not _NO_WEIGHT.search(weight) for coding, _, weight in named)
