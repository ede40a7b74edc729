"""The Problems of publishing, the catalogue and the mini-service hosts.

403: NotYourService. 404: ReleaseUnknown, ServiceUnknown, FileUnknown. 409: VersionNotNewer,
ReleaseSuperseded. 413: PackageTooLarge. 422: PackageRefused, ManifestRefused.

RegisterRefused is no Problem: operators meet it on the command line.
"""

from core.problems import (
    BadGateway,
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    NotFound,
    Unprocessable,
    UnsupportedMediaType,
)


class PackageRefused(Unprocessable):
    title = "The package is not acceptable"


class PackageTooLarge(ContentTooLarge):
    title = "The package is too large"


class ManifestRefused(Unprocessable):
    title = "The manifest is not acceptable"


class NotYourService(Forbidden):
    title = "This service belongs to another department"


class ReleaseUnknown(NotFound):
    title = "You have no such release"


class ServiceUnknown(NotFound):
    title = "No such service is live"


class FileUnknown(NotFound):
    title = "The service has no such file"


class VersionNotNewer(Conflict):
    title = "The version is not newer than what is already there"


class ReleaseSuperseded(Conflict):
    title = "A newer release took the place of this one"


class BodyNotTaken(BadRequest):
    title = "The operation takes no body"


class BodyRefused(Unprocessable):
    title = "The department's contract does not allow this body"


class BodyTypeRefused(UnsupportedMediaType):
    title = "The department's contract does not take this content type"


class AnswerNotAsDescribed(BadGateway):
    title = "The department's system answered otherwise than its contract says"


class RegisterRefused(ValueError):
    """An entry of the city's register that cannot be taken; the text says what to change."""
