"""A resident reports; the department reads what is wrong, and not who said so."""

from starlette.requests import Request
from starlette.responses import Response

from core.access import department_of, resident_of
from core.bodies import answer, read_json, read_query
from core.ids import ServiceId
from core.pages import page_of
from miniapps.reports.api.schemas import ReportAnswer, ReportBody, ReportQuery, TakenReport
from miniapps.reports.api.state import ReportsState


async def report_service(request: Request[ReportsState]) -> Response:
    found, service = (await read_json(request, ReportBody)).found(), ServiceId(request.path_params["service_id"])
    report = await request.state["reports"].take(resident_of(request).account, service, found)
    return answer(TakenReport(id=report.id, created_at=report.created_at), 202)


async def list_reports(request: Request[ReportsState]) -> Response:
    query, department = read_query(request, ReportQuery), department_of(request).department
    found = await request.state["reports"].of_department(department, query.limit, query.cursor, query.service)
    return answer(page_of(found, query.limit, lambda report: report.id, ReportAnswer.of))
