"""What the endpoints of reports need."""

from core.access import AccessState
from miniapps.reports.reports import Reports


class ReportsState(AccessState):
    reports: Reports
