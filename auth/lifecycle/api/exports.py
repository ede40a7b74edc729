"""All that an account has, to take along."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from auth.lifecycle.api.schemas import ExportAnswer, ExportsAnswer, LinkAnswer
from auth.lifecycle.api.state import LifecycleState
from core.access import resident_of
from core.bodies import answer

ZIP = "application/zip"
_HEADERS = {
    "Content-Disposition": 'attachment; filename="onecity-data.zip"',
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


async def ask_export(request: Request[LifecycleState]) -> Response:
    lifecycle = request.state["lifecycle"]
    export = await lifecycle.exports.ask(resident_of(request))
    lifecycle.worker.wake()
    return answer(ExportAnswer.of(export, lifecycle.exports.state_of(export)), 202)


async def list_exports(request: Request[LifecycleState]) -> Response:
    exports = request.state["lifecycle"].exports
    found = await exports.listed(resident_of(request).account)
    return answer(ExportsAnswer(items=[ExportAnswer.of(each, exports.state_of(each)) for each in found]))


async def link_export(request: Request[LifecycleState]) -> Response:
    secret = await request.state["lifecycle"].exports.link(resident_of(request), request.path_params["export_id"])
    seconds = request.state["auth_settings"].lifecycle.link_hours * 3600
    url = f"{request.state['lifecycle'].origin}/api/v1/downloads/{secret}"
    return answer(LinkAnswer(url=url, expires_in=seconds), 201, {"Cache-Control": "no-store"})


async def download_export(request: Request[LifecycleState]) -> Response:
    """A HEAD, such as a previewing program sends, uses nothing up and learns nothing."""
    if request.method == "HEAD":
        return Response(headers=_HEADERS, media_type=ZIP)
    account, secret = resident_of(request).account, request.path_params["download"]
    pieces = await request.state["lifecycle"].exports.fetch(account, secret)
    return StreamingResponse(pieces, headers=_HEADERS, media_type=ZIP)
