"""What departments call to publish, and the manifest's schema."""

import json

from starlette.requests import Request
from starlette.responses import Response

from core.access import department_of
from core.bodies import answer, read_bytes
from core.problems import ContentTooLarge, UnsupportedMediaType
from miniapps.api.schemas import ReleaseAnswer
from miniapps.api.state import MiniappsState
from miniapps.errors import PackageTooLarge
from miniapps.schema import SCHEMA

PACKAGE = "application/miniapp-pkg+zip"


async def submit_release(request: Request[MiniappsState]) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PACKAGE:
        raise UnsupportedMediaType(f"Send the zip as {PACKAGE}.")
    limit = request.state["package_limits"].zipped
    try:
        content = await read_bytes(request, limit)
    except ContentTooLarge as error:
        raise PackageTooLarge(f"Send at most {limit} bytes.", limit=limit) from error
    release = await request.state["releases"].submit(content, department_of(request).department)
    return answer(ReleaseAnswer.of(release), 201, {"Location": f"/dept/v1/releases/{release.id}"})


async def show_release(request: Request[MiniappsState]) -> Response:
    release_id = request.path_params["release_id"]
    release = await request.state["releases"].find(release_id, department_of(request).department)
    return answer(ReleaseAnswer.of(release))


async def publish_release(request: Request[MiniappsState]) -> Response:
    release_id, client = request.path_params["release_id"], department_of(request)
    release = await request.state["releases"].publish(release_id, client.department, by=client.client)
    return answer(ReleaseAnswer.of(release))


async def show_manifest_schema(_: Request[MiniappsState]) -> Response:
    return Response(
        json.dumps(SCHEMA, ensure_ascii=False),
        headers={"Cache-Control": "max-age=300"},
        media_type="application/schema+json",
    )
