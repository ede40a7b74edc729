"""The mini-service hosts: the files of the live release under the policy of its manifest, and the SDK.

Caching: everything is revalidated by ETag (the content's own hash), so a release takes effect with the next load and
an unchanged file costs one 304; a request that names a version (`?v=…`) may keep the answer for a year. No cookie is
ever set here.
"""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from core.ids import ServiceId
from miniapps.errors import FileUnknown, ServiceUnknown
from miniapps.package import SUFFIXES
from miniapps.policies import policy_headers
from miniapps.services import LiveService, Services
from miniapps.store import Store

_SDK = "/sdk/v1/"
_SDK_FILES = frozenset({"onecity.js", "onecity.iife.js"})
_IMMUTABLE = "public, max-age=31536000, immutable"
_NO_SERVICE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>没有这项服务</title>
<h1>没有这项服务</h1><p>请回到应用首页重新查找。</p>
<p lang="en">There is no such service. Look for it in the app.</p></html>"""


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
        response = await self._answer(request, scope["service"])
        await response(scope, receive, send)

    async def _answer(self, request: Request[Any], service_id: ServiceId) -> Response:
        path = str(request.scope["path"])
        if path.startswith(_SDK):
            return await self._sdk_file(request, path.removeprefix(_SDK))
        service = await self.services.live(service_id)
        if service is None:
            return self._no_service(request)
        return await self._file(request, service, path.removeprefix("/") or service.manifest.first_page)

    async def _file(self, request: Request[Any], service: LiveService, name: str) -> Response:
        digest = service.files.get(name)
        if digest is None or name == "manifest.json":
            raise FileUnknown("Look at the paths in the package.", hop="gateway")
        shared = name in {icon["src"] for icon in service.manifest.content["icons"]}
        headers = dict(self._policy(service))
        if shared:  # the app shows the icon on its own pages
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers |= {
            "ETag": f'"{digest}"',
            "Cache-Control": _IMMUTABLE if "v" in request.query_params else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if digest in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        media = SUFFIXES[name.rpartition(".")[2].lower()]
        return await self._content(request.headers, digest, headers, media)

    async def _content(self, received: Headers, digest: str, headers: Mapping[str, str], media: str) -> Response:
        compressed = self.store.compressed(digest) if "gzip" in received.get("accept-encoding", "") else None
        encoding = {"Content-Encoding": "gzip"} if compressed else {}
        content = await to_thread((compressed or self.store.path(digest)).read_bytes)
        return Response(content, headers={**headers, **encoding, "Content-Type": media})

    async def _sdk_file(self, request: Request[Any], name: str) -> Response:
        if name not in _SDK_FILES:
            raise FileUnknown(f"The SDK's files are {', '.join(sorted(_SDK_FILES))}.", hop="gateway")
        content = await to_thread((self.sdk / name).read_bytes)
        etag = f'"{sha256(content).hexdigest()}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "no-cache",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers={**headers, "Content-Type": SUFFIXES["js"]})

    def _policy(self, service: LiveService) -> list[tuple[str, str]]:
        scopes = [scope.name for scope in service.scopes]
        return policy_headers(self.app_origin, scopes, service.manifest.external, secure=self.secure)

    def _no_service(self, request: Request[Any]) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            raise ServiceUnknown("Take an id from /api/v1/services.", hop="gateway")
        policy = f"default-src 'none'; frame-ancestors {self.app_origin}"
        return HTMLResponse(_NO_SERVICE, 404, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})
