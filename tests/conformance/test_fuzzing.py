"""Generated requests over the OpenAPI document: no 5xx, no answer that the document does not know."""

import asyncio
import sys
from collections import defaultdict
from contextlib import aclosing
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.columns import to_json
from core.access import Scope as DepartmentScope
from core.access import StaffRole
from core.database import rows
from gateway.app import create_app
from gateway.middleware import route_of
from gateway.settings import Settings
from tests.harness.clock import ManualClock
from tests.harness.gateway import Gateway, settings_for
from tests.harness.ports import free_port
from tests.harness.servers import served

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
OK = 200
NO_TOKEN = {"GET /oauth/userinfo", "POST /oauth/userinfo"}
"""What wants a client's token, which the fuzzer has not."""
LEFT_OUT = (
    "/api/v1/live",  # never ends, by design
    "/api/v1/sessions/current",  # would sign the fuzzer out
    "/api/v1/sessions/{session_id}",  # the same, with the id that it learns from the list
    "/api/v1/account/deletion",  # nothing waits for a department here: the fuzzer would be gone at once
    "/api/v1/sign-out",  # the same
    "/dept/v1/clients/{client_id}",  # would disable the department's own system, which it learns of from the list
    "/dev/outbox.json",  # it learned codes from there, and with one of them stepped up: its cookie is another then
    "/staff/v1/sessions/current",  # would sign the fuzzer's member of staff out
    "/dept/v1/releases",  # takes a zip: hostile ones are built by hand in tests/unit/miniapps
)


class Tally:
    """Around the application: which statuses each operation answered with."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.statuses: dict[str, set[int]] = defaultdict(set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses[f"{scope['method']} {route_of(scope)}"].add(message["status"])
            await send(message)

        await self._app(scope, receive, send_counted)

    @property
    def shut_out(self) -> set[str]:
        """The operations that never said anything but that nobody is there, or that they may not."""
        return {name for name, seen in self.statuses.items() if seen & {401, 403} and not seen - {401, 403, 405}}


async def fuzz(settings: Settings, *headers: str) -> tuple[int, str]:
    """Run schemathesis as its users do; gives its exit status and what it said."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{settings.origin}/openapi.json"]
    options = ["--checks", CHECKS, "--max-examples", "6", "--seed", "1", "--phases", "examples,coverage,fuzzing"]
    options += ["--no-color", "--generation-database", "none", "--max-time", "90", "--max-failures", "20"]
    for path in LEFT_OUT:
        options += ["--exclude-path", path]
    for header in (f"Origin: {settings.origin}", *headers):
        options += ["-H", header]
    process = await asyncio.create_subprocess_exec(
        *command, *options, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")


@pytest.mark.timeout(240)
async def test_generated_requests_find_no_answer_that_is_not_documented(
    database_url: str, tmp_path: Path, clock: ManualClock
) -> None:
    settings = settings_for(database_url, tmp_path, origin=f"http://localhost:{free_port()}")
    application = create_app(settings, clock)
    tally = Tally(application)
    async with served(tally, settings.origin):
        gateway = Gateway(application, application, settings, clock, in_process=False)
        await gateway.register_department()
        await rows("UPDATE provider_client SET scopes = ?", to_json(list(DepartmentScope)))
        staff = gateway.city.identity.rooms.staff
        member, _ = await staff.members.invite(None, name="f", login="fuzzer", department=None, roles=list(StaffRole))
        cookie = f"__Host-onecity_staff={await staff.sessions.open(member.id, 'test')}"
        async with aclosing(await gateway.resident()) as resident, aclosing(await gateway.department()) as department:
            status, said = await fuzz(
                settings,
                f"Cookie: {resident.headers['cookie']}; {cookie}",
                f"Authorization: {department.headers['authorization']}",
                "Idempotency-Key: fuzz",
            )
            employee = gateway.client({"Cookie": cookie})
            ins = ((resident, "/api/v1/account"), (employee, "/staff/v1/me"), (department, "/dept/v1/clients"))
            left = [path for client, path in ins if (await client.get(path)).status_code != OK]
            await employee.aclose()
    assert not left, f"the fuzzer was shut out of {left} before its end: {said}"
    assert status == 0, said
    assert tally.shut_out == NO_TOKEN, said
