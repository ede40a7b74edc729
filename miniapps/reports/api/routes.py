"""The operations of reports."""

from core.access import Scope, needs, resident
from core.database import DatabaseBusy
from core.operations import Operation
from core.pages import Page
from miniapps.errors import ServiceUnknown
from miniapps.reports.api import endpoints
from miniapps.reports.api.schemas import ReportAnswer, ReportBody, ReportQuery, TakenReport
from miniapps.reports.errors import TooManyReports

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/api/v1/services/{service_id}/reports",
        endpoint=endpoints.report_service,
        guard=resident,
        summary="Report that something is wrong with a service",
        tag="reports",
        status=202,
        body=ReportBody,
        answer=TakenReport,
        problems=(ServiceUnknown, TooManyReports, DatabaseBusy),
    ),
    Operation(
        method="GET",
        path="/dept/v1/reports",
        endpoint=endpoints.list_reports,
        guard=needs(Scope.REPORTS_READ),
        summary="What residents reported about the department's services, without who",
        tag="reports",
        query=ReportQuery,
        answer=Page[ReportAnswer],
    ),
)
