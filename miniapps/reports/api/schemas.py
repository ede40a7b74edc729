"""The shapes of reports on the wire."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, TypeAdapter

from core.bodies import Answer, Body
from core.ids import LABEL_PATTERN
from core.pages import PageQuery
from miniapps.reports.models import Report
from miniapps.reports.reports import Found, Reason

_REASON: TypeAdapter[Reason] = TypeAdapter(Reason)


class ReportBody(Body):
    reason: Reason
    text: Annotated[str | None, Field(max_length=1000, pattern=r"^[^\x00]*$")] = None

    def found(self) -> Found:
        return Found(self.reason, self.text or None)


class TakenReport(Answer):
    id: str
    created_at: AwareDatetime


class ReportQuery(PageQuery):
    service: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="one of your department")] = None


class ReportAnswer(Answer):
    """A report without who sent it."""

    id: str
    service: str
    version: str = Field(description="of the release that was live")
    reason: Reason
    text: str | None
    created_at: AwareDatetime

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            id=report.id,
            service=report.service_id,
            version=report.version,
            reason=_REASON.validate_python(report.reason),
            text=report.text,
            created_at=report.created_at,
        )
