"""The pages that the gateway itself shows: what a problem type means (docs/problems.md, served at the type's URL)."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from core.access import public
from core.operations import Operation
from core.problems import NotFound


class PagesState(TypedDict):
    problem_texts: Mapping[str, str]
    """Each problem's text by its slug."""


class NoSuchProblem(NotFound):
    title = "No problem has that name"


def problem_texts(file: Path) -> dict[str, str]:
    """Each problem's text by its slug: the headings `## slug` of docs/problems.md."""
    parts = re.split(r"^## ([a-z0-9-]+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))


def page(title: str, body: str) -> str:
    """A small page in the look of the app; `body` is HTML."""
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{html.escape(title)}</title><style>
:root{{color-scheme:light dark}}
body{{font:16px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:42rem;margin:0 auto;padding:1.5rem}}
h1{{font-size:1.375rem}}table{{width:100%;border-collapse:collapse}}
td,th{{text-align:left;padding:.6rem .5rem;border-bottom:1px solid #8884}}
.code{{font-size:1.375rem;font-variant-numeric:tabular-nums;letter-spacing:.1em}}
</style></head><body><h1>{html.escape(title)}</h1>{body}</body></html>"""


async def show_problem(request: Request[PagesState]) -> Response:
    slug = request.path_params["slug"]
    text = request.state["problem_texts"].get(slug)
    if text is None:
        raise NoSuchProblem("The names stand in docs/problems.md.")
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return HTMLResponse(page(slug, paragraphs))


OPERATIONS = (
    Operation(
        method="GET",
        path="/problems/{slug}",
        endpoint=show_problem,
        guard=public,
        summary="What a problem type means and what to do",
        tag="contract",
        answer_media="text/html",
        problems=(NoSuchProblem,),
    ),
)
