"""What can go wrong with a booking."""

from mock_services.shared.problems import Conflict, NotFound


class SlotUnknown(NotFound):
    title = "There is no such slot"


class BookingUnknown(NotFound):
    title = "You have no such booking"


class SlotFull(Conflict):
    title = "Every place of this slot is taken"


class SlotPast(Conflict):
    title = "This slot has begun"


class BookingExists(Conflict):
    title = "You have a booking for this service on this day"


class HoldExpired(Conflict):
    title = "The place was held too long and is free again"


class BookingCancelled(Conflict):
    title = "This booking is cancelled"
