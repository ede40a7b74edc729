"""The development outbox: the codes that a real city would send by SMS. Served only with `development_outbox`."""

import html
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from auth.models import SentSMS
from auth.sms import Outbox
from core.access import public
from core.bodies import Answer, answer
from core.operations import Operation
from gateway.pages import page


class SentText(Answer):
    phone: str
    text: str
    code: str
    at: datetime


class SentTexts(Answer):
    items: list[SentText]


async def show_outbox(request: Request[Any]) -> Response:
    sent = await _newest(request)
    lines = "".join(map(_line, sent)) or "<tr><td>还没有短信。先在应用里获取验证码。</td></tr>"
    body = f"<p>演示环境的短信都在这里,最新的在最上面。</p><table>{lines}</table>"
    return HTMLResponse(page("短信发件箱 · Development outbox", body), headers={"Refresh": "3"})


async def list_outbox(request: Request[Any]) -> Response:
    sent = await _newest(request)
    return answer(
        SentTexts(items=[SentText(phone=each.phone, text=each.text, code=each.code, at=each.at) for each in sent])
    )


async def _newest(request: Request[Any]) -> list[SentSMS]:
    outbox: Outbox = request.state["outbox"]
    return await outbox.newest()


def _line(sent: SentSMS) -> str:
    return (
        f"<tr><td>{html.escape(sent.phone)}<br><small>{sent.at:%H:%M:%S} UTC</small></td>"
        f'<td class="code">{html.escape(sent.code or sent.text)}</td></tr>'
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/dev/outbox",
        endpoint=show_outbox,
        guard=public,
        summary="The text messages of the demo, as a page",
        tag="development",
        answer_media="text/html",
    ),
    Operation(
        method="GET",
        path="/dev/outbox.json",
        endpoint=list_outbox,
        guard=public,
        summary="The text messages of the demo",
        tag="development",
        answer=SentTexts,
    ),
)
