"""What the department tells a resident about a booking."""

from typing import Any

from mock_services.appointments.answers import Booking
from mock_services.shared.clock import SHANGHAI

SERVICE = "appointments"
_WEEKDAYS = "一二三四五六日"


def booked(subject: str, booking: Booking) -> dict[str, Any]:
    return _notice(subject, booking, "预约成功", "Appointment confirmed")


def cancelled(subject: str, booking: Booking) -> dict[str, Any]:
    return _notice(subject, booking, "预约已取消", "Appointment cancelled")


def thread_of(booking: Booking) -> str:
    return f"booking-{booking.id}"


def _notice(subject: str, booking: Booking, title: str, title_en: str) -> dict[str, Any]:
    starts = booking.starts_at.astimezone(SHANGHAI)
    when = f"{starts.month}月{starts.day}日 周{_WEEKDAYS[starts.weekday()]} {starts:%H:%M}"
    when_en = f"{starts:%a} {starts.day} {starts:%b}, {starts:%H:%M}"
    service, site = booking.service.name, booking.site.name
    return {
        "service": SERVICE,
        "recipient": subject,
        "title": {"zh-CN": f"{title}：{service.zh_cn}", "en": f"{title_en}: {service.en}"},
        "body": {
            "zh-CN": f"{when}，{site.zh_cn}（{booking.site.address.zh_cn}），预约号 {booking.number}。",
            "en": f"{when_en}, {site.en} ({booking.site.address.en}), number {booking.number}.",
        },
        "path": f"/index.html#/bookings/{booking.id}",
        "thread": thread_of(booking),
    }
