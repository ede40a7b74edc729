"""The Problems of mandates.

403: NotGuardian, NotRepresentative, NotAdministrator, UnderAge, MandateCoversLess, RoleDoesNotAct.
404: MandateUnknown. 409: MandateExists, TooManyMandates. 422: MandateToSelf, NoMinor.
Numbers and the register itself: auth/proofing/errors.py.
"""

from core.problems import Conflict, Forbidden, NotFound, Unprocessable


class NotGuardian(Forbidden):
    title = "The population register does not name you as this child's guardian"


class NotRepresentative(Forbidden):
    title = "The register does not name you as this legal person's representative"


class NotAdministrator(Forbidden):
    title = "Only its representative and its administrators appoint for a legal person"


class UnderAge(Forbidden):
    title = "Only adults act for others or have others act for them"


class MandateCoversLess(Forbidden):
    title = "The mandate does not cover this service"


class RoleDoesNotAct(Forbidden):
    title = "Your role appoints, and does not act"


class MandateUnknown(NotFound):
    title = "You have no such mandate"


class MandateExists(Conflict):
    title = "There is such a mandate already"


class TooManyMandates(Conflict):
    title = "You have as many mandates as one may have"


class MandateToSelf(Unprocessable):
    title = "Nobody needs a mandate for themselves"


class NoMinor(Unprocessable):
    title = "This person is of age"
