"""The Problems of proofing.

403: NotThePerson. 404: FaceCheckUnknown. 409: IdentityTaken, IdentityDiffers, NameCheckNeeded, FaceCheckUnfinished.
422: InvalidIdNumber, InvalidCreditCode, SampleRefused, CertificateRefused, CounterCodeWrong. 429: TooManyChecks.
503: RegisterUnavailable.
"""

from core.problems import Conflict, Forbidden, NotFound, TooManyRequests, Unavailable, Unprocessable


class InvalidIdNumber(Unprocessable):
    title = "This is no citizen identity number"


class InvalidCreditCode(Unprocessable):
    title = "This is no unified social credit code"


class NotThePerson(Forbidden):
    """Of what did not fit nothing is said: the register is no way to find out about others."""

    title = "The register does not confirm this"


class IdentityTaken(Conflict):
    """`merge` is where the two accounts become one; nothing else of the other account is said."""

    title = "This person has an account already"


class IdentityDiffers(Conflict):
    title = "This account is another person's"


class NameCheckNeeded(Conflict):
    title = "Name and identity number come first"


class FaceCheckUnknown(NotFound):
    title = "There is no such face check"


class FaceCheckUnfinished(Conflict):
    title = "The face check has no result yet"


class SampleRefused(Unprocessable):
    title = "This is no picture that can be compared"


class CertificateRefused(Unprocessable):
    title = "The certificate does not prove this"


class CounterCodeWrong(Unprocessable):
    title = "No resident shows this code"


class TooManyChecks(TooManyRequests):
    title = "Too many checks of identity for today"


class RegisterUnavailable(Unavailable):
    title = "The population register does not answer"
