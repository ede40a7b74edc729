"""The resident's PWA, as files: the built folder under `/`, and its first page for every path of the app itself."""

import os
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
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
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
"""What the build compressed stands beside each file, the smaller one first."""
_REFUSED = re.compile(r"q=0(\.0*)?$")


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
            response = self.file_response(self._first_page, self._first_page.stat(), scope)
        response.headers["Cache-Control"] = _IMMUTABLE if path.startswith("assets/") else "no-cache"
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, compressed where the build did that and the browser takes it."""
        for coding, ending in _CODINGS:
            compressed = Path(f"{full_path}{ending}")
            if _takes(scope, coding) and compressed.exists():
                response = super().file_response(compressed, compressed.stat(), scope, status_code)
                response.headers["Content-Encoding"] = coding
                break
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Vary"] = "Accept-Encoding"
        return response

    def _is_page(self, path: str, scope: Scope) -> bool:
        first = path.partition("/")[0]
        return (
            first not in _NOT_PAGES
            and "." not in path.rpartition("/")[2]
            and scope["method"] in {"GET", "HEAD"}
            and self._first_page.exists()
        )


def _takes(scope: Scope, coding: str) -> bool:
    """Whether the client names this coding, and not to refuse it."""
    named = (each.partition(";") for each in Headers(scope=scope).get("accept-encoding", "").split(","))
    return any(name.strip() == coding and not _REFUSED.search(weight.strip()) for name, _, weight in named)


def shell_policy(mini_domain: str, *, secure: bool) -> str:
    """The shell's Content-Security-Policy: its own code only, frames and icons from the mini-service hosts."""
    minis = f"{'https' if secure else 'http'}://*.{mini_domain}"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        f"img-src 'self' data: {minis}; frame-src {minis}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
    )
