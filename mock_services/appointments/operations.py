"""The department's public surface: what may be called, by whom, with what."""

from typing import Any

from mock_services.appointments import endpoints, errors
from mock_services.appointments.answers import (
    Booking,
    Days,
    DaysQuery,
    HoldRequest,
    SitesQuery,
    SlotAnswer,
    SlotsQuery,
)
from mock_services.appointments.catalogue import UnknownService, UnknownSite
from mock_services.appointments.places import District, Service, Site
from mock_services.shared.openapi import Description, openapi
from mock_services.shared.operations import Operation
from mock_services.shared.pages import PageQuery
from mock_services.shared.wire import Page

UPSTREAM = "appointments"
READ = "appointments:booking:read"
WRITE = "appointments:booking:write"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listDistricts",
        method="GET",
        path="/districts",
        summary="查看行政区",
        summary_en="List districts",
        endpoint=endpoints.list_districts,
        answer=Page[District],
    ),
    Operation(
        id="listServices",
        method="GET",
        path="/services",
        summary="查看可预约事项",
        summary_en="List what can be booked",
        endpoint=endpoints.list_services,
        answer=Page[Service],
    ),
    Operation(
        id="listSites",
        method="GET",
        path="/sites",
        summary="查看办理点",
        summary_en="List sites",
        endpoint=endpoints.list_sites,
        query=SitesQuery,
        answer=Page[Site],
    ),
    Operation(
        id="listDays",
        method="GET",
        path="/sites/{site_id}/days",
        summary="查看可约日期",
        summary_en="List the days ahead",
        endpoint=endpoints.list_days,
        query=DaysQuery,
        answer=Days,
        problems=(UnknownSite, UnknownService),
    ),
    Operation(
        id="listSlots",
        method="GET",
        path="/slots",
        summary="查看可约时段",
        summary_en="List free times",
        endpoint=endpoints.list_slots,
        query=SlotsQuery,
        answer=Page[SlotAnswer],
        problems=(UnknownSite, UnknownService),
    ),
    Operation(
        id="holdSlot",
        method="POST",
        path="/holds",
        summary="占用时段",
        summary_en="Hold a time",
        endpoint=endpoints.hold_slot,
        body=HoldRequest,
        keyed=True,
        status=201,
        answer=Booking,
        scope=WRITE,
        problems=(errors.SlotUnknown, errors.SlotFull, errors.SlotPast, errors.BookingExists),
    ),
    Operation(
        id="listBookings",
        method="GET",
        path="/bookings",
        summary="查看我的预约",
        summary_en="List my bookings",
        endpoint=endpoints.list_bookings,
        query=PageQuery,
        answer=Page[Booking],
        scope=READ,
    ),
    Operation(
        id="getBooking",
        method="GET",
        path="/bookings/{booking_id}",
        summary="查看一个预约",
        summary_en="Show a booking",
        endpoint=endpoints.get_booking,
        answer=Booking,
        scope=READ,
        problems=(errors.BookingUnknown,),
    ),
    Operation(
        id="confirmBooking",
        method="POST",
        path="/bookings/{booking_id}/confirmation",
        summary="确认预约",
        summary_en="Confirm a booking",
        endpoint=endpoints.confirm_booking,
        answer=Booking,
        scope=WRITE,
        problems=(errors.BookingUnknown, errors.HoldExpired, errors.SlotPast, errors.BookingCancelled),
    ),
    Operation(
        id="cancelBooking",
        method="POST",
        path="/bookings/{booking_id}/cancellation",
        summary="取消预约",
        summary_en="Cancel a booking",
        endpoint=endpoints.cancel_booking,
        answer=Booking,
        scope=WRITE,
        problems=(errors.BookingUnknown, errors.HoldExpired, errors.SlotPast),
    ),
)


def document() -> dict[str, Any]:
    about = Description(
        title="办证预约 Appointments",
        description="政务服务中心的预约后端：先占用时段，再确认。Hold a time first, then confirm it.",
        version="1.0.0",
    )
    return openapi(about, OPERATIONS)
