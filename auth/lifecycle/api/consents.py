"""What was agreed to, and when: the history, taking all of it back, the receipt."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import ConsentQuery
from auth.lifecycle.api.schemas import ConsentEventAnswer, ReceiptAnswer
from auth.lifecycle.api.state import LifecycleState
from core.access import resident_of
from core.bodies import answer, read_query
from core.ids import ServiceId
from core.pages import page_of


async def list_consent_events(request: Request[LifecycleState]) -> Response:
    query, account = read_query(request, ConsentQuery), resident_of(request).account
    accounts = await request.state["accounts"].kin(account)
    found = await request.state["consents"].history(accounts, query.cursor, query.limit)
    return answer(page_of(found, query.limit, lambda event: event.id, ConsentEventAnswer.of))


async def withdraw_all_consents(request: Request[LifecycleState]) -> Response:
    await request.state["consents"].withdraw_all(resident_of(request).account)
    return Response(status_code=204)


async def show_consent_receipt(request: Request[LifecycleState]) -> Response:
    service = ServiceId(request.path_params["service_id"])
    receipt = await request.state["lifecycle"].receipts.of(resident_of(request).account, service)
    headers = {
        "Content-Disposition": f'attachment; filename="consent-{service}.json"',
        "Cache-Control": "no-store",
    }
    return answer(ReceiptAnswer.model_validate(receipt), headers=headers)
