"""Another phone, another name, two accounts that become one, the end of an account."""

from starlette.requests import Request
from starlette.responses import Response

from auth.api.schemas import AccountAnswer, AskForCode, CodeSent
from auth.guard.api.callers import caller_of
from auth.guard.attempts import AttemptKind
from auth.lifecycle.api.schemas import DeletionAnswer, MergeAnswer, MergeBody, MergesAnswer, NewName, NewPhone
from auth.lifecycle.api.state import LifecycleState
from auth.lifecycle.merges import Merges, OtherAccount
from auth.lifecycle.numbers import Numbers
from auth.phones import phone_of
from core.access import resident_of
from core.bodies import answer, read_json


async def send_phone_change_code(request: Request[LifecycleState]) -> Response:
    return await _send(request, request.state["lifecycle"].numbers)


async def change_phone(request: Request[LifecycleState]) -> Response:
    body = await read_json(request, NewPhone)
    account = await request.state["lifecycle"].numbers.change(resident_of(request), body.phone, body.code)
    return answer(AccountAnswer.of(account))


async def change_name(request: Request[LifecycleState]) -> Response:
    body = await read_json(request, NewName)
    account = await request.state["lifecycle"].names.change(resident_of(request), body.name, body.id_number)
    return answer(AccountAnswer.of(account))


async def send_merge_code(request: Request[LifecycleState]) -> Response:
    return await _send(request, request.state["lifecycle"].merges)


async def merge_accounts(request: Request[LifecycleState]) -> Response:
    body = await read_json(request, MergeBody)
    other = OtherAccount(body.phone, body.code, body.method, body.factor_code)
    return answer(MergeAnswer.of(await request.state["lifecycle"].merges.merge(resident_of(request), other)), 201)


async def list_merges(request: Request[LifecycleState]) -> Response:
    found = await request.state["lifecycle"].merges.undoable(resident_of(request).account)
    return answer(MergesAnswer(items=[MergeAnswer.of(each) for each in found]))


async def undo_merge(request: Request[LifecycleState]) -> Response:
    await request.state["lifecycle"].merges.undo(resident_of(request), request.path_params["merge_id"])
    return Response(status_code=204)


async def ask_deletion(request: Request[LifecycleState]) -> Response:
    due = await request.state["lifecycle"].deletions.ask(resident_of(request))
    request.state["lifecycle"].worker.wake()
    return answer(DeletionAnswer(deletes_at=due), 202)


async def show_deletion(request: Request[LifecycleState]) -> Response:
    due = await request.state["lifecycle"].deletions.due(resident_of(request).account)
    return answer(DeletionAnswer(deletes_at=due))


async def cancel_deletion(request: Request[LifecycleState]) -> Response:
    await request.state["lifecycle"].deletions.cancel(resident_of(request).account)
    return Response(status_code=204)


async def _send(request: Request[LifecycleState], sender: Numbers | Merges) -> Response:
    """Behind the same limits and challenges as a code to sign in with."""
    resident, body = resident_of(request), await read_json(request, AskForCode)
    sender.check_fresh(resident)
    caller, phone = caller_of(request, body.proof), phone_of(body.phone)
    await request.state["guard"].attempts.before(AttemptKind.SEND, phone, caller)
    await sender.send_code(resident, phone, caller.address)
    settings = request.state["auth_settings"]
    return answer(CodeSent(expires_in=settings.code_seconds, resend_in=settings.resend_seconds), 202)
