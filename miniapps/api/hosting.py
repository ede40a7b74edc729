"""The mini-service hosts: the files of the live release under the policy of its manifest, and the SDK.

Caching: everything is revalidated by ETag (the content's own hash), so a release takes effect with the next load and
an unchanged file costs one 304. A file other than a page that is asked for by the live release's own version code
(`?v=7`) may be kept for a year. By another's it may not: a new page may reach a worker that does not know the new
release yet, and the old file would stay for a year under the new version's name. No cookie is ever set here, and no
service worker is let in: it would go on serving a release that was taken back.
"""

import json
import re
from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from core.ids import ServiceId
from core.problems import InternalError, NotFound
from core.telemetry import log
from miniapps.api.serving import accepts_gzip, answer_file
from miniapps.errors import FileUnknown, ServiceUnknown
from miniapps.package import media_type, suffix_of
from miniapps.policies import policy_headers
from miniapps.services import LiveService, Services
from miniapps.store import Store

_SDK = "/sdk/v1/"
_PLACE = "/sdk/v1/place.json"
_SDK_FILE = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)?\.(?:js|css|json|html)")
"""What of the built SDK is published: neither its types nor maps, and nothing in a folder below."""
_FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_IMMUTABLE = "public, max-age=31536000, immutable"
_NOT_HERE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>没有找到</title>
<h1>{chinese}</h1><p>请回到应用首页重新查找。</p><p lang="en">{english} Look for it in the app.</p></html>"""


@dataclass(frozen=True, slots=True)
class MiniHost:
    """An ASGI application for GET and HEAD; the gateway says for which service in `scope["service"]`."""

    services: Services
    store: Store
    sdk: Path
    app_origin: str
    secure: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request[Any](scope, receive)
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405, "Only GET and HEAD here; calls go to /svc/.", {"Allow": "GET, HEAD"})
        try:
            response = await self._answer(request, scope["service"])
        except NotFound as missing:
            response = self._page_of(request, missing)
        if request.method == "HEAD":
            response.body = b""  # Content-Length stays (RFC 9110, section 9.3.2)
        await response(scope, receive, send)

    async def _answer(self, request: Request[Any], service_id: ServiceId) -> Response:
        path = str(request.scope["path"])
        if path.startswith(_SDK) and path != _PLACE:
            return await self._sdk_file(request, path.removeprefix(_SDK))
        service = await self.services.live(service_id)
        if service is None:
            raise ServiceUnknown("Take an id from /api/v1/services.", hop="gateway")
        if path == _PLACE:
            return await self._place(request, service)
        first = service.manifest.first_page
        if path == "/" and "/" in first:  # what it names relatively lies in its own folder
            return RedirectResponse(
                f"/{quote(first)}", 307, {**self._policy(service, first), "Cache-Control": "no-cache"}
            )
        return await self._file(request, service, path.removeprefix("/") or first)

    async def _file(self, request: Request[Any], service: LiveService, name: str) -> Response:
        digest = service.files.get(name)
        if digest is None or name == "manifest.json" or "service-worker" in request.headers:
            raise FileUnknown("Look at the paths in the package; service workers are not taken.", hop="gateway")
        twin = self.store.compressed(digest) if accepts_gzip(request.headers) else None
        headers = {
            **self._policy(service, name),
            "Cache-Control": _caching(request, service, name),
            "Content-Type": media_type(name),
        }
        path = twin or self.store.path(digest)
        try:
            return await answer_file(request.headers, digest, headers, path.read_bytes, gzipped=bool(twin))
        except OSError as error:
            log(__name__).error("a release's file cannot be read", service=service.id, digest=digest, error=str(error))
            raise InternalError("A file of this service is lost: report the request id.", hop="gateway") from error

    async def _place(self, request: Request[Any], service: LiveService) -> Response:
        """Which service this is and where its app is: what a page that no app frames can learn in no other way."""
        known = {"id": service.id, "name": service.name, "version": service.manifest.version_name}
        content = json.dumps({"app": self.app_origin, "service": known}, ensure_ascii=False).encode()
        headers = {
            **self._policy(service, "place.json"),
            "Cache-Control": "no-cache",
            "Content-Type": media_type(_PLACE),
        }
        return await answer_file(request.headers, sha256(content).hexdigest(), headers, lambda: content, gzipped=False)

    async def _sdk_file(self, request: Request[Any], name: str) -> Response:
        """A file of the SDK; its one page, the carrier of calls that had waited, is for frames of the app alone."""
        file = self.sdk / name
        if not _SDK_FILE.fullmatch(name) or "service-worker" in request.headers or not file.is_file():
            raise FileUnknown("The SDK's files are named in /sdk/v1/sri.json.", hop="gateway")
        plain = await to_thread(file.read_bytes)
        headers = {
            **dict(policy_headers(self.app_origin, (), (), secure=self.secure)),
            **({} if suffix_of(name) == "html" else _FOR_EVERYBODY),
            "Cache-Control": "no-cache",
            "Content-Type": media_type(name),
        }
        gzipped = accepts_gzip(request.headers)
        return await answer_file(
            request.headers,
            sha256(plain).hexdigest(),
            headers,
            lambda: compress(plain, 9, mtime=0) if gzipped else plain,
            gzipped=gzipped,
        )

    def _policy(self, service: LiveService, name: str) -> Mapping[str, str]:
        scopes = [scope.name for scope in service.scopes]
        headers = dict(policy_headers(self.app_origin, scopes, service.manifest.external, secure=self.secure))
        if name in service.manifest.icons:  # the app shows it on its own pages
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return headers

    def _page_of(self, request: Request[Any], missing: NotFound) -> Response:
        """What is not there: a page for people, and for programs the problem itself, raised again."""
        if not re.search(r"\btext/html\b", request.headers.get("accept", "")):
            raise missing
        gone = isinstance(missing, ServiceUnknown)
        text = _NOT_HERE.format(
            chinese="没有这项服务" if gone else "没有这个页面",
            english="There is no such service." if gone else "There is no such page.",
        )
        headers = dict(policy_headers(self.app_origin, (), (), secure=self.secure))
        return HTMLResponse(text, 404, {**headers, "Cache-Control": "no-store"})


def _caching(request: Request[Any], service: LiveService, name: str) -> str:
    named = request.query_params.get("v") == str(service.manifest.version_code)
    return _IMMUTABLE if named and suffix_of(name) != "html" else "no-cache"
