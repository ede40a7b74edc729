"""What the endpoints take and give, beside the catalogue's own shapes."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from mock_services.appointments.places import Site
from mock_services.shared.pages import Limit, PageQuery
from mock_services.shared.reading import Strict
from mock_services.shared.wire import Answer, Text


class Status(StrEnum):
    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class SitesQuery(PageQuery):
    district: str | None = Field(default=None, description="区 id / district id")
    service: str | None = Field(default=None, description="事项 id / service id")
    limit: Limit = 50


class DaysQuery(Strict):
    service: str = Field(description="事项 id / service id")


class SlotsQuery(Strict):
    site: str = Field(description="办理点 id / site id")
    service: str = Field(description="事项 id / service id")
    date: date


class HoldRequest(Strict):
    slot_id: str = Field(max_length=200)


class Day(Answer):
    date: date
    open: bool
    capacity: int
    free: int


class Days(Answer):
    site: Site
    items: list[Day]


class SlotAnswer(Answer):
    id: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    past: bool = Field(description="已开始，不能再约 / has begun")


class BookedService(Answer):
    id: str
    name: Text
    bring: list[Text]


class BookedSite(Answer):
    id: str
    name: Text
    address: Text
    phone: str


class Booking(Answer):
    id: str
    number: str | None = Field(description="预约号，确认后才有 / given on confirmation")
    status: Status
    service: BookedService
    site: BookedSite
    slot_id: str
    starts_at: datetime
    ends_at: datetime
    name: str | None = Field(description="脱敏姓名 / masked")
    phone: str | None = Field(description="脱敏手机号 / masked")
    created_at: datetime
    hold_expires_at: datetime
    hold_seconds_left: int | None = Field(
        description="待确认时的剩余秒数 / while held, whatever the phone's clock says"
    )
    confirmed_at: datetime | None
    cancelled_at: datetime | None
