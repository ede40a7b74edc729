"""What can go wrong with a licence."""

from mock_services.shared.problems import Conflict, NotFound


class LicenceUnknown(NotFound):
    title = "You have no such licence"


class CodeUnknown(NotFound):
    title = "This code is not, or no longer, valid"


class CodeUsed(Conflict):
    title = "This code has been used"


class ShareUnknown(NotFound):
    title = "You have no such share"


class ReferenceUnknown(NotFound):
    title = "This reference is not, or no longer, valid"
