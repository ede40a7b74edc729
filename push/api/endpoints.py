"""A department sends; a resident reads, and lets browsers be told."""

from starlette.requests import Request
from starlette.responses import Response

from core.access import department_of, resident_of
from core.bodies import answer, read_json, read_query
from core.pages import PageQuery, page_of
from push.api.schemas import (
    InboxQuery,
    NoticeBody,
    SentNotice,
    Subscribed,
    SubscriptionBody,
    ThreadAnswer,
    ThreadQuery,
    Unread,
    VapidKey,
    notice_of,
)
from push.api.state import PushState


async def send_notice(request: Request[PushState]) -> Response:
    body = await read_json(request, NoticeBody)
    key = request.headers.get("idempotency-key", "")
    sent = await request.state["notices"].send(department_of(request), body.request(), key)
    return answer(SentNotice(id=sent.id, created_at=sent.created_at), 201)


async def list_notices(request: Request[PushState]) -> Response:
    query = read_query(request, InboxQuery)
    account = resident_of(request).account
    messages = await request.state["inbox"].page(account, query.limit, query.cursor, query.wanted())
    return answer(page_of(messages, query.limit, lambda message: message.notice.id, notice_of))


async def list_threads(request: Request[PushState]) -> Response:
    query = read_query(request, PageQuery)
    found = await request.state["threads"].page(resident_of(request).account, query.limit, query.cursor)
    return answer(page_of(found, query.limit, lambda thread: thread.newest.notice.id, ThreadAnswer.of))


async def count_unread(request: Request[PushState]) -> Response:
    return answer(Unread(count=await request.state["inbox"].unread(resident_of(request).account)))


async def get_notice(request: Request[PushState]) -> Response:
    message = await request.state["inbox"].find(resident_of(request).account, request.path_params["notice_id"])
    return answer(notice_of(message))


async def read_notice(request: Request[PushState]) -> Response:
    await request.state["inbox"].read(resident_of(request).account, request.path_params["notice_id"])
    return Response(status_code=204)


async def read_all_notices(request: Request[PushState]) -> Response:
    query = read_query(request, ThreadQuery)
    await request.state["inbox"].read_all(resident_of(request).account, query.wanted())
    return Response(status_code=204)


async def get_vapid_key(request: Request[PushState]) -> Response:
    return answer(VapidKey(key=request.state["vapid"].public_key))


async def add_subscription(request: Request[PushState]) -> Response:
    body = await read_json(request, SubscriptionBody)
    resident = resident_of(request)
    subscription = await request.state["push_subscriptions"].add(
        resident.account, resident.session, body.endpoint, body.receiver()
    )
    return answer(Subscribed(id=subscription), 201)


async def remove_subscription(request: Request[PushState]) -> Response:
    subscription = request.path_params["subscription_id"]
    await request.state["push_subscriptions"].remove(resident_of(request).account, subscription)
    return Response(status_code=204)
