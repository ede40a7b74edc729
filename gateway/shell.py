"""The resident's PWA, as files: the built folder under `/`, and its first page for every path of the app itself."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_NOT_PAGES = frozenset(
    {
        "api",
        "dept",
        "oauth",
        "dev",
        "assets",
        ".well-known",
        "channels",
        "problems",
        "schemas",
        "svc",
        "sdk",
        "metrics",
        "staff",
        "external",
    }
)
_IMMUTABLE = "public, max-age=31536000, immutable"


class Shell(StaticFiles):
    """Hashed assets for ever, everything else revalidated; a path that is no file and has no dot is a page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._first_page = folder / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not self._is_page(path, scope):  # noqa: PLR2004 - Not Found
                raise
            response = FileResponse(self._first_page)
        response.headers["Cache-Control"] = _IMMUTABLE if path.startswith("assets/") else "no-cache"
        return response

    def _is_page(self, path: str, scope: Scope) -> bool:
        first = path.partition("/")[0]
        return (
            first not in _NOT_PAGES
            and "." not in path.rpartition("/")[2]
            and scope["method"] in {"GET", "HEAD"}
            and self._first_page.exists()
        )


def shell_policy(mini_domain: str, *, secure: bool) -> str:
    """The shell's Content-Security-Policy: its own code only, frames and icons from the mini-service hosts."""
    minis = f"{'https' if secure else 'http'}://*.{mini_domain}"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        f"img-src 'self' data: {minis}; frame-src {minis}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
    )
