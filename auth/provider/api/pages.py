"""The two small pages that a browser may see on its way: an answer that sends itself, and a dead end."""

import base64
import hashlib
import html
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from auth.provider.api.forms import NEVER_STORED
from auth.provider.authorizations import Reply
from core.problems import Problem

_SEND = "document.forms[0].submit()"
_SEND_HASH = base64.b64encode(hashlib.sha256(_SEND.encode()).digest()).decode()
_FRAME = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title></head>'
    '<body style="font:18px/1.6 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1.5rem">{body}</body></html>'
)


def reply(answered: Reply) -> Response:
    """The client's answer, by redirect or by a form that sends itself (Form Post Response Mode 1.0)."""
    if answered.target.mode == "form_post":
        return _form(answered.target.redirect_uri, answered.parameters)
    return redirect(with_query(answered.target.redirect_uri, answered.parameters))


def redirect(address: str) -> Response:
    """303, so that a browser never sends a body on (RFC 9700, section 4.12)."""
    return RedirectResponse(address, 303, NEVER_STORED)


def dead_end(problem: Problem) -> Response:
    """What a resident reads where no client may be answered."""
    body = (
        "<h1>无法继续登录</h1><p>该服务发来的请求无法处理。请返回该服务重试;如仍不行,请告知该服务。</p>"
        f'<p lang="en">{html.escape(problem.title)}. {html.escape(problem.detail)}</p><p><a href="/">OneCity</a></p>'
    )
    return _page("无法继续登录", body, problem.status, "style-src 'unsafe-inline'")


def with_query(address: str, parameters: Mapping[str, str]) -> str:
    """A registered address with parameters added; it may have a query of its own (RFC 6749, section 3.1.2)."""
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(parameters)}"


def _form(address: str, parameters: Mapping[str, str]) -> Response:
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in parameters.items()
    )
    body = (
        f'<form method="post" action="{html.escape(address)}">{fields}'
        f"<noscript><button>继续 · Continue</button></noscript></form><script>{_SEND}</script>"
    )
    return _page("OneCity", body, 200, f"script-src 'sha256-{_SEND_HASH}'; style-src 'unsafe-inline'")


def _page(title: str, body: str, status: int, sources: str) -> Response:
    policy = f"default-src 'none'; {sources}; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(
        _FRAME.format(title=html.escape(title), body=body), status, {**NEVER_STORED, "Content-Security-Policy": policy}
    )
